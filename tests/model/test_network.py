from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from karussell.blocks import GateTrace, State, lstm_forward
from karussell.errors import UsageError
from karussell.kernels import Block, Floats, NumberFormat
from karussell.model import (
    LanguageModel,
    open_model,
    read_model_file,
)
from tests.conftest import MakeCard, MakeWeights, WriteModel

# Four steps of two layers, each a sum of 16 products of numbers around 1 in float32 (2^-23 each)
# and nonlinearities that are right to about 1e-6.
_TOLERANCE = 2e-5
_IDS = st.lists(st.integers(0, 11), max_size=8)


def _same(first: State, second: State) -> bool:
    return np.array_equal(first.hidden, second.hidden) and np.array_equal(first.cell, second.cell)


@given(_IDS)
def test_step_by_step_is_reading_the_whole(ten_word_model: LanguageModel, ids: list[int]) -> None:
    state = ten_word_model.start()
    for word_id in ids:
        state = ten_word_model.step(state, word_id)
    assert _same(state, ten_word_model.read(ids))


@given(_IDS)
def test_probabilities_add_up_to_one(ten_word_model: LanguageModel, ids: list[int]) -> None:
    log_probs = ten_word_model.log_probs(ten_word_model.read(ids))
    assert log_probs.shape == (11,)
    assert log_probs.dtype == np.float32
    # Eleven terms, each with a relative error of a few float32 roundings of its logarithm.
    assert np.exp(log_probs.astype(np.float64)).sum() == pytest.approx(1, abs=1e-5)


def test_a_step_leaves_the_state_before_it_alone(ten_word_model: LanguageModel) -> None:
    state = ten_word_model.read([1, 2])
    hidden, cell = state.hidden.copy(), state.cell.copy()
    ten_word_model.step(state, 3)
    assert np.array_equal(state.hidden, hidden)
    assert np.array_equal(state.cell, cell)


@pytest.mark.parametrize(
    "block", [Block(), Block(2), Block(8), Block(coupled=True), Block(4, True)]
)
def test_the_layers_are_the_equations_of_the_memory_block(
    make_card: MakeCard,
    make_weights: MakeWeights,
    write_model: WriteModel,
    tmp_path: Path,
    block: Block,
) -> None:
    card = make_card(layers=2, cells_per_block=block.cells, coupled_gates=block.coupled)
    weights = make_weights(card)
    model = open_model(
        write_model(tmp_path / "m", card=card, weights=weights, number_format="float32")
    )
    ids = [11, 3, 9, 7]  # START first, as the model itself does
    x: Floats = weights["embedding.weight"][ids].astype(np.float64)[:, None]
    zeros = np.zeros((1, 8))
    traces = []
    for layer in range(2):
        weight_ih, weight_hh, bias = (
            weights[f"lstm.{layer}.{part}"].astype(np.float64)
            for part in ("weight_ih", "weight_hh", "bias")
        )
        traces.append(lstm_forward(x, weight_ih, weight_hh, bias, zeros, zeros, block=block))
        x = traces[-1].hidden
    state = model.read(ids[1:])
    for layer, (expected, found) in enumerate(zip(traces, model.trace(ids[1:]), strict=True)):
        assert_allclose(state.hidden[layer], expected.hidden[-1, 0], atol=_TOLERANCE)
        assert_allclose(state.cell[layer], expected.cell[-1, 0], atol=_TOLERANCE)
        gates = GateTrace.of(expected, block)
        assert_allclose(found.input_gate, gates.input_gate[1:], atol=_TOLERANCE)
        assert_allclose(found.forget_gate, gates.forget_gate[1:], atol=_TOLERANCE)
        assert_allclose(found.output_gate, gates.output_gate[1:], atol=_TOLERANCE)
        assert_allclose(found.cell_input, gates.cell_input[1:], atol=_TOLERANCE)
        assert_allclose(found.cell, gates.cell[1:], atol=_TOLERANCE)
    scores = weights["embedding.weight"][:11] @ (weights["projection.weight"] @ x[-1, 0])
    assert_allclose(model.scores(state), scores + weights["output.bias"], atol=10 * _TOLERANCE)


def test_a_plain_rnn_is_its_equation(
    make_card: MakeCard, make_weights: MakeWeights, write_model: WriteModel, tmp_path: Path
) -> None:
    card = make_card(cell="rnn")
    weights = make_weights(card)
    model = open_model(
        write_model(tmp_path / "m", card=card, weights=weights, number_format="float32")
    )
    ids = [11, 3, 9, 7]
    hidden = np.zeros(8)
    for word_id in ids:
        hidden = np.tanh(
            weights["rnn.0.weight_ih"].astype(np.float64) @ weights["embedding.weight"][word_id]
            + weights["rnn.0.weight_hh"].astype(np.float64) @ hidden
            + weights["rnn.0.bias"]
        )
    state = model.read(ids[1:])
    assert_allclose(state.hidden[0], hidden, atol=_TOLERANCE)
    assert not state.cell.any()


@pytest.mark.parametrize(("number_format", "roundoff"), [("int8", 0.5 / 127), ("bfloat16", 2**-9)])
def test_a_model_in_few_bits_is_nearly_the_float32_model_of_its_weights(
    write_model: WriteModel, tmp_path: Path, number_format: NumberFormat, roundoff: float
) -> None:
    few = write_model(tmp_path / "few", number_format=number_format)
    weights = read_model_file(few).weights()
    same = write_model(tmp_path / "same", weights=weights, number_format="float32")
    model, plain = open_model(few), open_model(same)
    # What remains is the rounding of what the weights are multiplied with, of order 1: three sums
    # of about eight products of order 1 one after the other, each of slope 1 at most.
    tolerance = 3 * 8 * roundoff
    found, expected = (one.log_probs(one.read([3, 9])) for one in (model, plain))
    assert_allclose(found, expected, atol=tolerance)
    assert not np.array_equal(found, expected)


@pytest.mark.parametrize("word_id", [-1, 12])
def test_an_id_the_model_does_not_have_is_refused(
    ten_word_model: LanguageModel, word_id: int
) -> None:
    with pytest.raises(UsageError, match=f"word id {word_id}, expected 0 to 11"):
        ten_word_model.step(ten_word_model.start(), word_id)


@given(st.lists(_IDS, min_size=1, max_size=8))
def test_many_texts_are_read_as_one_after_the_other(
    ten_word_model: LanguageModel, texts: list[list[int]]
) -> None:
    states = ten_word_model.read_each(texts)
    log_probs = ten_word_model.log_probs_each(states)
    for number, text in enumerate(texts):
        alone = ten_word_model.read(text)
        np.testing.assert_array_equal(states.hidden[:, number], alone.hidden)
        np.testing.assert_array_equal(states.cell[:, number], alone.cell)
        np.testing.assert_array_equal(log_probs[number], ten_word_model.log_probs(alone))
