"""Packed sequences, which our layers run side by side with their lengths."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from karussell.training.running import States

# Runs a layer on a tensor, from its states if there are any, with lengths.
Run = Callable[[Tensor, States | None, Tensor], tuple[Tensor, States]]


def run_packed(
    layer: nn.RNNBase, input: PackedSequence, states: States | None, run: Run
) -> tuple[PackedSequence, States]:
    """Run a layer on a packed sequence; what comes out is packed and sorted like it."""
    x, sizes = pad_packed_sequence(
        PackedSequence(input.data, input.batch_sizes), batch_first=layer.batch_first
    )
    before = None if states is None else in_order(states, input.sorted_indices)
    outputs, last = run(x, before, sizes)
    packed = pack_padded_sequence(outputs, sizes, batch_first=layer.batch_first)
    sorted_outputs = PackedSequence(
        packed.data, input.batch_sizes, input.sorted_indices, input.unsorted_indices
    )
    return sorted_outputs, in_order(last, input.unsorted_indices)


def in_order(states: States, order: Tensor | None) -> States:
    """States (layers x directions, N, ...) of sequences in another order."""
    return states if order is None else tuple(part.index_select(1, order) for part in states)
