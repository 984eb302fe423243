"""The folder of a training run: one run's at a time, and there until its model is written."""

import contextlib
import errno
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
from numpy.typing import NDArray

from karussell.errors import TrainingError, UsageError
from karussell.files import check_outputs, reason_of, sync_names, write_over
from karussell.training.lock import LOCK, locked
from karussell.training.settings import RunSettings, Settings

_ENDING = ".training"
# Names here are those of devices and open files, which nothing takes the place of.
_NO_FOLDERS = re.compile(r"/dev|/dev/fd|/proc(/.*)?")
# What is wrong with a place, not with us.
_PLACES = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EPERM, errno.EIO, errno.EFBIG,
    errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EEXIST,
})  # fmt: skip


# How torch says that there is no memory.
_NO_MEMORY = re.compile(
    r"not enough memory|can't allocate memory|[Cc]annot allocate memory|out of memory"
)


class RunFolder:
    """Where a run keeps what it needs to go on after a stop: ``OUT.training``.

    Args:
        out: The file of the model it will write; if it is a link, that where it leads.
    """

    def __init__(self, out: Path) -> None:
        self.out = Path(os.path.realpath(out)) if out.is_symlink() else out
        self.path = self.out.parent / f"{self.out.name}{_ENDING}"
        self.checkpoint = self.path / "checkpoint.pt"
        self.result = self.path / "model"
        self._plan = self.path / "plan.json"
        self._starter = self.path / "torchrun"

    @property
    def is_begun(self) -> bool:
        """Whether there is a run that can go on."""
        return self._plan.exists() or self.checkpoint.exists()

    @property
    def goes_on(self) -> bool:
        """Whether a run goes on here without being asked to.

        So it is where torchrun starts processes anew, since one had ended or another one has come.
        """
        starter = _starter()
        again = int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")) > 0
        known = starter and self._starter.exists() and self._starter.read_bytes() == starter
        return self.is_begun and bool(again or known)

    def sign(self) -> None:
        """Write down which torchrun has started this process, if one has."""
        if starter := _starter():
            write_over(self._starter, starter)

    def claim(self, settings: RunSettings, *arrays: NDArray[Any]) -> bytes:
        """Write down what run the folder is of, or check that the one there is the same.

        Args:
            settings: Its choices, of which only its length and threads may change.
            *arrays: What it reads.

        Returns:
            What tells this run from others.

        Raises:
            TrainingError: If it is another.
        """
        settings = msgspec.structs.replace(settings.as_long_as(type(settings)()), threads=0)
        digest = blake2b(msgspec.json.encode(settings))
        for array in arrays:
            digest.update(str(array.shape).encode() + array.tobytes())
        run = digest.hexdigest().encode()
        if not self.is_begun:
            precision = settings.precision if isinstance(settings, Settings) else ""
            write_over(self._plan, b" ".join([run, precision.encode()]))
        elif not self._plan.exists() or self._plan.read_bytes().split()[:1] != [run]:
            raise TrainingError(
                f"{self.path}: is of other sequences or settings; go on with those it began with, "
                f"where only {settings.length} and seconds may differ, or delete the folder"
            )
        return run

    def as_begun(self, settings: Settings) -> Settings:
        """The same choices, "auto" being what it was when the run here began.

        So a run goes on as it is, also on a machine where another precision is the quicker one.
        """
        known = self._plan.read_bytes().split()[1:] if self._plan.exists() else []
        if settings.precision != "auto" or known not in ([b"float32"], [b"bfloat16"]):
            return settings
        return msgspec.structs.replace(settings, precision=known[0].decode())

    def deliver(self) -> None:
        """Give the model that was written to ``result`` its own name.

        Others may read it if they could read the one that it takes the place of.

        Raises:
            OSError: If it cannot be renamed; an older model is then still whole.
        """
        mode = stat.S_IMODE(self.out.stat().st_mode) if self.out.exists() else 0o600
        self.result.chmod(mode)
        os.replace(self.result, self.out)
        sync_names(self.out.absolute().parent)

    def remove(self) -> None:
        """Delete the folder and all that is in it, the lock last."""
        with contextlib.suppress(OSError):
            for path in self.path.iterdir():
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path, ignore_errors=True)
                elif path.name != LOCK:
                    path.unlink()
            # Whoever waits for the name makes a folder of their own, which is none of ours.
            (self.path / LOCK).unlink(missing_ok=True)
            self.path.rmdir()


@contextlib.contextmanager
def run_folder(
    out: Path | None,
    *,
    resume: bool | None,
    overwrite: bool = False,
    inputs: Sequence[Path] = (),
) -> Iterator[RunFolder]:
    """The folder of a run, which no other run can have meanwhile.

    It is gone in the end, unless there is a run in it that can go on: one that was stopped, or
    failed after its first checkpoint.

    Args:
        out: The file of the model; None for one in a temporary place.
        resume: Whether a stopped run goes on; if there is one, for None.
        overwrite: Whether there may be a model already.
        inputs: The files that are read.

    Raises:
        UsageError: If there is a model already, or ``out`` is no file to be written.
        TrainingError: If there is nothing to resume, or a stopped run and it is not resumed; if
            another run is at work, or the disk is full.
    """
    with contextlib.ExitStack() as stack:
        if out is None:
            out = stack.enter_context(_own_place()) / "model.karussell"
        folder = check_output(out, resume=resume, overwrite=overwrite, inputs=inputs)
        stack.enter_context(_limits_named(folder.path))
        stack.enter_context(locked(folder.path))
        try:
            # Another run may have begun or ended since.
            _check_runs(folder, resume=resume, overwrite=overwrite)
            fresh = not folder.is_begun
            folder.sign()
            yield folder
        except BaseException as error:
            fails = isinstance(error, Exception) and not isinstance(error, OSError)
            if not folder.is_begun or (fails and fresh and not folder.checkpoint.exists()):
                folder.remove()
            raise
        folder.remove()


@contextlib.contextmanager
def _own_place() -> Iterator[Path]:
    """A temporary folder that only the process which made it removes.

    A child that ends like any program would remove a `tempfile.TemporaryDirectory` of its parent.
    """
    process, place = os.getpid(), Path(tempfile.mkdtemp(prefix="karussell-"))
    try:
        yield place
    finally:
        if os.getpid() == process:
            shutil.rmtree(place)


def check_output(
    out: Path, *, resume: bool | None, overwrite: bool, inputs: Sequence[Path] = ()
) -> RunFolder:
    """The folder of a run that can begin, or go on, as far as can be told beforehand.

    Args:
        out: The file of the model.
        resume: Whether a stopped run goes on; if there is one, for None.
        overwrite: Whether there may be a model already.
        inputs: The files that are read.

    Raises:
        UsageError: If there is a model already, or ``out`` is no file to be written.
        TrainingError: If there is nothing to resume, or a stopped run and it is not resumed; if
            another run is at work.
    """
    if (out.exists() and not out.is_file()) or _NO_FOLDERS.fullmatch(str(_real(out.parent))):
        what = "a folder" if out.is_dir() else "no plain file"
        raise UsageError(f"{out}: is {what}; expected a name for the model's file")
    folder = RunFolder(out)
    check_outputs([out], inputs)
    for path in inputs:
        if folder.path.is_dir() and _real(folder.path) in _real(path).parents:
            raise UsageError(
                f"{path}: lies in the folder of the training, which is deleted in the end; move "
                "it elsewhere"
            )
    with locked(folder.path) if folder.path.exists() else contextlib.nullcontext():
        _check_runs(folder, resume=resume, overwrite=overwrite)
    return folder


def _check_runs(folder: RunFolder, *, resume: bool | None, overwrite: bool) -> None:
    """Refuse to begin what was begun before, to go on with nothing, and to replace a model."""
    out, is_there = folder.out, folder.out.exists() and not overwrite
    if resume and not folder.is_begun:
        if is_there:
            raise UsageError(
                f"{out}: this training has ended, and there is nothing to go on with; to train "
                "anew, leave out resume=True and give overwrite=True"
            )
        raise TrainingError(f"{folder.path}: no stopped training here; start without resume=True")
    if is_there:
        raise UsageError(f"{out}: exists already; choose another name, or give overwrite=True")
    if folder.is_begun and resume is False:
        raise TrainingError(
            f"{folder.path}: a stopped training is here; go on with resume=True, or "
            "delete the folder"
        )


def _starter() -> bytes:
    """What tells a start of torchrun from others; nothing where it does not."""
    name = os.environ.get("TORCHELASTIC_RUN_ID", "none")
    return b"" if name == "none" else name.encode()


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


@contextlib.contextmanager
def _limits_named(folder: Path) -> Iterator[None]:
    """Say in one line that a disk or the memory is full, or a folder cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in _PLACES:
            raise TrainingError(
                f"{folder}: cannot be written ({reason_of(error)}); earlier results are "
                "whole; make room or choose another place, then start again or resume"
            ) from None
        raise
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)):
            raise TrainingError(
                "there is not enough memory for this training; choose smaller sizes (hidden_size, "
                "layers, embedding_size, vocabulary_size, batch_words) or end other programs"
            ) from None
        raise
