"""What every gate did at every time step."""

from dataclasses import dataclass

from karussell.blocks.order import split_gates
from karussell.kernels import Block, Floats, Trace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GateTrace:
    """The gates and cells of one layer over a sequence.

    Attributes:
        input_gate: How far each block let its cells be written (T, N, B), 0 to 1.
        forget_gate: How much of its cells each block kept (T, N, B), 0 to 1.
        output_gate: How far each block let its cells be read (T, N, B), 0 to 1.
        cell_input: What each cell was offered (T, N, H), -1 to 1.
        cell: What each cell held afterwards (T, N, H).
    """

    input_gate: Floats
    forget_gate: Floats
    output_gate: Floats
    cell_input: Floats
    cell: Floats

    @classmethod
    def of(cls, trace: Trace, block: Block) -> "GateTrace":
        """Name the parts of what a pass over a sequence returned, as `split_gates` does."""
        gates = split_gates(trace.gates, block)
        return cls(
            input_gate=gates.input_gate,
            forget_gate=gates.forget_gate,
            output_gate=gates.output_gate,
            cell_input=gates.cell_input,
            cell=trace.cell,
        )
