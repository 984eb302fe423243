"""Everything a training run needs to go on after a stop, in one file that is never half-written."""

import contextlib
import errno
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import torch

from karussell.errors import TrainingError
from karussell.files import write_over


class Progress(msgspec.Struct, kw_only=True):
    """How far a run has come.

    Attributes:
        epoch: Passes over the text finished.
        pool: Pools of this epoch finished.
        group: Batches of this pool finished.
        step: Updates made.
        words: Words trained on.
        seconds: Time spent training.
    """

    epoch: int = 0
    pool: int = 0
    group: int = 0
    step: int = 0
    words: int = 0
    seconds: float = 0.0


def save_checkpoint(
    path: Path, *, weights: dict[str, Any], optimizer: dict[str, Any], progress: Progress
) -> None:
    """Write a checkpoint in place of the old one.

    Raises:
        OSError: If it cannot be written; the old one is then still whole.
    """
    # Through memory: torch reports a full disk as an error that does not say so.
    whole = io.BytesIO()
    torch.save(
        {"weights": weights, "optimizer": optimizer, "progress": msgspec.to_builtins(progress)},
        whole,
    )
    write_over(path, whole.getbuffer())


def load_checkpoint(path: Path) -> tuple[dict[str, Any], dict[str, Any], Progress]:
    """Weights, optimizer state and progress of a checkpoint.

    Raises:
        TrainingError: If the file is no checkpoint of ours.
    """
    try:
        state = torch.load(path, weights_only=True)
        return state["weights"], state["optimizer"], msgspec.convert(state["progress"], Progress)
    except (KeyError, RuntimeError, EOFError, msgspec.ValidationError, TypeError) as error:
        raise TrainingError(f"{path}: no checkpoint that can be read ({error})") from None


@contextlib.contextmanager
def full_disks_named(folder: Path) -> Iterator[None]:
    """Say in one line that a disk is full or a folder cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EPERM}:
            raise TrainingError(
                f"{folder}: cannot be written ({os.strerror(error.errno)}); earlier results are "
                "whole; make room or choose another place, then start again or resume"
            ) from None
        raise
