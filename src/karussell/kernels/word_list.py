"""Sorted words in one block of UTF-8, searched without making strings of them."""

from karussell.kernels import _native

WordList = _native.WordList
"""Words by position, made of a list of strings or, by ``of_lines``, of UTF-8 with newlines between.

``find`` gives the position of a word, or how many words there are; ``prefix`` the positions
[first, last) of those that start with a prefix. Both expect words sorted by code point, of which
``first_unsorted`` is the first that is not; if they are not, they find wrong words, and end all the
same.
"""


def unprintable(lines: bytes) -> tuple[int, int | None] | None:
    """Where words first hold what no word does and no terminal should be shown.

    Args:
        lines: Words, newlines between them.

    Returns:
        The place of the first control character, of one that turns the direction of writing or
        cannot be seen, and which it is; None for that where the bytes are no UTF-8; None if there
        is no such place.
    """
    return _native.unprintable(lines)
