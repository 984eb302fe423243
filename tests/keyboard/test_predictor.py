import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.errors import ModelFileError, UsageError
from karussell.keyboard import Context, Predictor, Suggestion
from karussell.model import open_model
from tests.conftest import MakeCard, WriteModel


def test_a_predictor_opens_a_file_and_closes_it(ten_word_path: Path) -> None:
    with Predictor.open(ten_word_path) as predictor:
        assert len(predictor.suggest("see you ")) == 3
    with pytest.raises(UsageError, match="the predictor is closed"):
        predictor.suggest("see you ")


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"none\.karussell: no such file"):
        Predictor.open(tmp_path / "none.karussell")


def test_suggestions_are_the_models_own(ten_word_path: Path) -> None:
    model = open_model(ten_word_path)
    vocabulary = model.vocabulary
    log_probs = model.log_probs(model.read(vocabulary.ids(["see", "you"])))[:10]
    expected = [vocabulary.display(number) for number in np.argsort(-log_probs)[:3]]
    offered = Predictor(model).suggest("Hi! See you ")
    assert [suggestion.text for suggestion in offered] == expected
    assert offered[0].probability == pytest.approx(float(np.exp(log_probs.max())))


@given(st.lists(st.sampled_from([*"atesy'\u2019 .\n", "see ", "you ", "e\u0301", "\u4e2d"])))
def test_typing_letter_by_letter_is_as_asking_anew(ten_word_path: Path, pieces: list[str]) -> None:
    model = open_model(ten_word_path)
    predictor, text = Predictor(model), ""
    for piece in pieces:
        text += piece
        assert predictor.suggest(text) == Predictor(model).suggest(text)


def test_letters_and_digits_that_start_no_word_are_left_alone(ten_word_path: Path) -> None:
    with Predictor.open(ten_word_path) as predictor:
        assert predictor.suggest("call 0176") == []
        assert predictor.suggest("xyz") == []


def test_no_suggestions_at_all_cannot_be_asked_for(ten_word_path: Path) -> None:
    with (
        Predictor.open(ten_word_path) as predictor,
        pytest.raises(UsageError, match="0 suggestions, expected 1 or more"),
    ):
        predictor.suggest("", 0)


def test_gates_show_every_word_of_every_layer(
    make_card: MakeCard, write_model: WriteModel, tmp_path: Path
) -> None:
    path = write_model(tmp_path / "m", card=make_card(layers=2, cells_per_block=4))
    with Predictor.open(path) as predictor:
        gates = predictor.gates("See you, tomorrow!")
    assert gates.words == ("see", "you", "tomorrow")
    assert len(gates.layers) == 2
    for layer in gates.layers:
        assert layer.forget_gate.shape == (3, 1, 2)
        assert layer.cell.shape == (3, 1, 8)
        assert ((layer.forget_gate > 0) & (layer.forget_gate < 1)).all()


def test_a_plain_rnn_has_no_gates_to_show(
    make_card: MakeCard, write_model: WriteModel, tmp_path: Path
) -> None:
    path = write_model(tmp_path / "m", card=make_card(cell="rnn"))
    with (
        Predictor.open(path) as predictor,
        pytest.raises(UsageError, match="is a plain RNN and has no gates"),
    ):
        predictor.gates("see you")


def test_a_text_without_words_has_no_gates(ten_word_path: Path) -> None:
    with (
        Predictor.open(ten_word_path) as predictor,
        pytest.raises(UsageError, match="the text has no words"),
    ):
        predictor.gates("...")


def test_threads_may_share_a_predictor(ten_word_path: Path) -> None:
    texts = ["see you to", "the tea ", "are you ", "I see ten t"]
    with Predictor.open(ten_word_path) as predictor:
        expected = [predictor.suggest(text) for text in texts]
        found: list[tuple[int, list[Suggestion]]] = []

        def ask() -> None:
            for turn in range(100):
                number = turn % len(texts)
                found.append((number, predictor.suggestions(Context(left=texts[number]))))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 400
    assert all(suggestions == expected[number] for number, suggestions in found)


@pytest.mark.parametrize("limit", [0, -1, 1.5, float("nan"), 2**63, 10**30, "3", None])
def test_a_limit_that_is_none_is_told(ten_word_path: Path, limit: object) -> None:
    with Predictor.open(ten_word_path) as predictor:
        for text in ("see you to", "see you "):
            with pytest.raises(UsageError, match=r"suggestions, expected 1 or more"):
                predictor.session(text).suggestions(limit=limit)  # type: ignore[arg-type]
        assert predictor.session("see you to").suggestions(limit=np.int64(1))  # type: ignore[arg-type]
