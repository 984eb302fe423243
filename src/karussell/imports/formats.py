"""Formats: which one a file has, known by what is in it, and what reads it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from karussell.errors import UsageError
from karussell.files import AnyPath, path_of
from karussell.imports.mail import read_eml, read_maildir, read_mbox
from karussell.imports.message import Message
from karussell.imports.notes import read_markdown, read_text
from karussell.imports.signal import is_signal_text, read_signal
from karussell.imports.sms import read_sms
from karussell.imports.source import Source
from karussell.imports.telegram import read_telegram
from karussell.imports.whatsapp import is_whatsapp, read_whatsapp

_HEADERS = re.compile(
    rb"(?:[A-Za-z][A-Za-z0-9-]{0,60}: ?[^\n]*\n(?:[ \t][^\n]*\n)*){2,}", re.IGNORECASE
)
_MAIL = re.compile(
    rb"^(?:Date|Received|Message-ID|MIME-Version|Subject|To|Return-Path):", re.I | re.M
)
_SENDER = re.compile(rb"^From:", re.IGNORECASE | re.MULTILINE)
_SIGNAL = re.compile(
    rb'"(?:envelope|chatItem|backupTimeMs|recipient|sender|conversationId|sent_at)"'
)
_TELEGRAM = re.compile(
    rb'"(?:from_id|text_entities|personal_information|chats|actor_id|date_unixtime)"'
)
_HISTORY = re.compile(rb'\{\s*"format"\s*:\s*"karussell history"')
_MARKDOWN = (".md", ".markdown")
_FIRST_LINES = 50
_BOMS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb\xbf": "utf-8"}
# Files of a folder of notes and mail; what else lies there is nobody's text.
_NAMES = (".txt", ".md", ".markdown", ".eml", ".mbox", ".mbx")
_FOLDERS = {"result.json": "telegram", "main.jsonl": "signal", "_chat.txt": "whatsapp"}


class Format(NamedTuple):
    """A way in which texts are exported.

    Attributes:
        app: What wrote them, for whoever wants to forget all that came from there.
        read: What reads the messages.
    """

    app: str
    read: Callable[[Source], Iterator[Message]]


def _restored(source: Source) -> Iterator[Message]:
    raise source.error("is an export of a history, which is taken in as it is")
    yield


FORMATS = {
    "mbox": Format("mail", read_mbox),
    "maildir": Format("mail", read_maildir),
    "eml": Format("mail", read_eml),
    "whatsapp": Format("whatsapp", read_whatsapp),
    "signal": Format("signal", read_signal),
    "telegram": Format("telegram", read_telegram),
    "sms": Format("sms", read_sms),
    "markdown": Format("notes", read_markdown),
    "text": Format("notes", read_text),
    "karussell": Format("karussell", _restored),
}
"""Every format by its name."""

# Letters of messages that are kept between two readings of a file.
_MOST_KEPT = 1 << 25


class Export:
    """A file of messages.

    Attributes:
        source: The file.
        format: The name of its format.
        app: What wrote it.
    """

    def __init__(self, path: AnyPath, *, format: str | None = None) -> None:
        """Look what a file is.

        Args:
            path: The file or the folder; ``-`` for standard input.
            format: The name of its format, if it is known.

        Raises:
            TextError: If it cannot be read, or is none that is known.
            UsageError: If the format is none of ``FORMATS``.
        """
        if format is not None and format not in FORMATS:
            raise UsageError(f"--format {format}: unknown; expected one of {', '.join(FORMATS)}")
        self.source = Source(path_of(path))
        self.format = format or _recognised(self.source)
        if self.source.is_folder != (self.format == "maildir"):
            expected = "a folder with cur and new in it" if self.format == "maildir" else "a file"
            raise self.source.error(f"is not {self.format}; expected {expected}")
        self.app = FORMATS[self.format].app
        self._kept: list[Message] | None = None

    def messages(self) -> Iterator[Message]:
        """The messages, from the first one each time; those of no huge file are read but once.

        Raises:
            TextError: If the file is broken.
        """
        if self._kept is not None:
            yield from self._kept
            return
        kept, room = list[Message](), _MOST_KEPT
        for message in FORMATS[self.format].read(self.source):
            room -= len(message.text)
            if room >= 0:
                kept.append(message)
            else:
                kept.clear()
            yield message
        self._kept = kept if room >= 0 else None

    def let_go(self) -> None:
        """Keep the messages no longer."""
        self._kept = None


def files_of(path: AnyPath) -> list[Path]:
    """The files that a folder stands for: what an app exported, or all notes and mail in it.

    Raises:
        UsageError: If there is none.
    """
    path = path_of(path)
    try:
        if not path.is_dir() or _is_maildir(path):
            return [path]
    except OSError:  # a name that no file can have
        return [path]
    for name in _FOLDERS:
        if (path / name).is_file():
            return [path / name]
    found = []
    for inner in sorted(path.iterdir()):
        if not inner.name.startswith("."):
            if inner.is_dir():
                # A link may lead back to where it stands.
                found += files_of(inner) if not inner.is_symlink() and _holds_text(inner) else []
            elif inner.suffix.lower() in _NAMES and inner.is_file():
                found.append(inner)
    if not found:
        raise UsageError(f"{path}: holds no text; expected files that end in {', '.join(_NAMES)}")
    return found


def _holds_text(folder: Path) -> bool:
    if _is_maildir(folder) or any((folder / name).is_file() for name in _FOLDERS):
        return True
    return any(each.suffix.lower() in _NAMES for each in folder.rglob("*"))


def _is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _recognised(source: Source) -> str:
    """The name of a file's format, as its beginning tells it."""
    if source.is_folder:
        return "maildir"
    head = source.head()
    encoding = next((name for bom, name in _BOMS.items() if head.startswith(bom)), "")
    if encoding:
        head = head.decode(encoding, "replace").lstrip("\ufeff").encode(errors="replace")
    start = head.lstrip()
    if start.startswith((b"{", b"[{", b"[\n", b"[\r", b"[ ")):
        if _HISTORY.match(start):
            return "karussell"
        for name, sign in (("telegram", _TELEGRAM), ("signal", _SIGNAL)):
            if sign.search(start):
                return name
        if start.startswith(b"{") and source.suffix in (".json", ".jsonl"):
            raise source.error(
                "is JSON of no form that is known; expected an export of Telegram, Signal or "
                "Karussell, or say which with --format"
            )
    if start.startswith((b"<?xml", b"<smses")) and b"<smses" in start:
        return "sms"
    if start.startswith(b"From ") and _SENDER.search(start):
        return "mbox"
    headers = _HEADERS.match(start)
    if headers and _SENDER.search(headers[0]) and _MAIL.search(headers[0]):
        return "eml"
    lines = head.decode(errors="replace").splitlines()[:_FIRST_LINES]
    if is_signal_text(lines):
        return "signal"
    if is_whatsapp(lines):
        return "whatsapp"
    if b"\0" in head:
        raise source.error("is binary data; expected text, such as the export of a chat")
    return "markdown" if source.suffix in _MARKDOWN else "text"
