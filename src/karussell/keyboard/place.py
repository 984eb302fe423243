"""Where the cursor stands: the words of its sentence, and the letters of the word being typed."""

import re
from collections.abc import Sequence
from string import ascii_letters, digits
from typing import NamedTuple

from karussell.text import (
    fold,
    graphemes,
    is_titled,
    last_sentence,
    unicode_pattern,
    words,
    written_words,
)
from karussell.writing import Edge, Rules, Style, edge_of

# The run of letters, marks, digits and apostrophes that ends at the cursor, found from its end.
_RUN = r"(?r)[\p{L}\p{M}\p{N}'`\u00b4\u2018\u2019\u02bc]*\Z"
_ASCII_RUN = ascii_letters + digits + "'`"
# A word as ``karussell.text.words`` reads it, or one that is not finished: "don'" on its way to
# "don't". It starts at a letter or digit, never at a mark, which belongs to what stands before it.
_WORD = (
    r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['`\u00b4\u2018\u2019\u02bc][\p{L}\p{M}]+)*"
    r"['`\u00b4\u2018\u2019\u02bc]?"
)
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:['`][A-Za-z]+)*['`]?")
# Where a sentence has no end, reading starts anew every so many characters; at fixed places, so
# that what was read stays read while the text grows.
_STRIDE = 4096
MOST_WORDS = 64
"""So many words of a sentence are read at most, as many as when the models were trained. Of a
longer one reading starts anew each half as many."""
# A longer run of letters is no word: nothing is offered for it, and nothing of it is read.
LONGEST = 256
_REST = r"[\p{L}\p{M}\p{N}]*(?:['\u2018\u2019\u02bc][\p{L}\p{M}]+)*"
SEPARATORS = (
    '.,;:!?\u2026\u2014)]}"\u201c\u201d\u00ab\u00bb\u2039\u203a'
    "\u3001\u3002\uff01\uff1f\u061f\u060c\u0964"
)
"""Signs behind which the word before them is whole, beside white space: not those that stand inside
addresses, names of files and compounds."""

# Right of the cursor one of these, or nothing, tells no more of the sentence.
_PAUSES = ("", *".,;:!?\u2026")
# What stands between words; half of one ends before it.
_BETWEEN = r"[^\p{L}\p{M}\p{N}'\u2018\u2019\u02bc]+"
_ASCII_REST = re.compile(r"[A-Za-z0-9]*(?:'[A-Za-z]+)*")


_KEYCAP = "\u20e3"
# The first line of a letter, "Liebe Anna,", and languages in which the next goes on with it.
_SALUTATION = re.compile(r"[ \t\n]*[^\n]{1,60},[ \t]*\n[ \t\n]*")
_SMALL_BEHIND_IT = ("de",)


class Place(NamedTuple):
    """What the text left of the cursor says about the next word.

    Attributes:
        words: The folded words of the sentence before the word being typed, the last ones of many.
        prefix: What was typed of that word, as it was typed; "" for none.
        starts_sentence: Whether that word is the first of its sentence.
        wants_space: Whether it brings a space with it, since punctuation stands directly before it.
        edge: What may come here.
        style: How the writer has written so far.
        start: How many characters stand before its sentence.
        named: Whether a title stands before the word: it is a name, and has a capital.
    """

    words: tuple[str, ...]
    prefix: str
    starts_sentence: bool
    wants_space: bool
    edge: Edge = Edge()
    style: Style = Style()
    start: int = 0
    named: bool = False

    def takes(self, prefix: str) -> bool:
        """Whether a word may come here of which this was typed."""
        if not prefix:
            return self.edge.word
        return self.edge.digits if prefix[0].isdigit() else self.edge.letters


def find_place(left: str, language: str = "") -> Place:
    """Where the cursor stands behind a text in a language, whose abbreviations end no sentence."""
    prefix = typed_prefix(left)
    before = left[: len(left) - len(prefix)]
    edge = edge_of(Rules.of_language(language), before)
    wants_space = not prefix and edge.wants_space
    line = (before + " " if wants_space else before).rpartition("\n")[2]
    sentence = last_sentence(recent(line), language)
    forms = latest(written_words(sentence), MOST_WORDS)
    read = tuple(fold(form, language) for form in forms)
    return Place(
        words=read,
        prefix=prefix,
        starts_sentence=not read and not _goes_on(before, language),
        wants_space=wants_space,
        edge=edge,
        start=len(before) - max(0, len(sentence) - wants_space),
        named=is_titled(line, language),
    )


def _goes_on(before: str, language: str) -> bool:
    """Whether a line goes on with the sentence of the one before, which greets."""
    return language[:2] in _SMALL_BEHIND_IT and bool(_SALUTATION.fullmatch(before))


def starts_sentence(left: str, language: str = "") -> bool:
    """Whether a letter typed behind a text is the first of a sentence, or of a name."""
    if typed_prefix(left):
        return False
    place = find_place(left, language)
    return (place.starts_sentence or place.named) and not place.wants_space


def typed_prefix(left: str) -> str:
    """The word being typed, as far as it stands left of the cursor, its last letters at most."""
    left = left[-LONGEST:]
    start = len(left.rstrip(_ASCII_RUN))
    if start and not left[start - 1].isascii():
        return _unicode_prefix(left)
    typed = left[start:]
    if "'" not in typed and "`" not in typed:
        return typed
    return next((word[0] for word in _ASCII_WORD.finditer(typed) if word.end() == len(typed)), "")


def ends_word(key: str) -> bool:
    """Whether a word is whole when this character is typed behind it."""
    return key.isspace() or key in SEPARATORS


def typed_rest(right: str) -> str:
    """How a word that stands left of the cursor goes on right of it."""
    if not right:
        return ""
    right = right[:LONGEST]
    pattern = _ASCII_REST if right.isascii() else unicode_pattern(_REST)
    rest = pattern.match(right)
    return rest[0] if rest else ""


def _unicode_prefix(left: str) -> str:
    run = unicode_pattern(_RUN).search(left)
    typed = run[0] if run else ""
    words_typed = unicode_pattern(_WORD).finditer(typed)
    prefix = next((word[0] for word in words_typed if word.end() == len(typed)), "")
    if prefix[-1:] == _KEYCAP:
        return ""  # an emoji
    before = left[: len(left) - len(prefix)][-1:]
    if not before.isascii() and len(graphemes(before + prefix)) == len(graphemes(prefix)):
        return ""  # one character with what stands before it, such as an Arabic number sign
    return prefix


def recent(text: str) -> str:
    """The end of a text, two pages at most, from a fixed place: it grows with the text."""
    if len(text) < 2 * _STRIDE:
        return text
    return from_word(text[(len(text) // _STRIDE - 1) * _STRIDE :])


def latest(words: Sequence[str], most: int) -> Sequence[str]:
    """The last of many words, fewer than so many, from a fixed place: what was read stays read."""
    if len(words) < most:
        return words
    half = most // 2
    return words[(len(words) // half - 1) * half :]


def from_word(text: str) -> str:
    """A text that was cut, from its first whole word on."""
    found = unicode_pattern(_BETWEEN).search(text)
    return text[found.end() :] if found else ""


def following(right: str, language: str) -> tuple[str, ...]:
    """The words right of the cursor that belong to its sentence."""
    line = right.partition("\n")[0]
    if line.strip()[:1] in _PAUSES:
        return ()
    return tuple(words(line.rpartition(" ")[0] if len(right) >= LONGEST else line, language)[:2])
