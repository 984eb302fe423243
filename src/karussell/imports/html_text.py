"""HTML as the lines that are read on a screen, without what its writer quoted."""

import re
from collections.abc import Sequence
from contextlib import suppress
from html.parser import HTMLParser

# What is not shown, and what was not typed: other people's words, program code, signatures.
_DROPPED = {"head", "script", "style", "title", "template", "blockquote", "code", "svg", "select"}
_MARKED = re.compile(
    r"gmail_(?:quote|extra|signature|attr)|moz-(?:signature|cite-prefix|forward)|yahoo_quoted|"
    r"appendonsend|divRplyFwdMsg|OutlookMessageHeader|protonmail_(?:quote|signature)|"
    r"tutanota_quote|\bquote\b|\bsignature\b",
    re.IGNORECASE,
)
_BLOCKS = {"p", "div", "br", "li", "ul", "ol", "tr", "td", "table", "hr", "pre", "section"}
_BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "article", "header", "footer", "dt", "dd"}
_SPACE = re.compile(r"\s+")
_OPEN_TAG = re.compile(r"<[^<>]*(?=<|\Z)")
# Everything behind what such a place begins is quoted.
_RESTS = re.compile(r"appendonsend|divRplyFwdMsg", re.IGNORECASE)


def html_lines(text: str) -> list[str]:
    """The lines of a page of HTML, however broken it is.

    >>> html_lines("<p>See <b>you</b></p><blockquote>When?</blockquote>Anna")
    ['See you', 'Anna']
    """
    parser = _Text()
    with suppress(AssertionError):  # it reads no declarations that nobody closed
        parser.feed(_closed(text))
        parser.close()
    return [line for piece in "".join(parser.found).split("\n") if (line := piece.strip())]


def _closed(text: str) -> str:
    """A page without comments and tags that nobody closed, which a parser reads for long."""
    first, *others = text.split("<!--")
    text = first + "".join(other.partition("-->")[2] for other in others)
    return _OPEN_TAG.sub("", text)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._dropping = ""
        self._depth = 0
        self._ended = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if self._dropping:
            self._depth += tag == self._dropping
            return
        names = " ".join(value for key, value in attrs if key in ("class", "id") and value)
        if names and _RESTS.search(names):
            self._ended = True
        if tag in _DROPPED or (names and _MARKED.search(names)):
            self._dropping, self._depth = tag, 1
        if tag in _BLOCKS:
            self.found.append("\n")

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS and not self._dropping:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            self._depth -= tag == self._dropping
            if not self._depth:
                self._dropping = ""
                self.found.append("\n")
        elif tag in _BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._dropping and not self._ended:
            self.found.append(_SPACE.sub(" ", data))
