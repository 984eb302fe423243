import numpy as np

from karussell.blocks import GateTrace, lstm_forward
from karussell.kernels import Block
from tests.blocks.problems import Shape, lstm_layer


def test_the_trace_of_a_sequence_names_what_every_gate_did() -> None:
    shape = Shape(time=4, batch=2, inputs=3, blocks=5, cells=2)
    layer = lstm_layer(shape)
    trace = lstm_forward(*layer, block=Block(2))
    gates = GateTrace.of(trace, cells_per_block=2)
    assert gates.input_gate.shape == gates.forget_gate.shape == gates.output_gate.shape == (4, 2, 5)
    assert gates.cell_input.shape == gates.cell.shape == (4, 2, 10)
    before = np.concatenate([layer.cell[None], gates.cell[:-1]])
    kept = np.repeat(gates.forget_gate, 2, axis=-1) * before
    written = np.repeat(gates.input_gate, 2, axis=-1) * gates.cell_input
    assert np.array_equal(kept + written, gates.cell)
