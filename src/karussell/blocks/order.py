"""Gate rows by name, of arrays of NumPy and of tensors of torch alike."""

from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from karussell.kernels import COMMON_BLOCK, GATE_ORDER, Block, Floats, Numbers

_Part = TypeVar("_Part")


class Gates(NamedTuple, Generic[Numbers]):
    """Gate rows by name: views, in `GATE_ORDER`.

    Attributes:
        input_gate: (..., B).
        forget_gate: (..., B).
        cell_input: (..., H).
        output_gate: (..., B).
    """

    input_gate: Numbers
    forget_gate: Numbers
    cell_input: Numbers
    output_gate: Numbers


def split_gates(gates: Numbers, block: Block = COMMON_BLOCK) -> Gates[Numbers]:
    """Name the parts of gate rows (..., G), without copying them.

    What has no rows is made as activations are: coupled input gates are 1 - forget gate, absent
    forget gates 1.

    Raises:
        ValueError: S is not positive, or S and the gates of a block do not divide G.
    """
    sections = block.sections(block.hidden_size(gates.shape[-1]))
    parts = {name: gates[..., section] for name, section in sections.items()}
    forget = parts["forget"] if block.forgets else parts["input"] ** 0
    return Gates(
        input_gate=1 - forget if block.coupled else parts["input"],
        forget_gate=forget,
        cell_input=parts["cell"],
        output_gate=parts["output"],
    )


def join(i: Floats, f: Floats, c: Floats, o: Floats, block: Block) -> Floats:
    """Rows (..., G) of what `split_gates` splits: those that a block has."""
    parts = dict(zip(GATE_ORDER, (i, f, c, o), strict=True))
    own = [part for name, part in parts.items() if name == "cell" or name in block.own_gates]
    return np.concatenate(own, axis=-1)


def own_gates(rows: Floats, block: Block) -> Floats:
    """Rows (..., R) of all gates, without those of the cell inputs."""
    cells = block.sections(block.hidden_size(rows.shape[-1]))["cell"]
    return np.delete(rows, cells, axis=-1)


def by_gate(own: Iterable[_Part], block: Block, absent: _Part) -> tuple[_Part, _Part, _Part]:
    """Those of input, forget and output gates, of which a block has its own and no others."""
    parts = dict(zip(block.own_gates, own, strict=True))
    i, f, o = (parts.get(name, absent) for name in ("input", "forget", "output"))
    return i, f, o
