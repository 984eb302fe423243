"""`karussell learn`."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from karussell.history import History, Sentence
from karussell.imports import FORMATS, Message
from karussell.imports.source import Source
from tests.cli.conftest import Run

CHAT = """13.03.24, 10:10 - Ben hat die Gruppe erstellt
13.03.24, 10:11 - Anna: See you at Zimtstern. My number is 0176 1234567
13.03.24, 10:12 - Ben: Secret words of Ben https://example.org
14.03.24, 10:13 - Anna: Tea?
"""
Learn = Callable[..., str]


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "chat.txt"
    path.write_text(CHAT)
    return path


@pytest.fixture
def options(tmp_path: Path, ten_word_path: Path) -> list[object]:
    return ["-m", ten_word_path, "--memory", tmp_path / "memory"]


def kept(tmp_path: Path) -> list[tuple[str, ...]]:
    with History.open(tmp_path / "memory") as history:
        return [entry.words for _, entry in history.entries() if isinstance(entry, Sentence)]


SENTENCES = [("see", "you", "at", "Zimtstern"), ("my", "number", "is"), ("tea",)]


def test_a_chat_is_learned_once(
    run: Run, chat: Path, options: list[object], tmp_path: Path
) -> None:
    first = run("learn", chat, "--from", "anna", *options)
    assert (first.code, first.err) == (0, "")
    assert kept(tmp_path) == SENTENCES
    lines = first.out.splitlines()
    assert lines[0].split() == ["file", "format", "messages", "sentences", "words", "new"]
    assert lines[1].split() == [str(chat), "whatsapp", "2", "3", "8", "3"]
    assert lines[2] == f"writers of {chat}: Anna (2), Ben (1)"
    assert lines[3] == "left out: telephone number 1"
    assert "% of your keys (your last 8 words" in lines[4]
    assert lines[5] == "learned 3 sentences; to take it back: karussell forget --app whatsapp"
    again = run("learn", chat, "--from", "Anna", *options)
    assert again.out.splitlines()[-1] == "learned nothing: all of it was learned before"
    assert kept(tmp_path) == SENTENCES


def test_a_dry_run_learns_nothing_and_makes_no_folder(
    run: Run, chat: Path, options: list[object], tmp_path: Path
) -> None:
    outcome = run("learn", chat, "--from", "Anna", "--dry-run", "--show-left-out", *options)
    assert outcome.out.splitlines()[-1] == "3 sentences are new; nothing was learned"
    assert "  telephone number: 0176 1234567" in outcome.out
    assert "example.org" not in outcome.out
    assert not (tmp_path / "memory").exists()


def test_programs_read_the_report(run: Run, chat: Path, options: list[object]) -> None:
    outcome = run("learn", chat, "--from", "Anna", "--app", "chat", "--json", *options)
    report = json.loads(outcome.out)
    (file,) = report["files"]
    assert file["writers"] == {"Anna": 2, "Ben": 1}
    assert (file["messages"], file["sentences"], file["words"], file["new"]) == (2, 3, 8, 3)
    assert report["left_out"] == {"telephone number": 1}
    assert report["learned"] == 3
    assert report["languages"] == {"en": 3}
    assert report["savings"]["words"] == 8
    assert "items" not in report


def test_somebody_must_say_who_they_are(
    complain: Learn, chat: Path, options: list[object], tmp_path: Path
) -> None:
    complaint = complain("learn", chat, *options)
    assert complaint == (
        f"{chat}: who of its writers are you? say --from NAME, one of: Anna (2), Ben (1)"
    )
    assert "no message is by a name" in complain("learn", chat, "--from", "Carl", *options)
    assert not (tmp_path / "memory").exists()


def test_a_person_at_a_terminal_is_asked(
    run: Run,
    chat: Path,
    options: list[object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def answer(_: object, prompt: str = "") -> str:
        assert "Numbers or names" in prompt
        return "1, "

    monkeypatch.setattr("rich.console.Console.input", answer)
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    outcome = run("learn", chat, *options)
    assert "  1  Anna (2)\n  2  Ben (1)" in outcome.err
    assert kept(tmp_path) == SENTENCES


def test_nothing_is_learned_if_one_file_is_broken(
    complain: Learn, chat: Path, options: list[object], tmp_path: Path
) -> None:
    broken = tmp_path / "result.json"
    broken.write_text('{"messages": [\n{"from_id": "user1"}\n')
    complaint = complain("learn", chat, broken, "--from", "Anna", *options)
    assert complaint.startswith(f"{broken}: line 3 is broken JSON")
    assert not (tmp_path / "memory").exists()


def test_notes_mail_and_chats_are_learned_together_in_the_order_of_time(
    run: Run, chat: Path, options: list[object], tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/plan.md").write_text("# Plan\n\n`x = 1`\n")
    mail = "From: Anna <a@example.org>\nDate: Mon, 1 Jan 2024 10:00:00 +0100\nSubject: x\n\nHello\n"
    (tmp_path / "a.eml").write_text(mail)
    files = (tmp_path / "notes", chat, tmp_path / "a.eml")
    outcome = run("learn", *files, "--from", "Anna", *options)
    assert outcome.code == 0, outcome.err
    assert kept(tmp_path) == [("hello",), *SENTENCES, ("plan",)]


def test_what_is_piped_in_is_learned(
    run: Run, options: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"see you\n")))
    assert run("learn", "-", *options).code == 0
    assert kept(tmp_path) == [("see", "you")]


def test_an_export_of_a_history_is_taken_in_as_it_is(
    run: Run, complain: Learn, chat: Path, options: list[object], tmp_path: Path
) -> None:
    run("learn", chat, "--from", "Anna", *options)
    with History.open(tmp_path / "memory") as history:
        export = history.export()
    (tmp_path / "mine.json").write_bytes(export)
    elsewhere = [*options[:3], tmp_path / "other"]
    assert "learned 3 sentences" in run("learn", tmp_path / "mine.json", *elsewhere).out
    assert "learned nothing" in run("learn", tmp_path / "mine.json", *elsewhere).out
    with History.open(tmp_path / "other") as history:
        assert history.export() == export
    (tmp_path / "mine.json").write_bytes(export.replace(b'"words"', b'"wrods"', 1))
    assert complain("learn", tmp_path / "mine.json", *elsewhere).startswith(
        f"{tmp_path / 'mine.json'}: entries[0]"
    )


def test_files_that_cannot_be_read_are_told(
    complain: Learn, options: list[object], tmp_path: Path
) -> None:
    assert complain("learn", tmp_path / "no.txt", *options).endswith("no.txt: no such file")
    assert "can be read but once" in complain("learn", "-", "-", *options)
    (tmp_path / "x.txt").write_text("x")
    wrong = complain("learn", tmp_path / "x.txt", "--format", "word", *options)
    assert wrong.startswith("--format word: unknown; expected one of mbox")


@pytest.mark.skipif(sys.platform == "win32", reason="keys are files that their owner alone reads")
def test_an_encrypted_memory_is_learned_into_shown_and_forgotten(
    run: Run, chat: Path, options: list[object], tmp_path: Path
) -> None:
    key = tmp_path / "own.key"
    assert run("learn", chat, "--from", "Anna", *options, "--key", key).code == 0
    folder = options[2:]
    assert "Zimtstern" in run("learned", *folder, "--key", key).out
    for file in (tmp_path / "memory").iterdir():
        assert b"Zimtstern" not in file.read_bytes()
    again = run("learn", chat, "--from", "Anna", *options, "--key", key)
    assert again.out.splitlines()[-1] == "learned nothing: all of it was learned before"
    assert run("forget", "Zimtstern", *folder, "--key", key).code == 0
    assert "Zimtstern" not in run("learned", *folder, "--key", key).out
    assert run("saved", *folder, "--key", key).code == 0
    assert run("learned", *folder).code != 0
    lost = run("learned", *folder, "--key", tmp_path / "other.key")
    assert "there is no such file" in lost.err
    assert not (tmp_path / "other.key").exists()


def test_a_file_is_read_once(
    run: Run, chat: Path, options: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[str]()
    format = FORMATS["whatsapp"]

    def counting(source: Source) -> Iterator[Message]:
        read.append(source.name)
        return format.read(source)

    monkeypatch.setitem(FORMATS, "whatsapp", format._replace(read=counting))
    assert run("learn", chat, "--from", "Anna", *options).code == 0
    assert len(read) == 1


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_is_nobody(
    complain: Learn, chat: Path, options: list[object], tmp_path: Path, name: str
) -> None:
    told = complain("learn", chat, "--from", name, *options)
    assert told == f"--from {name!r}: is no name, expected a name or an address"
    assert not (tmp_path / "memory").exists()


def test_a_file_without_a_sentence_was_not_learned_before(
    run: Run, options: list[object], tmp_path: Path
) -> None:
    for text in ("", "\n\n", "https://example.org/a\n"):
        (tmp_path / "notes.txt").write_text(text)
        outcome = run("learn", tmp_path / "notes.txt", *options)
        assert outcome.out.splitlines()[-1] == "learned nothing: no sentence of yours is in it"


def test_a_file_that_is_named_twice_counts_once(
    run: Run, chat: Path, options: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(chat.parent)
    Path("link.txt").symlink_to(chat)
    same = (chat, chat.name, Path("..", chat.parent.name, chat.name), "link.txt")
    report = json.loads(run("learn", *same, "--from", "Anna", "--json", *options).out)
    assert (len(report["files"]), report["savings"]["words"]) == (1, 8)
