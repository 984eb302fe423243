import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from karussell import kernels
from karussell.kernels import Block
from tests.blocks.problems import Layer, Shape, lstm_layer, rnn_layer

SHAPE = Shape(time=3, batch=2, inputs=5, blocks=4, cells=2)


@pytest.fixture
def layer() -> Layer:
    return lstm_layer(SHAPE).as_type(np.float32)


def forward(layer: Layer, threads: int = 1) -> kernels.Trace[kernels.Floats]:
    return kernels.lstm_forward(*layer, block=Block(2), threads=threads)


@pytest.mark.parametrize(
    ("name", "change", "error", "message"),
    [
        ("x", lambda a: a[0], ValueError, r"x is \(2, 5\), expected 3 dimensions"),
        ("x", lambda a: a[:0], ValueError, r"x is \(0, 2, 5\): no dimension may be empty"),
        ("x", lambda a: a.astype("f8"), TypeError, "x is float64, expected float32"),
        ("x", lambda a: a.tolist(), TypeError, "x is a list, expected a NumPy array"),
        ("x", np.asfortranarray, ValueError, "x is not C-contiguous: pass np.ascontiguousarray"),
        ("weight_ih", lambda a: a[:-1].copy(), ValueError, r"weight_ih is \(19, 5\), expected"),
        ("weight_hh", lambda a: a[:, 1:].copy(), ValueError, r"weight_hh is \(20, 7\), expected"),
        ("bias", lambda a: a[None], ValueError, r"bias is \(1, 20\), expected \(20,\)"),
        ("hidden", lambda a: a[:1], ValueError, r"hidden is \(1, 8\), expected \(2, 8\)"),
        ("cell", lambda a: a[:, :4].copy(), ValueError, r"cell is \(2, 4\), expected \(2, 8\)"),
    ],
)
def test_an_array_that_does_not_fit_is_named(
    layer: Layer,
    name: str,
    change: Callable[[Any], Any],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        forward(layer._replace(**{name: change(getattr(layer, name))}))


def test_gradients_that_do_not_fit_are_named(layer: Layer) -> None:
    trace = forward(layer)
    given = (trace, layer.x, layer.weight_ih, layer.weight_hh, layer.hidden, layer.cell)
    with pytest.raises(ValueError, match=r"grad_hidden is \(1, 2, 8\), expected \(3, 2, 8\)"):
        kernels.lstm_backward(*given, trace.hidden[:1], layer.cell, block=Block(2))
    with pytest.raises(ValueError, match=r"grad_cell is \(1, 8\), expected \(2, 8\)"):
        kernels.lstm_backward(*given, trace.hidden, layer.cell[:1], block=Block(2))
    with pytest.raises(ValueError, match=r"trace.gates is \(2, 2, 20\), expected \(3, 2, 20\)"):
        kernels.lstm_backward(
            trace._replace(gates=trace.gates[:2]), *given[1:], trace.hidden, layer.cell,
            block=Block(2),
        )  # fmt: skip


def test_cells_that_do_not_divide_the_hidden_size_are_refused(layer: Layer) -> None:
    with pytest.raises(ValueError, match="cells_per_block is 3, expected a divisor of hidden_size"):
        kernels.lstm_forward(*layer, block=Block(3))


@pytest.mark.parametrize("threads", [0, -1, 100_000])
def test_an_impossible_number_of_threads_is_refused(layer: Layer, threads: int) -> None:
    with pytest.raises(ValueError, match=f"threads is {threads}, expected 1 to"):
        forward(layer, threads)


def test_an_unknown_nonlinearity_is_refused() -> None:
    plain = rnn_layer(SHAPE).as_type(np.float32)
    with pytest.raises(ValueError, match="nonlinearity is 'sine', expected 'tanh' or 'relu'"):
        kernels.rnn_forward(*plain[:5], nonlinearity="sine")  # type: ignore[arg-type]


def test_weights_may_be_read_only(layer: Layer) -> None:
    before = forward(layer)
    for array in layer:
        array.flags.writeable = False
    assert np.array_equal(forward(layer).hidden, before.hidden)


def test_a_step_does_not_look_at_the_ones_after_it(layer: Layer) -> None:
    short = forward(layer._replace(x=layer.x[:2]))
    assert np.array_equal(short.hidden, forward(layer).hidden[:2])


def test_calls_at_the_same_time_do_not_disturb_each_other(layer: Layer) -> None:
    expected = forward(layer).hidden
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: forward(layer, threads=2).hidden, range(200)))
    assert all(np.array_equal(result, expected) for result in results)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_has_threads_of_its_own(layer: Layer) -> None:
    expected = forward(layer, threads=2).hidden  # the parent has its threads now
    child = os.fork()
    if child == 0:
        same = np.array_equal(forward(layer, threads=2).hidden, expected)
        os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
