"""Files of nothing but tiny values: reading them takes no more memory than their size allows."""

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from karussell.errors import KarussellError
from karussell.history import parsed
from karussell.imports import Export
from tests.hostile.fuzz import memory_taken

_SIZE = 3 * 2**19
# Beside twice the file: what a reader holds of one part of it.
_ROOM = 12 * 2**20


def _read(path: Path, format: str) -> None:
    if format == "history":
        parsed(path.read_bytes())
        return
    for _ in Export(path, format=format).messages():
        pass


# What a file begins with, what it is full of, and what ends it.
_DENSE = {
    "telegram messages": ("telegram", b'{"messages":[', b"[],", b"[]]}"),
    "telegram texts": ("telegram", b'{"messages":[{"text":[', b'"",', b"1]}]}"),
    "telegram parts left out": ("telegram", b'{"messages":[{"via_bot":[', b"{},", b"{}]}]}"),
    "telegram others": ("telegram", b'{"messages":[{"reactions":[', b"{},", b"{}]}]}"),
    "signal records": ("signal", b"[{},", b"1,", b"{}]"),
    "signal keys": ("signal", b'{\n"messages":[{', b'"":{},', b'"a":[]}]}'),
    "signal lines": ("signal", b'{"envelope":[', b"{},", b"{}]}\n"),
    "signal text": ("signal", b"[2024-03-12 10:11] Me: x\n", b"ab\n", b""),
    "sms tags": ("sms", b"<smses>", b"<a>", b""),
    "sms attributes": ("sms", b"<smses><sms ", b"a='' ", b"/></smses>"),
    "mail lines": ("mbox", b"From a\nFrom: a@b.c\n\n", b"ab\n", b""),
    "mail headers": ("eml", b"From: a@b.c\n", b"a:\n", b""),
    "mail parts": (
        *("eml", b"From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n"),
        *(b"--b\n\n", b"--b--"),
    ),
    "chat lines": ("whatsapp", b"12/03/24, 10:11 - Anna: See\n", b"ab\n", b""),
    "text": ("text", b"", b"ab\n", b""),
    "markdown": ("markdown", b"---\n", b"ab\n", b""),
    "history entries": ("history", b'{"format":"x","version":1,"entries":[', b"{},", b"{}]}"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells no peak of memory")
@pytest.mark.parametrize("name", _DENSE)
def test_tiny_values_take_no_more_memory_than_the_file(name: str, tmp_path: Path) -> None:
    format, begin, each, end = _DENSE[name]
    path = tmp_path / "file"
    path.write_bytes(begin + each * (_SIZE // len(each)) + end)
    taken = _in_child(lambda: _memory_of(path, format))
    assert taken < 2 * path.stat().st_size + _ROOM


def _memory_of(path: Path, format: str) -> int:
    with memory_taken() as memory, contextlib.suppress(KarussellError):
        _read(path, format)
    return memory[0]


def _in_child(work: Callable[[], int]) -> int:
    """What work gives in a process of its own, whose memory nobody else's has touched."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(write, str(work()).encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with open(read, "rb") as pipe:
        return int(pipe.read())
