import gzip
import io
import json
import lzma
import sys
import zipfile
from pathlib import Path

import pytest

from karussell.errors import TextError, UsageError
from karussell.imports import FORMATS, Export, files_of

CHAT = "13.03.24, 10:11 - Anna: Hallo\n"


@pytest.mark.parametrize(
    ("text", "name", "format"),
    [
        (CHAT, "x", "whatsapp"),
        ("\ufeff" + CHAT, "x.txt", "whatsapp"),
        ("[13.03.24, 10:11:09] Anna: Hallo\n", "x.md", "whatsapp"),
        ("[2024-03-13 22:11] Me: Hi\n", "x.md", "signal"),
        ('{"envelope":{}}\n', "x", "signal"),
        ('[{"type":"outgoing","body":"x","sent_at":1}]', "x", "signal"),
        ('{"name": "B", "messages": [{"from_id": "user1"}]}', "x", "telegram"),
        ('{"format":"karussell history","version":1,"entries":[]}', "x", "karussell"),
        ("From a Mon\nFrom: a@b\nSubject: x\n\nHi\n", "x", "mbox"),
        ("Received: x\n by y\nFrom: a@b\nSubject: x\n\nHi\n", "x", "eml"),
        ("<?xml version='1.0'?>\n<smses count='0'/>", "x", "sms"),
        ("# Title\n", "x.md", "markdown"),
        ("Dear diary\n", "x.txt", "text"),
        ("From now on: tea\n", "x", "text"),
        ("[ ] buy tea\n", "x", "text"),
        ("", "x", "text"),
    ],
)
def test_a_format_is_known_by_what_is_in_the_file(
    tmp_path: Path, text: str, name: str, format: str
) -> None:
    (tmp_path / name).write_text(text)
    assert Export(tmp_path / name).format == format


def test_a_format_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(CHAT)
    assert Export(tmp_path / "x", format="text").app == "notes"
    with pytest.raises(UsageError, match="--format word: unknown; expected one of mbox, maildir"):
        Export(tmp_path / "x", format="word")
    with pytest.raises(TextError, match="is not maildir; expected a folder with cur and new"):
        Export(tmp_path / "x", format="maildir")
    assert {each.app for each in FORMATS.values()} == {
        *("mail", "whatsapp", "signal", "telegram", "sms", "notes", "karussell")
    }


def test_packed_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(CHAT.encode()))
    (tmp_path / "a.txt.xz").write_bytes(lzma.compress(CHAT.encode()))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("_chat.txt", CHAT)
        archive.writestr("photo.jpg", b"\xff\xd8")
    for name in ("a.txt.gz", "a.txt.xz", "a.zip"):
        assert [m.text for m in Export(tmp_path / name).messages()] == ["Hallo"]


def test_damaged_archives_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(CHAT.encode() * 99)[:40])
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04 no archive")
    for name in ("a.gz", "b.zip"):
        with pytest.raises(TextError, match=f"{name}: damaged archive"):
            list(Export(tmp_path / name).messages())


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CHAT.encode())))
    export = Export(Path("-"))
    assert export.source.name == "standard input"
    assert [m.text for m in export.messages()] == [m.text for m in export.messages()] == ["Hallo"]


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="no such file"):
        Export(tmp_path / "missing")
    (tmp_path / "x").write_bytes(b"\x00\x01\x02" * 50)
    with pytest.raises(TextError, match="is binary data"):
        Export(tmp_path / "x")
    (tmp_path / "x.json").write_text('{"a": 1}')
    with pytest.raises(TextError, match="is JSON of no form that is known"):
        Export(tmp_path / "x.json")


def test_a_folder_is_what_an_app_exported_or_all_its_notes(tmp_path: Path) -> None:
    telegram = tmp_path / "ChatExport"
    telegram.mkdir()
    (telegram / "result.json").write_text(json.dumps({"messages": [], "chats": {"list": []}}))
    (telegram / "style.css").write_text("")
    assert files_of(telegram) == [telegram / "result.json"]
    vault = tmp_path / "vault"
    (vault / "deep").mkdir(parents=True)
    (vault / ".trash").mkdir()
    for name in ("b.md", "deep/a.txt", ".trash/c.md", "p.png"):
        (vault / name).write_text("x")
    assert files_of(vault) == [vault / "b.md", vault / "deep/a.txt"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds no text"):
        files_of(tmp_path / "empty")


def test_of_a_huge_file_no_messages_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("karussell.imports.formats._MOST_KEPT", 6)
    path = tmp_path / "chat.txt"
    path.write_text(CHAT + CHAT)
    export = Export(path)
    once, again = list(export.messages()), list(export.messages())
    assert once == again
    assert len(once) == 2
    assert export._kept is None


def test_names_that_no_file_can_have_are_told(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("See you")
    for name in ("x" * 300, "text.txt/x"):
        (path,) = files_of(tmp_path / name)
        with pytest.raises(TextError, match=r"no such file|cannot be read"):
            Export(path)
