import gzip
import io
import lzma
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from karussell.errors import TextError, UsageError
from karussell.text import read_lines, unpacked

_TEXT = "\ufeffSee you\r\ntomorrow\n\nna\u00efve"
_LINES = ["See you", "tomorrow", "", "na\u00efve"]


def test_lines_of_plain_and_compressed_files(tmp_path: Path) -> None:
    data = _TEXT.encode()
    (tmp_path / "a.txt").write_bytes(data)
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(data))
    (tmp_path / "a.txt.xz").write_bytes(lzma.compress(data))
    for path in tmp_path.iterdir():
        assert list(read_lines(path)) == _LINES


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert list(read_lines(tmp_path / "a")) == []


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("a", b"fine\nb\xffad", "line 2 is not UTF-8 .byte 0xff"),
        ("a", b"fine\nz\0ero", "line 2 is binary data"),
        ("a.gz", b"no gzip", "damaged .gz file"),
        ("a.gz", gzip.compress(b"words " * 100, mtime=0)[:-10], "damaged .gz file"),
        ("a.xz", b"no xz at all", "damaged .xz file"),
        ("a.xz", lzma.compress(b"words " * 100)[:-10], "damaged .xz file"),
        ("a.gz", gzip.compress(b"words " * 100, mtime=0)[:20] + b"\xff" * 30, "damaged .gz file"),
    ],
    ids=["latin-1", "zero", "no gzip", "cut gzip", "no xz", "cut xz", "damaged gzip"],
)
def test_a_file_that_is_no_text_is_named(
    tmp_path: Path, name: str, data: bytes, complaint: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(TextError, match=complaint):
        list(read_lines(tmp_path / name))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TextError, match=r"absent\.txt: no such file"):
        list(read_lines(tmp_path / "absent.txt"))


def test_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="is a folder"):
        list(read_lines(tmp_path))


@pytest.mark.parametrize("suffix", [".GZ", ".Gz", ".txt.gZ", ".XZ", ".txt", ""])
def test_what_is_compressed_is_read_however_it_is_called(tmp_path: Path, suffix: str) -> None:
    packed = lzma.compress if suffix.lower().endswith("xz") else gzip.compress
    path = tmp_path / f"text{suffix}"
    path.write_bytes(packed(_TEXT.encode()))
    assert list(read_lines(path)) == _LINES


@pytest.mark.parametrize(
    "words", ["see you tomorrow. ", "\u00e4\u00f6\u00fc\u6f22 ", "\U0001f642", "nospaces"]
)
def test_a_line_of_any_length_is_text(tmp_path: Path, words: str) -> None:
    path = tmp_path / "text.txt"
    line = words * (17_000_000 // len(words.encode()))
    path.write_text(f"before\n{line}\nbehind", encoding="utf-8")
    found = list(read_lines(path))
    assert (found[0], found[-1]) == ("before", "behind")
    assert "".join(found[1:-1]) == line
    # It is cut between words, where there are any.
    if " " in words:
        assert all(piece.endswith(" ") for piece in found[1:-2])


def test_what_is_wrong_behind_a_long_line_is_found_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(b"words " * 500_000 + b"\nfine\nb\xffad")
    with pytest.raises(TextError, match="line 3 is not UTF-8"):
        list(read_lines(path))


@pytest.fixture
def filled() -> Iterator[int]:
    """The reading end of a pipe with text in it, whose writer has left."""
    reading, writing = os.pipe()
    os.write(writing, _TEXT.encode())
    os.close(writing)
    yield reading
    os.close(reading)


@pytest.mark.parametrize("named", ["/dev/fd/{}", "/proc/self/fd/{}", "link"])
def test_a_pipe_is_read(filled: int, tmp_path: Path, named: str) -> None:
    path = Path(named.format(filled))
    if named == "link":
        path = tmp_path / "link"
        path.symlink_to(f"/dev/fd/{filled}")
    assert list(read_lines(path)) == _LINES


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_standard_input_is_read(filled: int, name: str) -> None:
    before = os.dup(0)
    os.dup2(filled, 0)
    try:
        assert list(read_lines(name)) == _LINES
    finally:
        os.dup2(before, 0)
        os.close(before)


def test_compressed_text_comes_through_a_pipe() -> None:
    reading, writing = os.pipe()
    os.write(writing, gzip.compress(_TEXT.encode()))
    os.close(writing)
    assert list(read_lines(f"/dev/fd/{reading}")) == _LINES
    os.close(reading)


@pytest.mark.parametrize("pause", [0.0, 0.1])
def test_a_named_pipe_is_read_once_somebody_writes(tmp_path: Path, pause: float) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    def write() -> None:
        time.sleep(pause)
        with path.open("wb") as file:
            time.sleep(pause)
            for byte in _TEXT.encode():
                file.write(bytes([byte]))
                file.flush()

    writer = threading.Thread(target=write)
    writer.start()
    assert list(read_lines(path)) == _LINES
    writer.join()


def test_a_named_pipe_that_nobody_writes_into_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("karussell.text.lines._PATIENCE", 0.05)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(TextError, match="pipe: nobody writes into this pipe"):
        list(read_lines(path))


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/urandom", "/dev/null", "/dev/full"])
def test_a_device_is_named(path: str) -> None:
    with pytest.raises(TextError, match=f"{path}: is a device; expected a text file or a pipe"):
        list(read_lines(path))


def test_a_socket_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's name is short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket")
        with pytest.raises(TextError, match="is a socket or a device"):
            list(read_lines(tmp_path / "socket"))


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "", "x" * 300, "a.txt/b"])
def test_a_name_that_no_file_can_have_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").touch()
    told = r"no such file|is a folder|cannot be read|expected the name of a file"
    with pytest.raises((TextError, UsageError), match=told):
        list(read_lines(name))


def test_a_name_that_is_not_utf_8_is_read_and_told(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/n\xff.txt"))
    path.write_bytes(_TEXT.encode())
    assert list(read_lines(path)) == _LINES
    path.write_bytes(b"\xff")
    with pytest.raises(TextError, match=r"n\\udcff\.txt: line 1 is not UTF-8") as told:
        list(read_lines(path))
    str(told.value).encode()


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_file_that_is_cut_meanwhile_is_named_and_one_that_grows_is_read(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"text{suffix}"
    text = "".join(f"{number} words\n" for number in range(100_000)).encode()
    path.write_bytes(gzip.compress(text) if suffix else text)
    reading = read_lines(path)
    next(reading)
    os.truncate(path, io.DEFAULT_BUFFER_SIZE)
    with pytest.raises(TextError, match=r"became shorter while it was read|damaged \.gz file"):
        list(reading)
    path.write_bytes(gzip.compress(text) if suffix else text)
    reading = read_lines(path)
    next(reading)
    with path.open("ab") as file:
        file.write(gzip.compress(b"more\n") if suffix else b"more\n")
    assert list(reading)[-1] == "more"


@pytest.mark.parametrize("suffix", [".gz", ".xz"])
@pytest.mark.parametrize("letters", [b" ", b"a\n", b"see you at the market\n", b"\n"])
def test_a_bomb_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, letters: bytes
) -> None:
    monkeypatch.setattr(unpacked, "_MOST_ANYWAY", 2**18)
    path = tmp_path / f"bomb{suffix}"
    pack = gzip.compress if suffix == ".gz" else lzma.compress
    path.write_bytes(pack(letters * (2**24 // len(letters))))
    found: list[str] = []
    with pytest.raises(TextError, match=r"unpacks to more than [0-9,]+ bytes, 100 times"):
        found.extend(read_lines(path))
    assert sum(map(len, found)) < 2**23


def test_text_that_packs_well_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "_MOST_ANYWAY", 2**14)
    written = [f"see you at {number} in the market" for number in range(20_000)]
    for suffix, pack in ((".gz", gzip.compress), (".xz", lzma.compress)):
        path = tmp_path / f"text{suffix}"
        path.write_bytes(pack("\n".join(written).encode()))
        assert list(read_lines(path)) == written
