"""The streams of a process: closed, full, left by their readers, in any encoding."""

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import Any

_OUT, _ERR = 1, 2
# What has the place of a closed stream fails when it is read, or written, as that would: only what
# is said on standard error is not missed.
_INSTEAD = {"stdin": os.O_WRONLY, "stdout": os.O_RDONLY, "stderr": os.O_WRONLY}


def open_streams() -> None:
    """Take the place of streams that whoever starts us has closed, and print in any encoding.

    A file that is opened later must not get the number of one of them.
    """
    for number, (name, way) in enumerate(_INSTEAD.items()):
        try:
            os.fstat(number)
        except OSError:
            _redirect(number, way)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w" if number else "r", closefd=False))  # noqa: SIM115
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    if not isinstance(sys.stderr, _Forgiving):
        sys.stderr = _Forgiving(sys.stderr)


def close_output() -> OSError | None:
    """Write what is still to be written.

    Returns:
        Why it cannot be, if so; then it is lost, and Python does not try it again when it ends.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        with suppress(OSError):
            if sys.stdout.fileno() == _OUT:
                _redirect(_OUT, os.O_WRONLY)
        return error
    return None


def _redirect(number: int, way: int) -> None:
    """Let a stream be one that takes or gives nothing."""
    null = os.open(os.devnull, way)
    if null != number:
        os.dup2(null, number)
        os.close(null)


class _Forgiving:
    """Standard error, on which a command's work does not depend."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, if that can be."""
        try:
            self._stream.write(text)
        except OSError:
            self._give_up()
        return len(text)

    def flush(self) -> None:
        """Bring what was written to where it belongs, if that can be."""
        try:
            self._stream.flush()
        except OSError:
            self._give_up()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _give_up(self) -> None:
        with suppress(OSError):
            if self._stream.fileno() == _ERR:
                _redirect(_ERR, os.O_WRONLY)
