"""Sequences of different lengths side by side: which steps are theirs."""

import torch
from torch import Tensor

from karussell.errors import UsageError
from karussell.layers.watching import traced, values_of, watched


def checked_lengths(lengths: Tensor | list[int], x: Tensor) -> Tensor:
    """Lengths as int64 (N,) on the CPU: one for each sequence of x (T, N, I), 0 to T.

    Raises:
        UsageError: They do not fit.
    """
    checked = _as_tensor(lengths)
    if checked.is_floating_point() or checked.is_complex() or checked.dtype == torch.bool:
        raise UsageError(f"lengths are {checked.dtype}, expected whole numbers")
    checked = checked.to(torch.int64)
    if checked.dim() != 1 or checked.size(0) != x.size(1):
        raise UsageError(f"lengths are {list(checked.shape)}, expected one for each of {x.size(1)}")
    if torch.onnx.is_in_onnx_export():
        return checked  # no value is known yet, and ONNX has no such check
    if watched((checked, x)) or traced():
        held: Tensor = _checked(checked, x)
        return held
    _check(values_of(checked), x.size(0))
    return checked


def _as_tensor(lengths: Tensor | list[int]) -> Tensor:
    if isinstance(lengths, Tensor):
        if lengths.is_meta:
            raise UsageError("lengths are on meta, which holds no numbers; expected the CPU")
        return lengths.to("cpu")
    try:
        return torch.as_tensor(lengths, device="cpu")
    except (TypeError, ValueError, RuntimeError):
        raise UsageError(f"lengths are {lengths!r:.80}, expected whole numbers") from None


def last_outputs(outputs: Tensor, hidden: Tensor, lengths: Tensor | None) -> Tensor:
    """The last output (N, P) of each sequence; the state before, if it has none."""
    if lengths is None:
        return outputs[-1]
    at = (lengths - 1).clamp(min=0).to(outputs.device)[None, :, None]
    last = outputs.gather(0, at.expand(1, -1, outputs.size(-1))).squeeze(0)
    return torch.where((lengths > 0).to(outputs.device)[:, None], last, hidden)


def zero_beyond(outputs: Tensor, lengths: Tensor | None) -> Tensor:
    """Outputs (T, N, P), zero beyond each sequence's length."""
    if lengths is None:
        return outputs
    alive = (_steps(outputs) < lengths).to(outputs.device)[:, :, None]
    return torch.where(alive, outputs, torch.zeros_like(outputs))


def turned_round(x: Tensor, lengths: Tensor | None) -> Tensor:
    """Each sequence of x (T, N, I) turned round; what lies beyond its length stays where it is."""
    if lengths is None:
        return x.flip(0)
    time = _steps(x)
    from_where = torch.where(time < lengths, lengths - 1 - time, time).to(x.device)
    return x.gather(0, from_where[:, :, None].expand_as(x))


def _steps(x: Tensor) -> Tensor:
    """The numbers of the steps of x (T, N, I), (T, 1), where lengths are."""
    return torch.arange(x.size(0), device="cpu")[:, None]


@torch.library.custom_op("karussell::lengths", mutates_args=())
def _checked(lengths: Tensor, x: Tensor) -> Tensor:
    """Lengths that were checked when a recorded program ran."""
    _check(lengths, x.size(0))
    return lengths.clone()


@_checked.register_fake
def _(lengths: Tensor, x: Tensor) -> Tensor:
    return torch.empty_like(lengths)


def _check(lengths: Tensor, time: int) -> None:
    if not lengths.numel():
        return
    least, most = int(lengths.min()), int(lengths.max())
    if least < 0 or most > time:
        raise UsageError(f"lengths are {least} to {most}, expected 0 to {time}")
