"""Notes: plain text and Markdown, of which code is no writing."""

import itertools
from collections.abc import Iterator

from karussell.imports.message import Message, without_marks
from karussell.imports.paragraphs import paragraphs
from karussell.imports.source import Source

# So many lines are a message at most, so that a book is learned page by page.
_PAGE = 400
_LONGEST_PAGE = 2**17
_FENCES = ("```", "~~~")


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
        if len(page) >= _PAGE and not line.strip():
            yield from _message(paragraphs(page))
            page = []
    yield from _message(paragraphs(page))


def read_markdown(source: Source) -> Iterator[Message]:
    """The text of a page of Markdown, without code, front matter and addresses of links.

    Raises:
        TextError: If it cannot be read.
    """
    for page in _pages(_without_front_matter([line for _, line in source.lines()])):
        yield from _message(_typed("\n".join(page)))


def _without_front_matter(lines: list[str]) -> list[str]:
    if lines[:1] == ["---"] and "---" in lines[1:]:
        return lines[lines.index("---", 1) + 1 :]
    return lines


def _pages(lines: list[str]) -> Iterator[list[str]]:
    """Lines of Markdown, parted where nothing goes on: parsing takes a hundred times their size."""
    page: list[str] = []
    size, fence = 0, ""
    for line in itertools.chain.from_iterable(map(_pieces, lines)):
        start = line.lstrip()[:3]
        if start in _FENCES and fence in ("", start):
            fence = "" if fence else start
        ends = len(page) >= _PAGE and not line.strip() and not fence
        if page and (ends or size + len(line) > _LONGEST_PAGE):
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


def _typed(text: str) -> list[str]:
    """The paragraphs of some Markdown."""
    from markdown_it import MarkdownIt

    found = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
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


def _message(lines: Iterator[str] | list[str]) -> Iterator[Message]:
    text = without_marks("\n".join(line for line in lines if line.strip()))
    if text:
        yield Message(author="", text=text, own=True)
