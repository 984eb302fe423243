"""What of a text a writer has finished."""

from karussell.ibus.clusters import in_word

_ENDS = ".!?\u2026"
_CLOSING = "\"'\u201d\u2019)\u00bb"


def finished(left: str, own: int, *, whole: bool) -> str:
    """The last line before the caret, as far as it was typed here and is done.

    Args:
        left: The text before the caret.
        own: How many characters at its end were typed here.
        whole: Whether the line is done; else only its finished sentences are.

    >>> finished("Dear Ann, see you", 7, whole=True), finished("See you. Perhaps", 16, whole=False)
    ('you', 'See you.')
    """
    start = len(left) - own
    text = left[start:].rpartition("\n")[2]
    start = len(left) - len(text)
    if 0 < start < len(left) and in_word(left[start - 1]):
        while start < len(left) and in_word(left[start]):
            start += 1  # half a word is none
    text = left[start:]
    if not whole:
        end = len(text)
        while end and not _ends_sentence(text, end):
            end -= 1
        text = text[:end]
    return text.strip()


def _ends_sentence(text: str, end: int) -> bool:
    behind = text[end : end + 1]
    return (not behind or behind.isspace()) and text[:end].rstrip(_CLOSING)[-1:] in tuple(_ENDS)
