"""Everything a training run needs to go on after a stop, in one file that is never half-written."""

import contextlib
import io
import pickle
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import torch

from karussell.errors import KarussellError, TrainingError
from karussell.files import write_over

# What torch, msgspec and we ourselves raise when a file is not what it should be.
_UNREADABLE = (
    OSError, EOFError, zipfile.BadZipFile, pickle.UnpicklingError, RuntimeError,
    msgspec.MsgspecError, LookupError, TypeError, ValueError, AttributeError, KarussellError,
)  # fmt: skip
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

    step: int = 0
    read: int = 0
    seconds: float = 0.0
    score: float | None = None


def save_states(path: Path, description: msgspec.Struct, **states: Any) -> None:
    """Write states that torch knows, and what describes them, in place of an older file.

    Raises:
        OSError: If it cannot be written; the old one is then still whole.
    """
    # Through memory: torch reports a full disk as an error that does not say so.
    whole = io.BytesIO()
    torch.save({"description": msgspec.json.encode(description).decode(), **states}, whole)
    write_over(path, whole.getbuffer())


def load_states(path: Path, kind: type[Described]) -> tuple[Described, dict[str, Any]]:
    """What ``save_states`` wrote; use it where damage is named."""
    # Each record has a checksum, which torch writes and does not read.
    with zipfile.ZipFile(path) as file:
        if damaged := file.testzip():
            raise ValueError(f"{damaged} is damaged")
    states = torch.load(path, weights_only=True)
    return msgspec.json.decode(states.pop("description"), type=kind), states


@contextlib.contextmanager
def damage_named(what: str, then: str) -> Iterator[None]:
    """Say in one line that something cannot be read, why, and what to do then.

    Raises:
        TrainingError: If it cannot.
    """
    try:
        yield
    except _UNREADABLE as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise TrainingError(f"{what} ({reason}); {then}") from None
