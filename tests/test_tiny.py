"""The whole product on a few lines of text: train, save, open, suggest, accept, measure, look."""

from pathlib import Path

import pytest

import karussell as ka
from karussell.measure import evaluate
from karussell.training import Settings

_LINES = ("See you tomorrow.", "See you soon!", "The cat sat on the mat.", "Today I'm in Berlin.")
_SETTINGS = Settings(
    embedding_size=8,
    hidden_size=16,
    cells_per_block=2,
    least_count=1,
    epochs=10,
    batch_words=64,
    negatives=0,
    learning_rate=0.03,
    threads=1,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a model that was trained on four sentences."""
    folder = tmp_path_factory.mktemp("tiny")
    text, path = folder / "text.txt", folder / "tiny.karussell"
    text.write_text("\n".join(_LINES * 150))
    trained = ka.train([text], out=path, settings=_SETTINGS)
    assert trained.card == ka.open_model(path).card
    return path


def test_a_sentence_is_written_by_accepting_suggestions(path: Path) -> None:
    with ka.Predictor.open(path) as predictor:
        session = predictor.session("the ")
        for expected in ("cat", "sat", "on", "the", "mat"):
            first = session.suggestions()[0]
            assert (first.text, first.kind) == (expected, ka.Kind.PREDICTION)
            session.accept(first)
        assert session.text == "the cat sat on the mat "


def test_a_word_is_completed_and_taken_back(path: Path) -> None:
    with ka.Predictor.open(path) as predictor:
        session = predictor.session("See you ")
        session.type("to")
        before = session.suggestions()
        assert before[0].text == "tomorrow"
        session.accept(before[0])
        assert session.text == "See you tomorrow "
        session.revert()
        assert session.text == "See you to"
        assert session.suggestions() == before


def test_names_and_i_are_written_as_the_text_wrote_them(path: Path) -> None:
    with ka.Predictor.open(path) as predictor:
        assert predictor.suggest("well, ber")[0].text == "Berlin"
        assert predictor.suggest("well, i'")[0].text == "I'm"


def test_what_it_learned_saves_keys(path: Path) -> None:
    found = evaluate(ka.open_model(path), _LINES)
    assert found.words == 16
    assert found.unknown_rate == 0
    assert 0.4 < found.keystroke_savings <= found.keystroke_savings_ceiling < 1
    # Guessing among its words would be about as many as there are.
    assert found.perplexity < 6


def test_its_gates_can_be_looked_at(path: Path) -> None:
    with ka.Predictor.open(path) as predictor:
        gates = predictor.gates("the cat sat")
    assert gates.words == ("the", "cat", "sat")
    (trace,) = gates.layers
    assert trace.forget_gate.shape == (3, 1, 8)
    assert trace.cell.shape == (3, 1, 16)
    assert ((trace.forget_gate > 0) & (trace.forget_gate < 1)).all()
