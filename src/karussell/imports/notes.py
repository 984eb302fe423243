"""Notes: plain text and Markdown, of which code is no writing."""

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from karussell.imports.message import Message, without_marks
from karussell.imports.paragraphs import paragraphs
from karussell.imports.source import Source

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

# So many lines are a message, or twice as many if none is blank, so that a book is learned page
# by page.
_PAGE, _LONGEST_PAGE = 400, 2**15
_MOST_FRONT = 1000
_FENCES = ("```", "~~~")
# What means something beyond its paragraph: tags, code, where links lead.
_WHOLE = re.compile(r"<|^ {0,3}(?:```|~~~|\[[^]\n]*\]:)", re.MULTILINE)
# A line whose letters mean themselves, behind the mark of an item or a heading.
_PLAIN = re.compile(
    r" {0,3}(?:([-*+]|#{1,6}) {1,4})?((?![-+=>]|\d+[.)]|\s|[*_ ]+$)[^][`<>&\\|~#\t]*(?<!\s))? ?"
)
_EMPHASIS = re.compile(r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)")
# Lines that are blank, before one that is not moved to the right and so goes on with nothing.
_BETWEEN = re.compile(r"\n[ \t]*+\n[ \t\n]*+(?<=\n)(?=\S)")


def read_text(source: Source) -> Iterator[Message]:
    """The paragraphs of a plain text; what stands between fences is code.

    Raises:
        TextError: If it cannot be read.
    """
    page: list[str] = []
    fence = ""
    for _, line in source.lines():
        start = line.lstrip()[:3]
        if fence:
            fence = "" if start == fence else fence
        elif start in _FENCES:
            fence = start
            page.append("")
        else:
            page.append(line)
        if len(page) >= _PAGE and (not line.strip() or len(page) >= 2 * _PAGE):
            yield from _message(paragraphs(page))
            page = []
    yield from _message(paragraphs(page))


def read_markdown(source: Source) -> Iterator[Message]:
    """The text of a page of Markdown, without code, front matter and addresses of links.

    Raises:
        TextError: If it cannot be read.
    """
    for page in _pages(_without_front_matter(line for _, line in source.lines())):
        yield from _message(_typed(page))


def _without_front_matter(lines: Iterator[str]) -> Iterator[str]:
    first = list(itertools.islice(lines, 1))
    if first == ["---"]:
        for line in itertools.islice(lines, _MOST_FRONT):
            first.append(line)
            if line == "---":
                first = []
                break
    yield from first
    yield from lines


def _pages(lines: Iterable[str]) -> Iterator[list[str]]:
    """Lines of Markdown, parted where nothing goes on: parsing takes a hundred times their size."""
    page: list[str] = []
    size, fence = 0, ""
    for line in itertools.chain.from_iterable(map(_pieces, lines)):
        start = line.lstrip()[:3]
        if start in _FENCES and fence in ("", start):
            fence = "" if fence else start
        ends = len(page) >= _PAGE and not line.strip() and not fence
        full = len(page) >= 2 * _PAGE or size + len(line) > _LONGEST_PAGE
        if page and (ends or full):
            yield page
            page, size = [], 0
        page.append(line)
        size += len(line) + 1
    yield page


def _pieces(line: str) -> Iterator[str]:
    """A line, or pieces of one that is longer than a page, parted at spaces if it has any."""
    start = 0
    while len(line) - start > _LONGEST_PAGE:
        limit = start + _LONGEST_PAGE
        end = line.rfind(" ", start, limit) + 1 or limit
        yield line[start:end]
        start = end
    yield line[start:]


def _typed(page: list[str]) -> list[str]:
    """The paragraphs of a page of Markdown; most are plain, and parsing takes long."""
    text = "\n".join(page)
    if _WHOLE.search(text):
        return _parsed(text)
    found: list[str] = []
    for block in _BETWEEN.split(text):
        plain = _plain(block)
        found += _parsed(block) if plain is None else plain
    return found


def _plain(block: str) -> list[str] | None:
    """The paragraphs of lines with no marks but those of items, headings, emphasis; else None.

    Marks of emphasis are no letters of words, whether they have a partner or not.
    """
    found: list[str] = []
    goes_on = False
    for line in block.split("\n"):
        match = _PLAIN.fullmatch(line)
        if match is None:
            return None
        mark, text = match.groups()
        if text and _EMPHASIS.search(text):
            text = _EMPHASIS.sub("", text)
        if goes_on and text and not mark:
            found[-1] += f" {text}"
        elif text:
            found.append(text)
        goes_on = bool(text) and not (mark or "").startswith("#")
    return found


def _parsed(text: str) -> list[str]:
    """The paragraphs of some Markdown."""
    found = []
    for token in _parser().parse(text):
        if token.type == "inline":
            typed = []
            for part in token.children or ():
                if part.type == "text":
                    typed.append(part.content)
                elif part.type in ("code_inline", "hardbreak", "image"):
                    typed.append("\n")
                elif part.type == "softbreak":
                    typed.append(" ")
            found.append("".join(typed))
    return found


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


def _message(lines: Iterator[str] | list[str]) -> Iterator[Message]:
    text = without_marks("\n".join(line for line in lines if line.strip()))
    if text:
        yield Message(author="", text=text, own=True)
