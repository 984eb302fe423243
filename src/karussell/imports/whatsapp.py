"""WhatsApp's exported chats: every phone writes dates and times as its owner reads them."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from karussell.imports.message import MOST_LINES, Message, seconds_of, without_marks
from karussell.imports.source import Source

# A date of three numbers with whatever parts them; "24.3.12", "12/03/2024", "2024年3月12日".
_DATE = r"(\d{1,4})[./\-年년] ?(\d{1,2})[./\-月월] ?(\d{1,4})[.日일]?"
# Around the time, words of many languages may stand: "klo", "um", "a. m.".
_WORDS = r"(?:[^\W\d_]{1,12}\.?(?: ?[^\W\d_]\.)?)"
_TIME = rf"(?:({_WORDS}) ?)?(\d{{1,2}})[:.](\d{{2}})(?:[:.](\d{{2}}))?(?: ?({_WORDS}))?"
# On iPhones in brackets, elsewhere before a dash, in Korean before a comma.
_HEADER = re.compile(rf"(\[)?{_DATE},? {_TIME}(?(1)\] ?|(?: [-\u2013] | ?, ))")
# What may stand around the numbers; lines are matched with plain spaces only.
_SPACES = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u3000": " "})
# A name is not longer; a system's line may have a colon, too, but far behind.
_LONGEST_NAME = 100
_AFTERNOON = {"pm", "م", "μμ", "ös", "em", "du", "nm", "ch", "오후", "下午", "晚上", "中午"}
_FORENOON = {"am", "ص", "πμ", "öö", "fm", "de", "vm", "sa", "오전", "上午", "凌晨", "早上"}
# American phones, alone in having the month first, write "3/12/24, 10:11 PM".
_AMERICAN = re.compile(r"\W*[1-9]\d?/\d{1,2}/\d{2}\D.{0,14}[AP]M")
_CENTURY = 2000
# A day that no calendar has weighs more than one that is earlier than the day before.
_IMPOSSIBLE = 10

# What stands where a picture, a voice or a deleted text was. In brackets in every language; phones
# that write none put a mark of direction before it.
_PLACEHOLDER = re.compile(r"<[^<>]{2,60}>")
_EDITED = re.compile(r"<[^<>]{4,60}>")
_ATTACHED = re.compile(r"\S.{0,120}\.\w{2,5} [(<][^()<>]{3,40}[)>]")
_FILE = re.compile(r"\S.{0,120}\.\w{2,5}")
_THING = (
    "image|photo|picture|video|audio|gif|sticker|document|contact card|video note|"
    "voice message|bild|dokument|kontaktkarte|videonachricht|imagen|documento|"
    "tarjeta de contacto|vidéo|fiche contact|"
    "imagem|vídeo|áudio|figurinha|cartão do contato|immagine|"
    "scheda contatto|afbeelding|contactkaart"
)
_GONE = (
    "omitted|weggelassen|omitid[oa]|absente?|omise?|ocultad[oa]|omess[oa]|weggelaten|"
    "nicht enthalten|no incluid[oa]"
)
_OMITTED = re.compile(rf"(?:{_THING})s? (?:{_GONE})\.?", re.IGNORECASE)
_DELETED = re.compile(
    r"(?:this message was deleted|you deleted this message|waiting for this message.*|"
    r"diese nachricht wurde gelöscht|du hast diese nachricht gelöscht|warte auf diese nachricht.*|"
    r"(?:se )?eliminó este mensaje|eliminaste este mensaje|se eliminó este mensaje|"
    r"este mensaje fue eliminado|(?:ce message a été|vous avez) supprimé(?: ce message)?|"
    r"(?:esta )?mensagem (?:foi )?apagada|você apagou esta mensagem|"
    r"questo messaggio è stato eliminato|hai eliminato questo messaggio|"
    r"dit bericht is verwijderd|je hebt dit bericht verwijderd|null)\.?",
    re.IGNORECASE,
)
_LOCATION = re.compile(r"[^\W\d_]{4,12}: https?://\S*")
_MAPS = re.compile("maps|foursquare")
_POLL = re.compile(r"(?:POLL|UMFRAGE|ENCUESTA|SONDAGE|ENQUETE|SONDAGGIO|PEILING):")
_MENTION = re.compile("@\u2068[^\u2068\u2069]{0,200}\u2069")


class _Header(NamedTuple):
    date: tuple[int, int, int]
    clock: tuple[int, int, int]
    rest: str


class _Entry(NamedTuple):
    header: _Header
    lines: list[str]


def is_whatsapp(lines: Iterable[str]) -> bool:
    """Whether lines are the beginning of an exported chat."""
    return any(_header(line) is not None for line in lines)


def read_whatsapp(source: Source) -> Iterator[Message]:
    """The messages of an exported chat.

    Raises:
        TextError: If it cannot be read, or no line is a message's.
    """
    order = _order(source)
    for entry in _entries(source):
        author, found, first = entry.header.rest.partition(": ")
        if not found and entry.header.rest.endswith(":"):
            author, found = entry.header.rest[:-1], ":"
        if not found or len(author) > _LONGEST_NAME:
            continue  # the system's: who came, who left, how it is encrypted
        text = _written([first, *entry.lines])
        if text:
            time = _moment(entry.header, order)
            yield Message(author=without_marks(author).strip("~ "), text=text, time=time)


def _entries(source: Source) -> Iterator[_Entry]:
    current: _Entry | None = None
    for _, line in source.lines():
        header = _header(line)
        if header is not None:
            if current is not None:
                yield current
            current = _Entry(header, [])
        elif current is not None and len(current.lines) < MOST_LINES:
            current.lines.append(line)
    if current is None:
        raise source.error('has no message such as "12/03/24, 10:11 - Anna: See you"')
    yield current


def _header(line: str) -> _Header | None:
    """The time before a message and what follows it, None if a line begins no message."""
    plain = line.lstrip("\ufeff\u200e\u200f\u202a\u202c").translate(_SPACES)
    found = _HEADER.match(plain)
    if found is None:
        return None
    _, first, second, third, before, hour, minute, second_, after = found.groups()
    clock = int(hour), int(minute), int(second_ or 0)
    half = _half(before) or _half(after)
    if half == "pm" and clock[0] < 12:
        clock = clock[0] + 12, clock[1], clock[2]
    elif half == "am" and clock[0] == 12:
        clock = 0, clock[1], clock[2]
    return _Header((int(first), int(second), int(third)), clock, plain[found.end() :])


def _half(word: str | None) -> str:
    """Which half of the day a word beside a time names, in many languages; "" for none."""
    plain = (word or "").lower().replace(".", "").replace(" ", "")
    return "pm" if plain in _AFTERNOON else "am" if plain in _FORENOON else ""


def _order(source: Source) -> str:
    """In which order the numbers of a date stand: the one in which all are dates and go on.

    A chat goes from past to present. Where two orders do, the day comes first, or the month
    where an American phone wrote.
    """
    steps = dict.fromkeys(("dmy", "mdy", "ymd"), 0)
    latest = dict.fromkeys(steps, datetime.min)
    american = False
    last = None
    for _, line in source.lines():
        header = _header(line)
        if header is None or header.date == last:
            continue
        last = header.date
        american = american or bool(_AMERICAN.match(line))
        for order in steps:
            moment = _read(header, order)
            if moment is None:
                steps[order] += _IMPOSSIBLE
            else:
                steps[order] += moment.date() < latest[order].date()
                latest[order] = moment
    preferred = ("mdy", "dmy", "ymd") if american else ("dmy", "mdy", "ymd")
    return min(preferred, key=steps.__getitem__)


def _read(header: _Header, order: str) -> datetime | None:
    parts = dict(zip(order, header.date, strict=True))
    year = parts["y"] + _CENTURY if parts["y"] < 100 else parts["y"]
    if 100 <= parts["y"] < 1000:
        return None
    try:
        return datetime(year, parts["m"], parts["d"], *header.clock)
    except ValueError:
        return None


def _moment(header: _Header, order: str) -> int | None:
    moment = _read(header, order)
    return seconds_of(moment) if moment is not None else None


def _written(lines: list[str]) -> str:
    """What was typed of a message, "" if it was a picture, a place or a poll."""
    first = lines[0]
    if first.startswith(("\u200e", "\u200f")) and not _ATTACHED.fullmatch(without_marks(first)):
        return ""  # a phone's own words
    plain = without_marks(first).strip()
    first_only = _unedited(plain)
    if _POLL.match(plain) or _DELETED.fullmatch(first_only):
        return ""
    if _PLACEHOLDER.fullmatch(plain) or _OMITTED.fullmatch(plain) or _ATTACHED.fullmatch(plain):
        lines = lines[1:]  # what stands below a picture was typed
        if lines and _FILE.fullmatch(lines[0]):
            lines = lines[1:]
    elif _LOCATION.fullmatch(plain) and _MAPS.search(plain):
        return ""
    text = _unedited(_MENTION.sub("", "\n".join(lines)))
    return without_marks(text).strip()


def _unedited(text: str) -> str:
    """A text without the mark in brackets at its end that says that it was edited."""
    plain = text.rstrip()
    begin = plain.rfind("<")
    if begin < 0 or not _EDITED.fullmatch(plain, begin):
        return text
    return plain[:begin].removesuffix("\u200e").rstrip()
