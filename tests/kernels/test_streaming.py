from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from karussell import kernels
from tests.blocks.problems import Layer, Shape, lstm_layer, rnn_layer

SHAPE = Shape(time=1, batch=1, inputs=5, blocks=4, cells=2)


@pytest.fixture
def layer() -> Layer:
    return lstm_layer(SHAPE).as_type(np.float32)


@pytest.fixture
def streaming(layer: Layer) -> kernels.StreamingLSTM:
    return kernels.StreamingLSTM(layer.weight_ih, layer.weight_hh, layer.bias, cells_per_block=2)


def test_a_step_leaves_what_it_was_given(layer: Layer, streaming: kernels.StreamingLSTM) -> None:
    given = (layer.x[0, 0], layer.hidden[0], layer.cell[0])
    before = [array.copy() for array in given]
    first = streaming.step(*given)
    assert all(np.array_equal(a, b) for a, b in zip(given, before, strict=True))
    second = streaming.step(*given)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert all(a is not b for a, b in zip(first, second, strict=True))


def test_the_weights_are_copied_when_it_is_made(
    layer: Layer, streaming: kernels.StreamingLSTM
) -> None:
    before = streaming.step(layer.x[0, 0], layer.hidden[0], layer.cell[0])[0]
    layer.weight_ih[:] = 0
    assert np.array_equal(streaming.step(layer.x[0, 0], layer.hidden[0], layer.cell[0])[0], before)


def test_threads_may_share_it(layer: Layer, streaming: kernels.StreamingLSTM) -> None:
    def step(_: int) -> kernels.Floats:
        return streaming.step(layer.x[0, 0], layer.hidden[0], layer.cell[0])[0]

    expected = step(0)
    with ThreadPoolExecutor(4) as pool:
        assert all(np.array_equal(result, expected) for result in pool.map(step, range(200)))


def test_it_keeps_the_level_it_was_made_for(layer: Layer) -> None:
    at_the_best = kernels.level()
    try:
        kernels.use_level(kernels.levels()[0])
        packed = kernels.StreamingLSTM(
            layer.weight_ih, layer.weight_hh, layer.bias, cells_per_block=2
        )
        before = packed.step(layer.x[0, 0], layer.hidden[0], layer.cell[0])[0]
    finally:
        kernels.use_level(at_the_best)
    assert np.array_equal(packed.step(layer.x[0, 0], layer.hidden[0], layer.cell[0])[0], before)


def test_arrays_that_do_not_fit_are_named(layer: Layer, streaming: kernels.StreamingLSTM) -> None:
    x, hidden, cell = layer.x[0, 0], layer.hidden[0], layer.cell[0]
    with pytest.raises(ValueError, match=r"x is \(4,\), expected \(5,\)"):
        streaming.step(x[:4], hidden, cell)
    with pytest.raises(ValueError, match=r"hidden is \(1, 8\), expected \(8,\)"):
        streaming.step(x, layer.hidden, cell)
    with pytest.raises(TypeError, match="cell is float64, expected float32"):
        streaming.step(x, hidden, cell.astype(np.float64))
    with pytest.raises(ValueError, match=r"weight_ih is \(20, 5\), expected \(32, 5\)"):
        kernels.StreamingLSTM(layer.weight_ih, layer.weight_hh, layer.bias)


def test_a_plain_layer_names_what_does_not_fit() -> None:
    plain = rnn_layer(SHAPE).as_type(np.float32)
    streaming = kernels.StreamingRNN(plain.weight_ih, plain.weight_hh, plain.bias)
    with pytest.raises(ValueError, match=r"hidden is \(7,\), expected \(8,\)"):
        streaming.step(plain.x[0, 0], plain.hidden[0, :7])
    with pytest.raises(ValueError, match=r"bias is \(7,\), expected \(8,\)"):
        kernels.StreamingRNN(plain.weight_ih, plain.weight_hh, plain.bias[:7])
