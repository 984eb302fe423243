"""The folder of a training run: one run's at a time, and there until its model is written."""

import contextlib
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from numpy.typing import NDArray

from karussell.errors import TrainingError, UsageError
from karussell.files import write_over
from karussell.training.settings import RunSettings


class RunFolder:
    """Where a run keeps what it needs to go on after a stop: ``OUT.training``.

    Args:
        out: The file of the model it will write.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.path = out.with_name(out.name + ".training")
        self.checkpoint = self.path / "checkpoint.pt"
        self._plan = self.path / "plan.json"

    @property
    def is_begun(self) -> bool:
        """Whether there is a run that can go on."""
        return self._plan.exists() or self.checkpoint.exists()

    def claim(self, settings: RunSettings, *arrays: NDArray[Any]) -> None:
        """Write down what run the folder is of, or check that the one there is the same.

        Args:
            settings: Its choices, of which only its length may change.
            *arrays: What it reads.

        Raises:
            TrainingError: If it is another.
        """
        digest = blake2b(msgspec.json.encode(settings.as_long_as(type(settings)())))
        for array in arrays:
            digest.update(str(array.shape).encode() + array.tobytes())
        run = digest.hexdigest().encode()
        if not self.is_begun:
            write_over(self._plan, run)
        elif not self._plan.exists() or self._plan.read_bytes() != run:
            raise TrainingError(
                f"{self.path}: is of other sequences or settings; go on with those it began with, "
                f"where only {settings.length} and seconds may differ, or delete the folder"
            )

    def remove(self) -> None:
        """Delete the folder and all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def remove_unbegun(self) -> None:
        """Delete the folder if no run can go on from it."""
        if not self.is_begun:
            self.remove()


@contextlib.contextmanager
def run_folder(
    out: Path | None, *, resume: bool | None, overwrite: bool = False
) -> Iterator[RunFolder]:
    """The folder of a run, which no other run can have meanwhile.

    It is gone in the end, unless there is a run in it that can go on.

    Args:
        out: The file of the model; None for one in a temporary place.
        resume: Whether a stopped run goes on; if there is one, for None.
        overwrite: Whether there may be a model already.

    Raises:
        UsageError: If there is a model already.
        TrainingError: If there is nothing to resume, or a stopped run and it is not resumed; if
            another run is at work, or the disk is full.
    """
    with contextlib.ExitStack() as stack:
        if out is None:
            place = stack.enter_context(tempfile.TemporaryDirectory(prefix="karussell-"))
            out = Path(place) / "model.karussell"
        folder = RunFolder(out)
        if resume and not folder.is_begun:
            raise TrainingError(f"{folder.path}: no stopped training here; start without resume")
        stack.enter_context(_full_disks_named(folder.path))
        folder.path.mkdir(parents=True, exist_ok=True)
        if not _locked(stack.enter_context((folder.path / "lock").open("ab"))):
            raise TrainingError(
                f"{folder.path}: another training is at work here; wait for its end, or choose "
                "another name for the model"
            )
        stack.callback(folder.remove_unbegun)
        if out.exists() and not overwrite:
            raise UsageError(f"{out}: exists already; choose another name or allow overwriting it")
        if folder.is_begun and resume is False:
            raise TrainingError(
                f"{folder.path}: a stopped training is here; go on with resume, or delete the "
                "folder"
            )
        yield folder
        folder.remove()


@contextlib.contextmanager
def _full_disks_named(folder: Path) -> Iterator[None]:
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


def _locked(file: BinaryIO) -> bool:
    """Whether an open file is ours alone now, for as long as it is open."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever held it may have removed it meanwhile, and another may have made a new one.
        return os.path.samestat(os.fstat(file.fileno()), os.stat(file.name))
    except OSError as error:
        # Where files cannot be locked there is no reason not to train.
        return error.errno in {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS}
