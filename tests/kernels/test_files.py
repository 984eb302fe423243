"""Mapped files: what is cut while in use reads as zeros, and every other bus error is passed on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from karussell.kernels import MappedFile

_PAGE = os.sysconf("SC_PAGE_SIZE")
_START = """
import ctypes, faulthandler, mmap, os, signal, sys, threading
import numpy as np
from karussell.kernels import MappedFile
path, page = sys.argv[1], os.sysconf("SC_PAGE_SIZE")

def map_file():
    with open(path, "rb") as file:
        return MappedFile(file.fileno(), os.fstat(file.fileno()).st_size)

def fault_elsewhere():
    with open(path, "r+b") as file:
        foreign = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        os.truncate(path, 0)
        print("before", flush=True)
        foreign[0]
    print("lived on", flush=True)
"""


def _run(path: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own on a file of eight pages of ones."""
    path.write_bytes(b"\1" * 8 * _PAGE)
    return subprocess.run(
        (sys.executable, "-c", _START + code, path), capture_output=True, text=True, timeout=60
    )


def _prints(path: Path, code: str) -> list[str]:
    outcome = _run(path, code)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    return outcome.stdout.split()


def test_a_mapping_holds_the_bytes_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 100)
    with path.open("rb") as file:
        mapped = MappedFile(file.fileno(), 20_000)
    found = mapped.bytes
    assert found.tobytes() == path.read_bytes()[:20_000]
    assert np.frombuffer(found, np.uint8).ctypes.data % 64 == 0
    assert found.readonly
    assert not mapped.damaged


def test_its_bytes_outlive_the_mapping_and_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\7" * 3 * _PAGE)
    with path.open("rb") as file:
        part = MappedFile(file.fileno(), 3 * _PAGE).bytes[_PAGE:]
    path.unlink()
    assert part == b"\7" * 2 * _PAGE


def test_a_file_put_in_place_of_a_mapped_one_changes_nothing(tmp_path: Path) -> None:
    path, other = tmp_path / "file", tmp_path / "other"
    path.write_bytes(b"\1" * 100)
    with path.open("rb") as file:
        mapped = MappedFile(file.fileno(), 100)
    other.write_bytes(b"")
    other.replace(path)
    assert mapped.bytes.tobytes() == b"\1" * 100
    assert not mapped.damaged


def test_what_cannot_be_mapped_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="size is 0"):
        MappedFile(0, 0)
    with pytest.raises(OSError, match="Bad file descriptor"):
        MappedFile(-1, 10)


def test_many_mappings_come_and_go(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\1" * 100)
    with path.open("rb") as file:
        for _ in range(20):
            kept = [MappedFile(file.fileno(), 100).bytes for _ in range(20)]
            assert all(found == b"\1" * 100 for found in kept)


def test_a_file_cut_while_in_use_reads_as_zeros_and_is_damaged(tmp_path: Path) -> None:
    code = """
mapped = map_file()
found = mapped.bytes
print(mapped.damaged, sum(found) // page)
os.truncate(path, 3 * page)
print(sum(found) // page, mapped.damaged)
print(all(found[: 3 * page]), any(found[3 * page :]))
"""
    assert _prints(tmp_path / "f", code) == ["False", "8", "3", "True", "True", "False"]


@pytest.mark.parametrize("left", ["0", "1", "7 * page", "8 * page - 1"])
def test_a_cut_is_seen_before_anything_is_read(tmp_path: Path, left: str) -> None:
    code = f"""
mapped = map_file()
os.truncate(path, {left})
print(mapped.damaged, sum(mapped.bytes) == {left})
"""
    assert _prints(tmp_path / "f", code) == ["True", "True"]


def test_threads_read_a_file_while_it_is_cut(tmp_path: Path) -> None:
    code = """
whole, others = map_file(), [map_file() for _ in range(5)]
stop = threading.Event()
def read(mapped):
    while not stop.is_set():
        sum(mapped.bytes)
readers = [threading.Thread(target=read, args=(mapped,)) for mapped in [whole, *others, whole]]
for reader in readers: reader.start()
for pages in range(7, -1, -1):
    os.truncate(path, pages * page)
    assert whole.damaged and sum(whole.bytes) == pages * page
    map_and_drop = [MappedFile(os.open(sys.executable, os.O_RDONLY), 100) for _ in range(10)]
stop.set()
for reader in readers: reader.join()
print(*{mapped.damaged for mapped in others})
"""
    assert _prints(tmp_path / "f", code) == ["True"]


def test_a_child_of_a_process_with_mappings_is_as_safe(tmp_path: Path) -> None:
    code = """
mapped = map_file()
child = os.fork()
if child == 0:
    os.truncate(path, 0)
    os._exit(42 if sum(mapped.bytes) == 0 and mapped.damaged else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), mapped.damaged)
"""
    assert _prints(tmp_path / "f", code) == ["42", "True"]


def test_a_bus_error_elsewhere_still_kills(tmp_path: Path) -> None:
    outcome = _run(tmp_path / "f", "mapped = map_file()\nfault_elsewhere()")
    assert (outcome.returncode, outcome.stdout) == (-signal.SIGBUS, "before\n")


def test_a_signal_that_was_sent_still_kills(tmp_path: Path) -> None:
    outcome = _run(tmp_path / "f", "mapped = map_file()\nos.kill(os.getpid(), signal.SIGBUS)")
    assert outcome.returncode == -signal.SIGBUS


def test_a_signal_that_was_ignored_still_is(tmp_path: Path) -> None:
    code = """
signal.signal(signal.SIGBUS, signal.SIG_IGN)
mapped = map_file()
os.kill(os.getpid(), signal.SIGBUS)
print("lived on", flush=True)
fault_elsewhere()
"""
    outcome = _run(tmp_path / "f", code)
    assert (outcome.returncode, outcome.stdout) == (-signal.SIGBUS, "lived on\nbefore\n")


def test_an_earlier_handler_is_called(tmp_path: Path) -> None:
    code = """
signal.signal(signal.SIGBUS, lambda *_: print("handled", flush=True))
mapped = map_file()
os.kill(os.getpid(), signal.SIGBUS)
os.truncate(path, 0)
print(sum(mapped.bytes), mapped.damaged)
"""
    assert _prints(tmp_path / "f", code) == ["handled", "0", "True"]


def test_an_earlier_handler_sees_a_fault_elsewhere(tmp_path: Path) -> None:
    code = "faulthandler.enable()\nmapped = map_file()\nfault_elsewhere()"
    outcome = _run(tmp_path / "f", code)
    assert (outcome.returncode, outcome.stdout) == (-signal.SIGBUS, "before\n")
    assert "Fatal Python error: Bus error" in outcome.stderr


def test_an_earlier_handler_does_not_see_a_fault_of_ours(tmp_path: Path) -> None:
    code = """
faulthandler.enable()
mapped = map_file()
os.truncate(path, 0)
print(sum(mapped.bytes), mapped.damaged)
"""
    assert _prints(tmp_path / "f", code) == ["0", "True"]
