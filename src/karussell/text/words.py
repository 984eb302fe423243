"""Words and graphemes: where a text is cut."""

import re
from functools import cache
from typing import TYPE_CHECKING

from karussell.text.normalise import fold, normalise

if TYPE_CHECKING:
    from regex import Pattern

# A word is a run of letters, marks and digits with apostrophes inside: "don't", "3rd", "naïve".
# Hyphens and all other punctuation part words, as they do in typing.
_LETTERS = r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:'\p{L}[\p{L}\p{M}]*)*"
# So is an emoticon that stands alone: ":-)", ";P", "<3".
# The two engines do not agree on whether the separators of old files are white space.
_EMOTICON = r"(?<![^\s\x1c-\x1f])(?:[:;=]'?-?(?:\)+|\(+|[DdPpOo3/|*\[\]])|<3)(?![^\s\x1c-\x1f])"
# And so is an emoji, and a flag; not one that is joined with others.
_EMOJI = (
    r"(?<!\u200d)(?![\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u3030\u303d])"
    r"\p{Extended_Pictographic}(?!\u200d)|\p{Regional_Indicator}{2}"
)
_WORD = f"{_LETTERS}|{_EMOTICON}|{_EMOJI}"
# The same for ASCII text, which the standard engine reads three times as fast.
_ASCII_WORD = re.compile(rf"[A-Za-z0-9]+(?:'[A-Za-z]+)*|{_EMOTICON}")


@cache
def unicode_pattern(text: str) -> "Pattern[str]":
    """A pattern of Unicode, made when the first text that is not ASCII is read."""
    import regex

    return regex.compile(text)


def written_words(text: str) -> list[str]:
    """The words of a text as they are written, without punctuation; emoji and emoticons count."""
    text = normalise(text)
    if text.isascii():
        return _ASCII_WORD.findall(text)
    return unicode_pattern(_WORD).findall(text)


def words(text: str, language: str = "") -> list[str]:
    """The words of a text as a model reads them: in lower case, without punctuation.

    Args:
        text: Any text.
        language: Its BCP 47 tag, for what ``fold`` needs it.

    >>> words("See you at Anna's, 3rd floor!")
    ['see', 'you', 'at', "anna's", '3rd', 'floor']
    """
    return [fold(word, language) for word in written_words(text)]


def is_spelled(word: str) -> bool:
    """Whether a word has letters or digits to type; emoji and emoticons have none.

    >>> is_spelled("3rd"), is_spelled(":D")
    (True, False)
    """
    return word[:1].isalnum()


def count_graphemes(text: str) -> int:
    """How many grapheme clusters a text has."""
    return len(text) if text.isascii() and "\r" not in text else len(graphemes(text))


def graphemes(text: str) -> list[str]:
    """The grapheme clusters of a text: what a person calls its characters (UAX 29)."""
    # ASCII characters are clusters of their own; only a carriage return joins a line feed.
    if text.isascii() and "\r" not in text:
        return list(text)
    return unicode_pattern(r"\X").findall(text)
