"""The truncated gradient of 1997 against the recursions that its authors computed it with."""

import numpy as np
import pytest

from karussell.blocks import lstm_backward, lstm_forward, split_gates
from karussell.blocks.activations import slope
from karussell.blocks.equations import each
from karussell.kernels import Block, Floats
from tests.blocks.problems import Shape, lstm_layer, lstm_options, output_gradients

# A few steps of float64 arithmetic on numbers of order one.
TOLERANCE = 1e-13


@pytest.mark.parametrize("peepholes", [False, True])
@pytest.mark.parametrize("block", [Block(2), Block(3, forgets=False), Block.of_1997(2)], ids=repr)
def test_the_truncated_gradient_is_that_of_the_recursions_of_1997(
    block: Block, peepholes: bool
) -> None:
    shape = Shape(6, 1, 3, 2, block.cells, peepholes=peepholes, form=block)
    layer, options, grad = lstm_layer(shape), lstm_options(shape), output_gradients(shape)
    trace = lstm_forward(*layer, **options)
    ours = lstm_backward(
        trace, *layer, grad.hidden, np.zeros_like(layer.cell), **options, truncated=True
    )
    np.testing.assert_allclose(
        ours.weight_ih, recursions(shape, layer.x, layer.cell, trace, grad.hidden), atol=TOLERANCE
    )
    assert not ours.hidden.any()


def recursions(shape: Shape, x: Floats, cell: Floats, trace: object, errors: Floats) -> Floats:
    """Gradients of the input weights, carried forward in time as d s / d w.

    Hochreiter and Schmidhuber 1997, equations 25 to 28, with the forget gate of Gers et al. 2000.
    """
    block = shape.block
    gates = split_gates(trace.gates, block)  # type: ignore[attr-defined]
    slopes = split_gates(
        np.concatenate(
            [
                slope(block.gate, trace.gates[..., : (block.gates - 1) * shape.blocks]),  # type: ignore[attr-defined]
                slope(block.cell_input, gates.cell_input),
                slope(block.gate, gates.output_gate),
            ],
            axis=-1,
        ),
        block,
    )
    states = np.concatenate([cell[None], trace.cell])  # type: ignore[attr-defined]
    carried = {name: np.zeros((shape.hidden, shape.inputs)) for name in ("i", "f", "c")}
    total = {name: np.zeros((shape.hidden, shape.inputs)) for name in ("i", "f", "c", "o")}
    for t in range(shape.time):
        i, f, g, o = (part[t, 0] for part in gates)
        slope_i, slope_f, slope_g, slope_o = (part[t, 0] for part in slopes)
        before, now, u = states[t, 0], states[t + 1, 0], x[t, 0]

        def wide(values: Floats) -> Floats:
            return each(values, block.cells)

        new = {"i": g * wide(slope_i), "f": before * wide(slope_f), "c": wide(i) * slope_g}
        for name, entering in new.items():
            carried[name] = wide(f)[:, None] * carried[name] + np.outer(entering, u)
        squashed = np.asarray(shown(block, now))
        inside = errors[t, 0] * wide(o) * slope(block.cell_output, squashed)
        for name, sensitivity in carried.items():
            total[name] += inside[:, None] * sensitivity
        total["o"] += np.outer(errors[t, 0] * squashed * wide(slope_o), u)

    def of_blocks(name: str) -> Floats:
        summed: Floats = total[name].reshape(shape.blocks, block.cells, -1).sum(axis=1)
        return summed

    rows = [of_blocks("i"), of_blocks("f"), total["c"], of_blocks("o")]
    if not block.forgets:
        del rows[1]
    return np.concatenate(rows)


def shown(block: Block, cell: Floats) -> Floats:
    return np.tanh(cell) if block.cell_output.name == "tanh" else np.tanh(cell / 2)
