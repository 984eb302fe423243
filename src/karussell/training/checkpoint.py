"""Everything a training run needs to go on after a stop, in one file that is never half-written."""

import contextlib
import io
import pickletools
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import torch
from msgspec import Meta
from torch import Tensor

from karussell.errors import TrainingError, shown
from karussell.files import reason_of, write_over
from karussell.store import LARGEST_WEIGHT

_LONGEST_NAME = 200
Described = TypeVar("Described", bound=msgspec.Struct)


class Progress(msgspec.Struct, kw_only=True):
    """How far a run has come.

    Attributes:
        step: Updates made.
        read: Words, tokens or steps trained on.
        seconds: Time spent training.
        score: Of the held-out part when it was last measured, or of the best weights if they are
            kept; None before the first.
    """

    step: Annotated[int, Meta(ge=0, le=2**53)] = 0
    read: Annotated[int, Meta(ge=0, le=2**53)] = 0
    seconds: Annotated[float, Meta(ge=0)] = 0.0
    score: float | None = None


def save_states(path: Path, description: msgspec.Struct, **states: Any) -> None:
    """Write states that torch knows, and what describes them, in place of an older file.

    Raises:
        OSError: If it cannot be written; the old one is then still whole.
    """
    # Through memory: torch reports a full disk as an error that does not say so.
    whole = io.BytesIO()
    told = msgspec.json.encode(description).decode()
    torch.save({"description": told, **on_cpu(states)}, whole)
    write_over(path, whole.getbuffer())


def on_cpu(states: Any) -> Any:
    """The same states, their tensors on the CPU, wherever they were, each in memory of its own."""
    if isinstance(states, Tensor):
        alone = states.untyped_storage().nbytes() == states.numel() * states.element_size()
        return states.cpu() if alone else states.cpu().clone()
    if isinstance(states, dict):
        return {name: on_cpu(each) for name, each in states.items()}
    if isinstance(states, list | tuple):
        return type(states)(map(on_cpu, states))
    return states


def load_states(path: Path, kind: type[Described]) -> tuple[Described, dict[str, Any]]:
    """What ``save_states`` wrote; use it where damage is named."""
    with path.open("rb") as opened, zipfile.ZipFile(opened) as file:
        # A record that is packed may be a bomb.
        if any(each.compress_type != zipfile.ZIP_STORED for each in file.infolist()):
            raise ValueError("a record is packed")
        # Each has a checksum, which torch writes and does not read.
        if damaged := file.testzip():
            raise ValueError(f"{damaged} is damaged")
        for name in file.namelist():
            if name.endswith("/data.pkl"):
                _check_names(file.read(name))
        # First without the numbers: a tensor may say that it is larger than the file.
        opened.seek(0)
        outlines = torch.load(opened, weights_only=True, map_location="meta")
        _check_sizes(_tensors(outlines), path.stat().st_size)
        opened.seek(0)
        states = torch.load(opened, weights_only=True)
    if not all(torch.isfinite(each).all() for each in _tensors(states)):
        raise ValueError("a number is not finite")
    return msgspec.json.decode(states.pop("description"), type=kind), states


def check_weights(weights: dict[str, Tensor], best: dict[str, Tensor] | None) -> None:
    """Refuse weights that no training gives.

    Raises:
        ValueError: If there are any.
    """
    for each in (weights, best):
        if each is not None and _shapes(each) != _shapes(weights):
            raise ValueError("the best weights are of another network")
        if any((tensor.abs() > LARGEST_WEIGHT).any() for tensor in (each or {}).values()):
            raise ValueError(f"a weight is larger than {LARGEST_WEIGHT:g}")


def resume_optimizer(optimizer: torch.optim.Optimizer, state: dict[int, dict[str, Tensor]]) -> None:
    """Have Adam know of each weight what it knew, whose shapes its kernels do not look at.

    Raises:
        ValueError: If it is of other weights.
    """
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    for weight in (each for group in optimizer.param_groups for each in group["params"]):
        known = optimizer.state[weight]
        expected = dict.fromkeys(("exp_avg", "exp_avg_sq"), weight.shape)
        if known and _shapes(known) != {"step": torch.Size(()), **expected}:
            raise ValueError("the optimizer is of another network")
        if known and (known["step"] < 0 or (known["exp_avg_sq"] < 0).any()):
            raise ValueError("the optimizer knows a negative square")


def _shapes(weights: dict[str, Tensor]) -> dict[str, torch.Size]:
    return {name: each.shape for name, each in weights.items()}


def _tensors(states: Any) -> Iterator[Tensor]:
    """All tensors in what torch read."""
    if isinstance(states, Tensor):
        yield states
    elif isinstance(states, dict):
        yield from _tensors(list(states.values()))
    elif isinstance(states, list | tuple):
        for each in states:
            yield from _tensors(each)


def _check_names(record: bytes) -> None:
    """Refuse names so long that torch takes minutes to say that it does not know them.

    Raises:
        ValueError: If there is one, or the record is no pickle.
    """
    for opcode, given, _ in pickletools.genops(record):
        if opcode.name == "GLOBAL" and len(str(given)) > _LONGEST_NAME:
            raise ValueError("a name in it is too long")


def _check_sizes(tensors: Iterator[Tensor], size: int) -> None:
    """Refuse tensors that take more memory than a file of this size has.

    Raises:
        ValueError: If they do.
    """
    held: dict[int, int] = {}
    for each in tensors:
        storage = each.untyped_storage()
        held[storage._cdata] = storage.nbytes()
        if each.numel() * each.element_size() > storage.nbytes():
            raise ValueError("a tensor is larger than what is stored of it")
    if sum(held.values()) > size:
        raise ValueError("its tensors are larger than the file")


@contextlib.contextmanager
def damage_named(what: str, then: str) -> Iterator[None]:
    """Say in one line that something cannot be read, why, and what to do then.

    Raises:
        TrainingError: If it cannot.
    """
    try:
        yield
    # Torch, NumPy and Python's unpickler raise anything when a file is not what it should be.
    except Exception as error:
        reason = (reason_of(error).splitlines() or [type(error).__name__])[0]
        raise TrainingError(f"{what} ({shown(reason, 120)}); {then}") from None
