"""Pipes, devices, bombs, and files that change while they are read."""

import contextlib
import gzip
import io
import json
import lzma
import os
import socket
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from karussell.errors import TextError
from karussell.imports import Export, files_of, streams
from karussell.imports.source import Source
from karussell.text import unpacked
from tests.imports.conftest import Read
from tests.imports.test_sms import BACKUP

_MOST, _SIZE = 2**16, 2**23
_PACKERS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".xz": lzma.compress}


def _zip(data: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("result.json", data)
    return whole.getvalue()


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe.txt")
    return tmp_path / "pipe.txt"


def test_a_pipe_that_nobody_writes_into_is_refused(pipe: Path) -> None:
    with pytest.raises(TextError, match=r"pipe\.txt: nobody writes into this pipe"):
        Export(pipe)


@pytest.mark.parametrize("pause", [0.0, 0.2])
def test_a_pipe_is_read_to_its_end(pipe: Path, pause: float) -> None:
    def write() -> None:
        threading.Event().wait(pause)
        with pipe.open("wb", buffering=0) as file:
            for _ in range(3):
                file.write(b"See you at the market. " * 9000)
                threading.Event().wait(pause)

    writer = threading.Thread(target=write)
    writer.start()
    (message,) = Export(pipe).messages()
    writer.join()
    assert message.text.count("market") == 27_000


def test_a_pipe_without_end_is_refused(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST_PIPED", 100_000)

    def write() -> None:
        with contextlib.suppress(BrokenPipeError), pipe.open("wb", buffering=0) as file:
            while True:
                file.write(b"and on " * 9000)

    writer = threading.Thread(target=write)
    writer.start()
    with pytest.raises(TextError, match="gives more than 100,000 bytes; save them as a file"):
        Export(pipe)
    writer.join()


def test_devices_and_sockets_are_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for path in (Path("/dev/zero"), Path("/dev/null"), tmp_path / "socket"):
            with pytest.raises(TextError, match=f"{path.name}: is a (socket or a )?device"):
                Export(path)


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".zip"])
@pytest.mark.parametrize("name", ["telegram", "signal", "text", "whatsapp", "sms", "mbox"])
def test_a_bomb_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, name: str
) -> None:
    monkeypatch.setattr(unpacked, "_MOST_ANYWAY", _MOST)
    begin = {
        "telegram": b'{"messages": [',
        "signal": b'[{"envelope": "',
        "whatsapp": b"12.03.24, 10:11 - Anna: ",
        "sms": BACKUP.encode().replace(b"</smses>", b""),
        "mbox": b"From anna\nFrom: a\nDate: x\n\n",
        "text": b"",
    }[name]
    data = begin + b" " * _SIZE
    path = tmp_path / f"bomb{suffix}"
    path.write_bytes(_PACKERS.get(suffix, _zip)(data))
    assert path.stat().st_size < _SIZE // 500
    with pytest.raises(TextError, match=r"unpacks to more than [0-9,]+ bytes, 100 times"):
        list(Export(path, format=name).messages())


def test_text_that_packs_well_is_no_bomb(tmp_path: Path) -> None:
    messages = [{"from_id": "user7", "text": f"see you {n}"} for n in range(20_000)]
    data = json.dumps({"messages": messages}).encode()
    for suffix, pack in {**_PACKERS, ".zip": _zip}.items():
        path = tmp_path / f"chat{suffix}"
        path.write_bytes(pack(data))
        assert len(list(Export(path).messages())) == 20_000


@pytest.mark.parametrize("left", [0, 5000])
def test_a_file_that_is_cut_while_it_is_read_is_told(tmp_path: Path, left: int) -> None:
    path = tmp_path / "result.json"
    path.write_text(json.dumps({"messages": [{"text": "x" * 100_000}]}))
    told = pytest.raises(TextError, match=r"result\.json: was cut or overwritten while")
    with told, Source(path).data() as data:
        os.truncate(path, left)
        assert bytes(data[50_000:50_001]) == b"\0"


def test_a_file_that_is_replaced_while_it_is_read_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text("x" * 10_000)
    with Source(path).data() as data:
        (tmp_path / "new").write_text("y" * 100)
        (tmp_path / "new").replace(path)
        assert bytes(data) == b"x" * 10_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-16-le"])
def test_entities_are_refused_in_any_encoding(read: Read, encoding: str) -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE smses [<!ENTITY a0 "ha">{laughs}]><smses><sms body="&a11;"/></smses>'
    bom = "\ufeff" if encoding in ("utf-16-be", "utf-16-le") else ""
    with pytest.raises(TextError, match="declares a document type"):
        list(read((bom + bomb).encode(encoding), "sms.xml", "sms"))


def test_a_picture_in_a_message_is_passed_over(read: Read) -> None:
    picture = f'<part ct="image/jpeg" data="{"A" * 3_000_000}"/>'
    found = read(BACKUP.replace("<parts>", f"<parts>{picture}"), "sms.xml")
    assert [message.text for message in found] == ["Tea?", "Yes & cake!", "Look"]


def test_folders_that_lead_into_themselves_and_pipes_in_folders(tmp_path: Path) -> None:
    (tmp_path / "notes" / "inner").mkdir(parents=True)
    (tmp_path / "notes" / "inner" / "a.txt").write_text("x")
    (tmp_path / "notes" / "inner" / "back").symlink_to(tmp_path / "notes")
    os.mkfifo(tmp_path / "notes" / "pipe.txt")
    assert files_of(tmp_path / "notes") == [tmp_path / "notes" / "inner" / "a.txt"]


def test_a_pipe_among_letters_is_passed_over(tmp_path: Path) -> None:
    letter = "From: anna@example.org\n\nSee you at the market.\n"
    for place in ("cur", "new", "tmp", ".sent/cur", ".sent/new"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "cur" / "1").write_text(letter)
    os.mkfifo(tmp_path / "new" / "2")
    (tmp_path / ".sent" / "new" / "3").mkdir()
    assert len(list(Export(tmp_path).messages())) == 1
