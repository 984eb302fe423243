"""A folder that is one run's alone, whichever process or thread asks for it."""

import contextlib
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from karussell.errors import TrainingError
from karussell.files import is_alone, owners_alone

LOCK = "lock"
"""The name of the file in the folder that is locked."""

_OWNERS = 0o700
# Bits of a mode by which others may do anything.
_OTHERS = 0o077
# How a system says that files there cannot be locked at all.
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})
# A run that ends takes its folder away; whoever comes then makes a new one.
_TRIES = 100


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """A folder that is made if it is not there, that only its owner may enter, and ours alone.

    Raises:
        TrainingError: If another run is at work in it, or it cannot be had.
        OSError: If it cannot be made.
    """
    lock, opened = _take(folder)
    try:
        yield
    finally:
        if lock.parent != folder:
            lock.unlink(missing_ok=True)
        _unlock(opened)
        os.close(opened)


def _take(folder: Path) -> tuple[Path, int]:
    """The lock of a folder, open, in a place where files can be locked."""
    # The second is for file systems without locks; all trainings of a machine look there.
    name = blake2b(os.fsencode(os.path.realpath(folder)), digest_size=16).hexdigest()
    for lock in (folder / LOCK, Path(tempfile.gettempdir()) / f"karussell-{name}.lock"):
        for _ in range(_TRIES):
            _make(folder)
            try:
                return lock, _open_locked(lock)
            except FileNotFoundError:
                continue  # whoever held it took it away meanwhile
            except BlockingIOError:
                raise TrainingError(
                    f"{folder}: another training is at work here; wait for its end, or choose "
                    "another name for the model"
                ) from None
            except OSError as error:
                if error.errno not in _NO_LOCKS:
                    raise
                break
    raise TrainingError(f"{folder}: cannot be locked; choose another place for the model")


def _make(folder: Path) -> None:
    """Make a folder of the owner's, or see to it that one is such."""
    with contextlib.suppress(FileExistsError):
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=_OWNERS)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise TrainingError(
            f"{folder}: is no folder, and a training keeps its files there; move it away, or "
            "choose another name for the model"
        )
    if sys.platform == "win32":
        return
    if found.st_uid != os.geteuid():
        raise TrainingError(f"{folder}: belongs to another user; choose another name for the model")
    if stat.S_IMODE(found.st_mode) != _OWNERS:
        folder.chmod(_OWNERS)
        for path in folder.iterdir():
            if stat.S_ISREG(path.lstat().st_mode):
                path.chmod(0o600)


def _open_locked(path: Path) -> int:
    """A file, made if it is not there and open, that is ours alone for as long as it is open.

    Raises:
        BlockingIOError: If it is another's.
        FileNotFoundError: If it was taken away meanwhile.
        OSError: If it cannot be made or locked.
    """
    opened = owners_alone(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    try:
        if not is_alone(opened):
            raise BlockingIOError(errno.EWOULDBLOCK, os.strerror(errno.EWOULDBLOCK), str(path))
        if not os.path.samestat(os.fstat(opened), os.stat(path)):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    except BaseException:
        os.close(opened)
        raise
    return opened


def _unlock(opened: int) -> None:
    """Let others have it now, not when the last child that was forked meanwhile has ended."""
    if sys.platform != "win32":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.flock(opened, fcntl.LOCK_UN)
