"""The order of gate rows, said once."""

from typing import NamedTuple

import numpy as np

from karussell.kernels import COMMON_BLOCK, Block, Floats

# Rows of weights, biases and gate activations of one layer stand in this order: B rows for each
# gate, H for the cell inputs. With one cell per block it is PyTorch's order. A gate that a block
# does not have, or that is coupled to another, has no rows.
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


def split_gates(gates: Floats, block: Block = COMMON_BLOCK) -> Gates:
    """Name the parts of gate rows (..., G), without copying them.

    What has no rows is made as activations are: coupled input gates are 1 - forget gate, absent
    forget gates 1.

    Raises:
        ValueError: S is not positive, or S and the gates of a block do not divide G.
    """
    rows, size = gates.shape[-1], block.gates + block.cells
    if block.cells < 1 or rows % size:
        raise ValueError(
            f"{rows} gate rows are no whole number of blocks of {block.cells} cells, "
            f"expected a multiple of {block.gates} + cells_per_block"
        )
    blocks = rows // size
    first, last = (block.gates - 1) * blocks, rows - blocks
    before = gates[..., first - blocks : first]  # the forget gate, or the input gate if alone
    forget = before if block.forgets else np.ones_like(before)
    return Gates(
        input_gate=1 - forget if block.coupled else gates[..., :blocks],
        forget_gate=forget,
        cell_input=gates[..., first:last],
        output_gate=gates[..., last:],
    )


def own_gates(gates: Floats, block: Block) -> Floats:
    """The activations (..., R) of all gates with rows of their own, without the cell inputs."""
    parts = split_gates(gates, block)
    own = [parts.input_gate, parts.forget_gate, parts.output_gate]
    kept = own[1:] if block.coupled else own if block.forgets else own[::2]
    return np.concatenate(kept, axis=-1)
