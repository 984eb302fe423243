"""Paragraphs: lines that were broken only because they were full, joined again."""

from collections.abc import Iterable, Iterator

# Programs break lines after 60 to 80 letters.
_LEAST_WIDTH, _MOST_WIDTH = 56, 100
_ENDS = (".", "!", "?", ":", "\u2026")
_ITEMS = ("- ", "* ", "+ ", "\u2022", "#", "|")


def paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Lines as they were meant: one that was full, and the next begins where it went on, are one.

    A line was full if the first word of the next one would not have stood in it.

    >>> list(paragraphs(["Hello Anna,", "see you at ten."]))
    ['Hello Anna,', 'see you at ten.']
    """
    held, width, rows = "", 0, list(lines)
    # A lone link is as long as it is, broken or not.
    widest = max((len(row) for row in rows if " " in row.strip()), default=0)
    limit = widest if _LEAST_WIDTH <= widest <= _MOST_WIDTH else 0
    for row in rows:
        line = row.strip()
        word = line.split(" ", 1)[0]
        full = limit and width + 1 + len(word) > limit and line
        if held and full and not held.endswith(_ENDS) and not line.startswith(_ITEMS):
            held = f"{held} {line}"
        else:
            if held:
                yield held
            held = line
        width = len(row.rstrip())
    if held:
        yield held


def flowed(lines: Iterable[str], *, delete_space: bool = False) -> Iterator[str]:
    """Lines of text whose sender marked the soft breaks by a space (RFC 3676), joined.

    Args:
        lines: The lines.
        delete_space: Whether the space that marks a break is none of the text.
    """
    held = ""
    for line in lines:
        stuffed = line.removeprefix(" ")
        soft = stuffed.endswith(" ") and stuffed != "-- "
        held += stuffed[:-1] if soft and delete_space else stuffed
        if not soft:
            yield held
            held = ""
    if held:
        yield held
