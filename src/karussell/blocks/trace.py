"""What every gate did at every time step."""

from typing import Generic, NamedTuple

from karussell.blocks.order import split_gates
from karussell.kernels import Block, Numbers, Trace


class GateTrace(NamedTuple, Generic[Numbers]):
    """The gates and cells of one layer over a sequence.

    ``...`` is (T, N); as a layer in torch shows it (N, T) with ``batch_first``, and (T,) without a
    batch.

    Attributes:
        input_gate: How far each block let its cells be written (..., B), 0 to 1.
        forget_gate: How much of its cells each block kept (..., B), 0 to 1.
        output_gate: How far each block let its cells be read (..., B), 0 to 1.
        cell_input: What each cell was offered (..., H), -1 to 1.
        cell: What each cell held afterwards (..., H).
    """

    input_gate: Numbers
    forget_gate: Numbers
    output_gate: Numbers
    cell_input: Numbers
    cell: Numbers

    @classmethod
    def of(cls, trace: Trace[Numbers], block: Block) -> "GateTrace[Numbers]":
        """Name the parts of what a pass over a sequence gave, as `split_gates` does."""
        return cls(**split_gates(trace.gates, block)._asdict(), cell=trace.cell)
