"""Sentences: where one ends, by language, since titles and abbreviations end none."""

import re
from collections.abc import Iterator

from karussell.text.abbreviations import Abbreviations, abbreviations

_CLOSING = "\"')\\]}\u00bb\u203a\u201d\u2019\u201c\u2018\u00ab\u2039\u300d\u300f\uff09"
# A mark, perhaps closing quotes, and white space; CJK marks need none. French sets a space before
# the quotes. The last alternative is what numbers the items of a list.
_CLOSED = rf"((?: ?[\u00bb\u203a]|[\u00a0\u202f]?[{_CLOSING}])*)"
_END = re.compile(
    rf"(?<=[.!?\u2026\u203d\u061f\u06d4\u0964\u0965]){_CLOSED}\s+"
    rf"|(?<=[\u3002\uff01\uff1f\uff61])([{_CLOSING}]*)\s*"
)
_BRACKETS = frozenset(")]}\uff09")
_ITEM = re.compile(r"\s*(?:\d{1,3}[.)]|[A-Za-z]\))\s+")
# What may stand before a word without being of it.
_OPENING = " \"'([{\u00ab\u2039\u201c\u2018\u201e\u201a\u00bf\u00a1\u300c\u300e\u00a0\u202f"
_SPACES = (" ", "\u00a0", "\u202f")
# As far as words before a full stop are looked at.
_REACH = 40
_NEAR = 400


def sentences(text: str, language: str = "") -> list[str]:
    """The sentences of a text, in order, empty ones left out.

    Args:
        text: Any text.
        language: BCP 47 tag of the language whose abbreviations end no sentence; "" for none: then
            every mark before white space ends one, as in the texts that models are trained on.

    >>> sentences("See you. Bring cake! Thanks")
    ['See you.', 'Bring cake!', 'Thanks']
    >>> sentences("Ask Mr. Smith, e.g. today. then tell me", "en")
    ['Ask Mr. Smith, e.g. today.', 'then tell me']
    """
    found, start = [], 0
    for end, after in _ends(text, language):
        if sentence := text[start:end]:
            found.append(sentence)
        start = after
    return [*found, text[start:]] if start < len(text) else found


def last_sentence(text: str, language: str = "") -> str:
    """The sentence that goes on at the end of a text, without a word if none does.

    >>> last_sentence("See you. Bring ca"), last_sentence("See you. ")
    ('Bring ca', '')
    """
    line = text.rpartition("\n")[2]
    # Most sentences are short.
    for begin in (max(0, len(line) - _NEAR), 0):
        start = 0
        for _, after in _ends(line, language, begin):
            start = after
        if start:
            break
    return line[start:]


def is_titled(text: str, language: str) -> bool:
    """Whether a text ends in a title and a space, behind which a name comes.

    >>> is_titled("Ask Mr. ", "en"), is_titled("Ask Mr Smith ", "en"), is_titled("Mr.", "en")
    (True, False, False)
    """
    if text[-1:] not in _SPACES:
        return False
    *_, word = ("", *text[-_REACH:].split())
    word, known = word.lstrip(_OPENING), abbreviations(language)
    if not word.endswith("."):
        return word[:1].isupper() and word.lower() in known.bare
    word = word[:-1]
    if len(word) == 1 and word.islower():
        return False  # "5 m."
    return word in known.titles or word.lower() in known.titles


def _ends(text: str, language: str, begin: int = 0) -> Iterator[tuple[int, int]]:
    """Where each sentence ends behind a place, and where the next one starts."""
    item = None if begin else _ITEM.match(text)
    if item:
        yield len(item[0].rstrip()), item.end()
        begin = item.end()
    known = abbreviations(language) if language else None
    for found in _END.finditer(text, begin):
        at = found.start()
        following = text[found.end() : found.end() + 8].lstrip(_OPENING)[:1]
        if not known or _is_end(text[max(0, at - _REACH) : at], found[1] or "", following, known):
            yield at, found.end()


def _is_end(before: str, closed: str, following: str, known: Abbreviations) -> bool:
    """Whether a sentence ends behind a mark.

    Args:
        before: What stands before it, the mark included.
        closed: The quotes and brackets that were closed behind it.
        following: The first letter of what follows, "" if nothing does yet.
        known: The language's abbreviations.
    """
    if closed and before[-1] in "!?":
        # "Come!" she said: a small letter goes on with the sentence around the quote.
        return not following.islower()
    if before[-1] == "\u2026" or before.endswith(".."):
        return following.isupper()
    if before[-1] != "." or before[-2:-1].isspace():
        return True
    *earlier, word = ("", *before[:-1].split())
    word = word.lstrip(_OPENING)
    # "(tea, milk, etc.) and": the sentence goes on around the brackets.
    if closed and (len(word) == 1 or word.isdigit() or not _BRACKETS.intersection(closed)):
        return True
    if word.isdigit():
        return not (known.ordinals and len(word) <= 2)
    if len(word) == 1 and word.isupper():
        return word in known.single
    forms = {word, word.lower(), f"{earlier[-1] if earlier else ''} {word}".lower()}
    if forms & known.numbered:
        return not following.isdigit()
    if forms & known.either:
        return following.isupper()
    if forms & known.never:
        return False
    initials = word.split(".")
    return len(initials) < 2 or any(len(part) != 1 or part.isdigit() for part in initials)
