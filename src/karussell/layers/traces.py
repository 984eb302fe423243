"""What every gate did at every time step, as tensors shaped like the input."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from karussell.kernels import Block
from karussell.layers.tensors import LayerRun


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LayerTrace:
    """The gates and cells of one layer in one direction over a sequence.

    ``...`` is (T, N), (N, T) with ``batch_first``, or (T,) without a batch.

    Attributes:
        input_gate: How far each block let its cells be written (..., B).
        forget_gate: How much of its cells each block kept (..., B).
        output_gate: How far each block let its cells be read (..., B).
        cell_input: What each cell was offered (..., H).
        cell: What each cell held afterwards (..., H).
    """

    input_gate: Tensor
    forget_gate: Tensor
    output_gate: Tensor
    cell_input: Tensor
    cell: Tensor


def layer_traces(
    runs: Sequence[LayerRun], block: Block, shape: Sequence[int], *, turn: bool
) -> tuple[LayerTrace, ...]:
    """Name what layers did, shaped as their input was; ``turn`` says that the batch comes first."""

    def shaped(part: Tensor) -> Tensor:
        return (part.transpose(0, 1) if turn else part).reshape(*shape, part.size(-1))

    def one(run: LayerRun) -> LayerTrace:
        size = run.cells.size(-1)
        blocks = block.blocks(size)
        parts = [*[blocks] * (block.gates - 1), size, blocks]
        *before, cell_input, output = torch.split(shaped(run.gates.detach()), parts, dim=-1)
        forget = before[-1] if block.forgets else torch.ones_like(output)
        return LayerTrace(
            input_gate=1 - forget if block.coupled else before[0],
            forget_gate=forget,
            output_gate=output,
            cell_input=cell_input,
            cell=shaped(run.cells),
        )

    return tuple(map(one, runs))
