"""Batches of sequences of different lengths, time first."""

import torch
from torch import Tensor

from karussell.errors import UsageError


def check_lengths(lengths: Tensor | list[int], x: Tensor) -> Tensor:
    """Return lengths as int64 (N,) on the CPU.

    Raises:
        UsageError: There is not one for each sequence of x (T, N, I), or one is not 0 to T.
    """
    checked = torch.as_tensor(lengths, dtype=torch.int64, device="cpu")
    time, batch = x.shape[:2]
    if tuple(checked.shape) != (batch,):
        raise UsageError(f"lengths are {list(checked.shape)}, expected one for each of {batch}")
    if torch.compiler.is_compiling():
        return checked  # the kernels look at its values when they run
    if int(checked.min()) < 0 or int(checked.max()) > time:
        raise UsageError(
            f"lengths are {int(checked.min())} to {int(checked.max())}, expected 0 to {time}"
        )
    return checked


def reverse(x: Tensor, lengths: Tensor | None) -> Tensor:
    """Turn each sequence of x (T, N, I) round; what lies beyond its length stays where it is."""
    if lengths is None:
        return x.flip(0)
    time = torch.arange(len(x))[:, None]
    from_where = torch.where(time < lengths, lengths - 1 - time, time).to(x.device)
    return x.gather(0, from_where[:, :, None].expand_as(x))


def last_outputs(outputs: Tensor, hidden: Tensor, lengths: Tensor | None) -> Tensor:
    """The last output (N, P) of each sequence; the state before, if it has none."""
    if lengths is None:
        return outputs[-1]
    at = (lengths - 1).clamp(min=0).to(outputs.device)[None, :, None]
    last = outputs.gather(0, at.expand(1, *outputs.shape[1:])).squeeze(0)
    return torch.where((lengths > 0).to(outputs.device)[:, None], last, hidden)


def zero_beyond(outputs: Tensor, lengths: Tensor | None) -> Tensor:
    """Outputs (T, N, P), zero beyond each sequence's length."""
    if lengths is None:
        return outputs
    time = torch.arange(len(outputs))[:, None]
    alive = (time < lengths).to(outputs.device)[:, :, None]
    return torch.where(alive, outputs, torch.zeros_like(outputs))
