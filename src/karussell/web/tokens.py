"""The token of programs: a secret in a file that only its owner reads."""

import contextlib
import os
import re
import secrets
import stat
import sys
from pathlib import Path

from karussell.errors import ServerError

_TOKEN = re.compile(r"[\w-]{32,128}", re.ASCII)


def usual_token_file() -> Path:
    """Where the token is kept if nobody names another place."""
    from platformdirs import user_data_path

    try:
        return user_data_path("karussell", appauthor=False) / "token"
    except RuntimeError:
        raise ServerError(
            "it is not known where your home is; set HOME, or name the file of the token "
            "(--token-file FILE)"
        ) from None


def token_of(path: Path) -> str:
    """The token in a file, which is made if there is none.

    Raises:
        ServerError: The file cannot be made or read, is another's or open to others, or holds no
            token.
    """
    try:
        with contextlib.suppress(FileExistsError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            return _made(path)
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(opened, "rb") as file:
            _check(path, os.fstat(opened))
            found = file.read(1000).decode("ascii", "replace").strip()
    except OSError as error:
        why = error.strerror or str(error)
        raise ServerError(
            f"{path}: no token there ({why}); name another file (--token-file)"
        ) from None
    if not _TOKEN.fullmatch(found):
        raise ServerError(
            f"{path}: holds no token, expected 32 to 128 letters, digits, - or _; delete it, and "
            "one is made"
        )
    return found


def _made(path: Path) -> str:
    token = secrets.token_urlsafe(32)
    part = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        opened = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(opened, "w") as file:
            file.write(f"{token}\n")
        os.link(part, path)  # whole or not at all, and never in place of another
    finally:
        part.unlink(missing_ok=True)
    return token


def _check(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ServerError(f"{path}: is no plain file, expected that of the token")
    if sys.platform == "win32":
        return
    if found.st_uid != os.geteuid():
        raise ServerError(f"{path}: belongs to another user; name one of yours (--token-file)")
    if found.st_mode & 0o077:
        raise ServerError(
            f"{path}: others may read or change it; delete it, and a new token is made, or "
            f"chmod 600 if nobody else has seen it"
        )
