"""How a writer writes: in capitals or not, with which apostrophe, in which skin tone."""

import re
from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

from karussell.text import fold, unicode_pattern

# As far back as a style is looked for.
_REACH = 400
_CURLY, _STRAIGHT = "\u2019", "'"
# Apostrophes between letters; and quotes, which a writer seldom has of two kinds.
_APOSTROPHE = re.compile(r"(?<![^\w])['\u2019](?=[^\W\d_])")
_QUOTE = re.compile('["\u201c\u201d\u201e]')
_TONE = re.compile("[\U0001f3fb-\U0001f3ff]")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
# Fewer letters are a word such as "I", or the beginning of any.
_SHOUTED_LETTERS = 2
# So many shouted words in a row, of so many letters together, are a shout and no abbreviations.
_SHOUTED_WORDS, _SHOUTED_IN_ALL = 2, 4


class Shout(IntEnum):
    """Whether a writer has all in capitals."""

    NO = 0
    MAYBE = 1
    """All words of the sentence so far: if the next one has a capital, it has no others."""
    YES = 2


class Style(NamedTuple):
    """How somebody writes at a place.

    Attributes:
        shout: Whether all is in capitals.
        sharp_s: Whether the writer has a capital ß.
        apostrophe: The writer's own.
        tone: The skin tone that the writer's last emoji with one has.
    """

    shout: Shout = Shout.NO
    sharp_s: bool = False
    apostrophe: str = _STRAIGHT
    tone: str = ""


def _never(word: str) -> bool:
    return False


def style_of(before: str, is_acronym: Callable[[str], bool] = _never, right: str = "") -> Style:
    """How somebody writes who has written a text.

    Args:
        before: The text before a word.
        is_acronym: Whether a word, folded, is always written in capitals.
        right: What stands behind the word, for an apostrophe where there is none before it.
    """
    near = before[-_REACH:]
    shout = _shout(near.rpartition("\n")[2], is_acronym)
    if near.isascii():
        apostrophe = _STRAIGHT if right.isascii() or "'" in near else _apostrophe(right[:_REACH])
        return Style(shout, apostrophe=apostrophe)
    tones = _TONE.findall(before)
    return Style(shout, "\u1e9e" in near, _apostrophe(near), tones[-1] if tones else "")


def toned(emoji: str, tone: str) -> str:
    """An emoji in a skin tone, if it is of one person and takes one.

    >>> toned("\U0001f44d", "\U0001f3fd") == "\U0001f44d\U0001f3fd", toned("x", "\U0001f3fd")
    (True, 'x')
    """
    people = unicode_pattern(r"\p{Emoji_Modifier_Base}")
    if not tone or len(found := [match.end() for match in people.finditer(emoji)]) != 1:
        return emoji
    return emoji[: found[0]] + tone + emoji[found[0] :].removeprefix("\ufe0f")


def _shout(line: str, is_acronym: Callable[[str], bool]) -> Shout:
    row = letters = acronyms = 0
    for word in reversed(_WORD.findall(line)):
        if len(word) < _SHOUTED_LETTERS or word.lower() == word.upper():
            continue
        if not word.isupper():
            return Shout.NO
        row, letters = row + 1, letters + len(word)
        acronyms += is_acronym(fold(word))
        if row - acronyms >= 1 and row >= _SHOUTED_WORDS and letters >= _SHOUTED_IN_ALL:
            return Shout.YES
    return Shout.MAYBE if row > acronyms else Shout.NO


def _apostrophe(near: str) -> str:
    if found := _APOSTROPHE.findall(near):
        return _CURLY if found[-1] == _CURLY else _STRAIGHT
    quotes = _QUOTE.findall(near)
    return _CURLY if quotes and quotes[-1] != '"' else _STRAIGHT
