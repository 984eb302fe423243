"""Notes: plain text and Markdown, of which code is no writing."""

from collections.abc import Iterator

from karussell.imports.message import Message, without_marks
from karussell.imports.paragraphs import paragraphs
from karussell.imports.source import Source

# So many lines are a message at most, so that a book is learned page by page.
_PAGE = 400
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
    from markdown_it import MarkdownIt

    lines = [line for _, line in source.lines()]
    if lines[:1] == ["---"] and "---" in lines[1:]:
        lines = lines[lines.index("---", 1) + 1 :]
    found = []
    for token in MarkdownIt("commonmark").enable("table").parse("\n".join(lines)):
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
    yield from _message(found)


def _message(lines: Iterator[str] | list[str]) -> Iterator[Message]:
    text = without_marks("\n".join(line for line in lines if line.strip()))
    if text:
        yield Message(author="", text=text, own=True)
