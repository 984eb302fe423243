"""Grapheme clusters without a library, as near as a keyboard needs them to count letters."""

from unicodedata import category

_JOINER = "\u200d"


def width_left(text: str, count: int) -> int:
    """How many characters the last grapheme clusters of a text are.

    >>> width_left("see you tom", 3), width_left("oma\u0301", 2), width_left("a", 5)
    (3, 3, 1)
    """
    start = len(text)
    for _ in range(count):
        if start == 0:
            break
        start -= 1
        while start > 0 and _joins(text, start):
            start -= 1
    return len(text) - start


def width_right(text: str, count: int) -> int:
    """How many characters the first grapheme clusters of a text are."""
    end = 0
    for _ in range(count):
        if end == len(text):
            break
        end += 1
        while end < len(text) and _joins(text, end):
            end += 1
    return end


def word_start(text: str) -> int:
    """Where the run of letters, marks, digits and apostrophes begins that ends a text.

    >>> word_start("see you tom"), word_start("see you ")
    (8, 8)
    """
    start = len(text)
    while start > 0 and in_word(text[start - 1]):
        start -= 1
    return start


def in_word(sign: str) -> bool:
    """Whether a character may stand in a word."""
    return sign.isalnum() or sign in "'\u2019" or category(sign)[0] == "M"


def _joins(text: str, place: int) -> bool:
    """Whether a character belongs to the cluster of the one before it."""
    sign, before = text[place], text[place - 1]
    if category(sign)[0] == "M" or sign == _JOINER or before == _JOINER:
        return True
    if "\U0001f3fb" <= sign <= "\U0001f3ff":  # a tone of skin
        return True
    if _is_flag(sign) and _is_flag(before):
        run = place
        while run > 0 and _is_flag(text[run - 1]):
            run -= 1
        return (place - run) % 2 == 1
    return before == "\r" and sign == "\n"


def _is_flag(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"
