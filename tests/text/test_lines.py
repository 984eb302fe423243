import gzip
import lzma
from pathlib import Path

import pytest

from karussell.errors import TextError
from karussell.text import read_lines

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
