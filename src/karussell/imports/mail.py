"""Mail: mbox files, maildir folders and single messages, of which only what was typed is read."""

import re
from collections.abc import Iterator
from email import policy
from email.header import decode_header, make_header
from email.message import Message as Mail
from email.parser import BytesParser
from email.utils import mktime_tz, parseaddr, parsedate_tz
from pathlib import Path

from karussell.imports.html_text import html_lines
from karussell.imports.message import Message
from karussell.imports.paragraphs import flowed, paragraphs
from karussell.imports.reply import own_lines
from karussell.imports.source import Source

# Attachments come last, and nobody types so much.
_MOST_BYTES = 2**20
# More lines and parts than a message has; a parser takes hundreds of bytes for each.
_MOST_LINES, _MOST_PARTS = 20_000, 500
_LONGEST_LINE = 2**20
# Charsets that clients write and Python names otherwise, or not at all.
_FALLBACK = "cp1252"
# What Python's parser says of letters that are made to be no letters; others go on behind them.
_UNREADABLE = (RecursionError, LookupError, ValueError, TypeError, AttributeError)
_SENDER = re.compile(rb"^From[ \t]*:", re.IGNORECASE | re.MULTILINE)
_PARSER = BytesParser(policy=policy.compat32)


def read_mbox(source: Source) -> Iterator[Message]:
    """The messages of an mbox file, one after the other; a message is read twice only once.

    Raises:
        TextError: If it cannot be read, or does not start as mbox files do.
    """
    seen: set[str] = set()
    with source.opened() as file:
        line = file.readline(_LONGEST_LINE)
        while line.strip() == b"" and line:
            line = file.readline(_LONGEST_LINE)
        if not line.startswith(b"From "):
            raise source.error('is no mbox file; expected a first line such as "From anna@..."', 1)
        kept: list[bytes] = []
        size, blank = 0, False
        for line in iter(lambda: file.readline(_LONGEST_LINE), b""):
            if blank and line.startswith(b"From "):
                yield from _read(b"".join(kept), seen)
                kept, size = [], 0
            elif size < _MOST_BYTES and len(kept) < _MOST_LINES:
                # A line of the text that begins so was quoted when it was filed.
                unquoted = line[1:] if line.lstrip(b">").startswith(b"From ") else line
                kept.append(unquoted if line.startswith(b">") else line)
                size += len(line)
            blank = not line.strip()
        yield from _read(b"".join(kept), seen)


def read_maildir(source: Source) -> Iterator[Message]:
    """The messages of a maildir folder and the folders in it, oldest file name first.

    Raises:
        TextError: If it cannot be read.
    """
    seen: set[str] = set()
    with source.told():
        inner = [each for each in source.path.iterdir() if each.name.startswith(".")]
        for folder in (source.path, *sorted(inner)):
            for path in _letters(folder):
                with path.open("rb") as file:
                    yield from _read(file.read(_MOST_BYTES), seen)


def _letters(folder: Path) -> list[Path]:
    """The files of a folder's messages, the oldest name first."""
    places = [folder / "new", folder / "cur"]
    found = [path for place in places if place.is_dir() for path in place.iterdir()]
    # A pipe among them would be waited for.
    kept = [path for path in found if not path.name.startswith(".") and path.is_file()]
    return sorted(kept, key=lambda path: path.name)


def read_eml(source: Source) -> Iterator[Message]:
    """The one message of a file.

    Raises:
        TextError: If it cannot be read or has no sender.
    """
    with source.opened() as file:
        data = file.read(_MOST_BYTES)
    if not _SENDER.search(data):
        raise source.error('has no header "From"; expected a message of mail')
    yield from _read(data, set())


def _read(data: bytes, seen: set[str]) -> Iterator[Message]:
    if not _SENDER.search(data) or data.count(b"\n--") > _MOST_PARTS:
        return
    if data.count(b"\n") > _MOST_LINES:
        data = b"\n".join(data.split(b"\n", _MOST_LINES)[:-1])
    try:
        yield from _typed(_PARSER.parsebytes(data), seen)
    except _UNREADABLE:
        return


def _typed(mail: Mail, seen: set[str]) -> Iterator[Message]:
    identity = _header(mail, "Message-ID").strip()
    if identity in seen or _is_by_program(mail):
        return
    if identity:
        seen.add(identity)
    name, address = parseaddr(_header(mail, "From"))
    if not address:
        return
    lines = own_lines([line for part in _parts(mail) for line in part])
    text = "\n".join(line for line in paragraphs(lines) if line)
    if text:
        yield Message(author=address.lower(), alias=name, text=text, time=_time(mail))


def _is_by_program(mail: Mail) -> bool:
    """Whether a program wrote the whole message: an answer while away, a bounce."""
    automatic = _header(mail, "Auto-Submitted").strip().lower()
    return mail.get_content_type() == "multipart/report" or automatic not in ("", "no")


def _parts(mail: Mail) -> Iterator[list[str]]:
    """The lines of each part that is shown as text, of the plainest form that it has."""
    if mail.get_content_disposition() == "attachment" or mail.get_filename():
        return
    kind = mail.get_content_type()
    if kind in ("text/plain", "text/html"):
        yield _lines(mail, kind)
        return
    inner = mail.get_payload()
    if not kind.startswith("multipart/") or not isinstance(inner, list):
        return  # pictures, calendars, other people's messages
    parts = [part for part in inner if isinstance(part, Mail)]
    if kind == "multipart/alternative":
        parts = sorted(parts, key=lambda part: part.get_content_type() != "text/plain")
        for part in parts:
            if found := list(_parts(part)):
                yield from found
                return
    elif kind == "multipart/encrypted":
        return
    else:
        for part in parts:
            yield from _parts(part)


def _lines(part: Mail, kind: str) -> list[str]:
    payload = part.get_payload(decode=True)
    text = _decoded(payload if isinstance(payload, bytes) else b"", part.get_content_charset())
    if kind == "text/html":
        return html_lines(text)
    lines = text.replace("\r\n", "\n").split("\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        deletes = str(part.get_param("delsp", "")).lower() == "yes"
        return list(flowed(lines, delete_space=deletes))
    return lines


def _decoded(data: bytes, charset: str | None) -> str:
    for name in (charset or "utf-8", "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode(_FALLBACK, "replace")


def _header(mail: Mail, name: str) -> str:
    value = mail.get(name, "")
    try:
        found = str(make_header(decode_header(value)))
    except (LookupError, ValueError):
        found = str(value)
    return found.encode(errors="replace").decode()


def _time(mail: Mail) -> int | None:
    try:
        parsed = parsedate_tz(str(mail.get("Date", "")))
        found = int(mktime_tz(parsed)) if parsed else 0
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return found if found > 0 else None
