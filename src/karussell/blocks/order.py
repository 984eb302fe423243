"""The order of gate rows, said once."""

from typing import NamedTuple

from karussell.kernels import Floats

# Rows of weights, biases and gate activations of one layer stand in this order: B rows for each
# gate, H for the cell inputs. With one cell per block it is PyTorch's order. Input gates coupled
# to the forget gates have no rows.
GATE_ORDER = ("input", "forget", "cell", "output")


class Gates(NamedTuple):
    """Gate rows by name: views, in `GATE_ORDER`.

    Attributes:
        input_gate: (..., B).
        forget_gate: (..., B).
        cell_input: (..., H).
        output_gate: (..., B).
    """

    input_gate: Floats
    forget_gate: Floats
    cell_input: Floats
    output_gate: Floats


def split_gates(gates: Floats, cells_per_block: int, *, coupled: bool = False) -> Gates:
    """Name the parts of gate rows (..., G), G = B(3 + S), without copying them.

    If coupled there are no rows for input gates, G = B(2 + S): activations of input gates are then
    1 - forget gate, a copy.

    Raises:
        ValueError: S is not positive, or 3 + S (2 + S) does not divide G.
    """
    rows, before = gates.shape[-1], 1 if coupled else 2
    if cells_per_block < 1 or rows % (before + 1 + cells_per_block):
        raise ValueError(
            f"{rows} gate rows are no whole number of blocks of {cells_per_block} cells, "
            f"expected a multiple of {before + 1} + cells_per_block"
        )
    blocks = rows // (before + 1 + cells_per_block)
    forget = gates[..., (before - 1) * blocks : before * blocks]
    first, last = before * blocks, before * blocks + blocks * cells_per_block
    return Gates(
        input_gate=1 - forget if coupled else gates[..., :blocks],
        forget_gate=forget,
        cell_input=gates[..., first:last],
        output_gate=gates[..., last:],
    )
