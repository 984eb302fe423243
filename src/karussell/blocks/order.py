"""The order of gate rows, said once."""

from typing import NamedTuple

from karussell.kernels import Floats

# Rows of weights, biases and gate activations of one layer stand in this order: B rows for each
# gate, H for the cell inputs. With one cell per block it is PyTorch's order.
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


def split_gates(gates: Floats, cells_per_block: int) -> Gates:
    """Name the parts of gate rows (..., G), G = B(3 + S), without copying them.

    Raises:
        ValueError: S is not positive, or 3 + S does not divide G.
    """
    rows = gates.shape[-1]
    if cells_per_block < 1 or rows % (3 + cells_per_block):
        raise ValueError(
            f"{rows} gate rows are no whole number of blocks of {cells_per_block} cells, "
            "expected a multiple of 3 + cells_per_block"
        )
    blocks = rows // (3 + cells_per_block)
    cells = blocks * cells_per_block
    return Gates(
        input_gate=gates[..., :blocks],
        forget_gate=gates[..., blocks : 2 * blocks],
        cell_input=gates[..., 2 * blocks : 2 * blocks + cells],
        output_gate=gates[..., 2 * blocks + cells :],
    )
