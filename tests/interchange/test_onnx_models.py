"""Language models as files of ONNX: of every form, with lengths, without steps, in int8."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from karussell.interchange import export_model, to_int8
from karussell.kernels import Floats
from karussell.model import open_model, read_model_file
from tests.conftest import MakeCard, WriteModel
from tests.interchange.targets import session

FORMS: list[dict[str, Any]] = [
    {},
    {"layers": 2, "cells_per_block": 2},
    {"coupled_gates": True},
    {"cell": "rnn"},
    {"cell": "rnn", "layers": 2},
]
WORDS = 10
START = WORDS + 1


@pytest.fixture(params=FORMS, ids=repr)
def model(
    request: pytest.FixtureRequest, make_card: MakeCard, write_model: WriteModel, tmp_path: Path
) -> Path:
    card = make_card(**request.param)
    return write_model(tmp_path / "ten.karussell", card=card, number_format="float32")


def export(model: Path, **options: Any) -> Any:
    path = model.with_suffix(".onnx")
    export_model(path, read_model_file(model), **options)
    onnx.checker.check_model(path, full_check=True)
    return session(str(path))


def states(model: Path, batch: int, value: float = 0.0) -> dict[str, Floats]:
    sizes = read_model_file(model).card.configuration
    names = ("hidden", "cell") if sizes.cell == "lstm" else ("hidden",)
    shape = (sizes.layers, batch, sizes.hidden_size)
    return {name: np.full(shape, value, np.float32) for name in names}


def columns(*sentences: list[int]) -> Any:
    """Sentences side by side, each after the id that begins one, filled up with any word."""
    time = 1 + max(map(len, sentences))
    return np.array([[START, *one, *[3] * (time - 1 - len(one))] for one in sentences]).T.copy()


def test_a_model_says_there_what_it_says_here(model: Path) -> None:
    running, ours = export(model), open_model(model)
    words = [4, 0, 9, WORDS, 2]
    log_probs, *last = running.run(None, {"words": columns(words), **states(model, 1)})
    assert log_probs.shape == (6, 1, WORDS + 1)
    for read in range(6):
        right = ours.log_probs(ours.read(words[:read]))
        np.testing.assert_allclose(log_probs[read, 0, : len(right)], right, rtol=0, atol=1e-4)
    assert len(last) == len(states(model, 1))


def test_sentences_of_other_lengths_are_read_to_their_ends(model: Path) -> None:
    running = export(model, lengths=True)
    sentences = [[4, 0, 9], [7], []]
    given = {"words": columns(*sentences), "lengths": np.array([4, 2, 1]), **states(model, 3)}
    log_probs, *last = running.run(None, given)
    for number, words in enumerate(sentences):
        alone = {"words": columns(words), "lengths": np.array([len(words) + 1])}
        right, *ends = running.run(None, {**alone, **states(model, 1)})
        np.testing.assert_allclose(log_probs[: len(right), number], right[:, 0], rtol=0, atol=1e-5)
        for mine, end in zip(last, ends, strict=True):
            np.testing.assert_allclose(mine[:, number], end[:, 0], rtol=0, atol=1e-6)
    untouched = {**given, "lengths": np.zeros(3, np.int64), **states(model, 3, 0.25)}
    for mine in running.run(None, untouched)[1:]:
        np.testing.assert_array_equal(mine, np.float32(0.25))


@pytest.mark.parametrize("lengths", [False, True])
@pytest.mark.parametrize(("time", "batch"), [(0, 2), (3, 0), (0, 0)])
def test_no_words_leave_states_as_they_are_and_no_sentences_give_none(
    model: Path, lengths: bool, time: int, batch: int
) -> None:
    running = export(model, lengths=lengths)
    before = states(model, batch, 0.5)
    more = {"lengths": np.zeros(batch, np.int64)} if lengths else {}
    log_probs, *last = running.run(
        None, {"words": np.zeros((time, batch), np.int64), **before, **more}
    )
    assert log_probs.shape == (time, batch, WORDS + 1)
    for mine, right in zip(last, before.values(), strict=True):
        np.testing.assert_array_equal(mine, right)


def test_a_model_in_int8_is_near_and_takes_lengths(model: Path) -> None:
    exact = export(model, lengths=True)
    path = model.with_suffix(".onnx")
    given = {"words": columns([4, 0], [7]), "lengths": np.array([3, 2]), **states(model, 2)}
    right = exact.run(None, given)[0]
    to_int8(path)
    got = session(str(path)).run(None, given)[0]
    # Ten words of small random networks; the packaged model is off by less than 0.1.
    assert 0 < np.abs(got[:2] - right[:2]).max() < 0.5
