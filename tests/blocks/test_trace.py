import numpy as np
import pytest

from karussell.blocks import GateTrace, lstm_forward
from tests.blocks.problems import Shape, lstm_layer


@pytest.mark.parametrize("coupled", [False, True])
def test_the_trace_of_a_sequence_names_what_every_gate_did(coupled: bool) -> None:
    shape = Shape(time=4, batch=2, inputs=3, blocks=5, cells=2, coupled=coupled)
    layer = lstm_layer(shape)
    trace = lstm_forward(*layer, block=shape.block)
    gates = GateTrace.of(trace, shape.block)
    assert gates.input_gate.shape == gates.forget_gate.shape == gates.output_gate.shape == (4, 2, 5)
    assert gates.cell_input.shape == gates.cell.shape == (4, 2, 10)
    before = np.concatenate([layer.cell[None], gates.cell[:-1]])
    kept = np.repeat(gates.forget_gate, 2, axis=-1) * before
    written = np.repeat(gates.input_gate, 2, axis=-1) * gates.cell_input
    assert np.array_equal(kept + written, gates.cell)
