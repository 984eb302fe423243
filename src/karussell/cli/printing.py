"""How commands print: tables for people, JSON for programs, nothing that a terminal obeys.

It loads rich, so that a command imports it when it runs.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import msgspec
from rich.console import Console, ConsoleOptions
from rich.table import Column, Table
from rich.text import Text

from karussell.errors import shown

# Where no terminal sets the width, lines are as long as they need to be.
_ENDLESS = 100_000
# More of one text than this is an attack on whoever sits in front of a terminal, or a mistake.
_MOST_SHOWN = 2000
# Spaces at the end of a line, between what switches colours there.
_ENDS = re.compile(r"(?:\x1b\[[0-9;]*m| )+$", re.MULTILINE)
# What these columns say is about the one before, and stands beside it.
_ATTACHED = frozenset({"95 %", "p99"})
# Spaces between columns.
_GAP = 2
# JSON may name a character by its number.
_NOT_ASCII = re.compile("[\x7f-\U0010ffff]+")


def print_json(value: object) -> None:
    """Print a value as JSON that people can read, too."""
    try:
        text = msgspec.json.format(msgspec.json.encode(value)).decode()
    except UnicodeEncodeError:  # half a character, as in a file's name that is not UTF-8
        text = json.dumps(msgspec.to_builtins(value), indent=2)
    print(_NOT_ASCII.sub(_numbered, text))


def _numbered(found: re.Match[str]) -> str:
    return "".join(
        letter if shown(letter) == letter == _written(letter) else json.dumps(letter)[1:-1]
        for letter in found[0]
    )


def _written(text: str, encoding: str | None = None) -> str:
    """A text with escapes for what the output's encoding, such as ASCII, does not have."""
    encoding = encoding or sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


class Screen(Console):
    """Standard output, or that of errors.

    Any text is printed as it is, for it may be anybody's, but for what a terminal would obey.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, emoji=False, highlight=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """What rich makes of any text, be it in a table or not."""
        most = _MOST_SHOWN if self.is_terminal else _ENDLESS
        lines = (shown(line, most) for line in text.split("\n"))
        # Here, so that columns are as wide as what is written into them.
        return super().render_str(_written("\n".join(lines), self.encoding), **options)

    def print(self, *objects: Any, **options: Any) -> None:
        """Print, without spaces at the ends of lines."""
        if self.stderr:
            super().print(*objects, **options)
            return
        with self.capture() as held:
            super().print(*objects, **options)
        self.file.write(_ENDS.sub(lambda end: end[0].replace(" ", ""), held.get()))


def console() -> Screen:
    """Standard output, with lines of any length where no terminal folds them."""
    found = Screen()
    if not found.is_terminal:
        found.width = _ENDLESS
    return found


def say(text: str) -> None:
    """Print a sentence, on as many lines of a terminal as it takes, with its words whole."""
    console().print(text)


def new_table(first: str, *columns: str, faint: str = "") -> Table:
    """A table of names and figures.

    Args:
        first: The title of the column of names.
        columns: The titles of the others.
        faint: The title of those that matter less.
    """
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    table.add_column(first, no_wrap=True)
    for name in columns:
        style = "dim" if name == faint else ""
        table.add_column(name, justify="right", no_wrap=True, style=style)
    return table


def print_whole(table: Table, screen: Console) -> None:
    """Print a table; where it is wider than the screen, some columns after the others.

    The first column names the rows of each part. Where a single column beside it is too wide, its
    words stand one below the other; a word that is too wide is whole, for a terminal to fold.
    """
    for place, part in enumerate(_parts(table, screen)):
        if place:
            screen.print()
        width = screen.width
        if natural_width(part, screen) > width:
            first, *rest = part.columns
            rest = [replace(each, no_wrap=False) for each in rest]
            names = natural_width(_of_columns(table, [first]), screen)
            words = screen.measure(_of_columns(table, rest), options=_endless(screen)).minimum
            part = _of_columns(table, [first, *rest])
            screen.width = max(width, names + words + _GAP)
        screen.print(part)
        screen.width = width


def _parts(table: Table, screen: Console) -> Iterator[Table]:
    """A table, or as many as it takes, each as wide as fits."""
    if natural_width(table, screen) <= screen.width or len(table.columns) < 2:
        yield table
        return
    first, *rest = table.columns
    groups: list[list[Column]] = []
    for column in rest:
        attached = groups and column.header in _ATTACHED
        if attached and _fits(table, [first, *groups[-1], column], screen):
            groups[-1].append(column)
        elif attached:
            header = f"{groups[-1][0].header}, {column.header}"
            groups.append([replace(column, header=header)])
        else:
            groups.append([column])
    part = [first, *groups[0]]
    for group in groups[1:]:
        if not _fits(table, [*part, *group], screen):
            yield _of_columns(table, part)
            part = [first]
        part += group
    yield _of_columns(table, part)


def _fits(table: Table, columns: Sequence[Column], screen: Console) -> bool:
    return natural_width(_of_columns(table, columns), screen) <= screen.width


def _of_columns(table: Table, columns: Sequence[Column]) -> Table:
    """A table of some of its columns."""
    part = copy(table)
    part.columns = [replace(column, _index=place) for place, column in enumerate(columns)]
    return part


def print_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Print names and what is to say about each, one below the other."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in facts:
        table.add_row(name, value)
    console().print(table)


def natural_width(table: Table, screen: Console) -> int:
    """The columns a table takes where nothing in it is cut or folded."""
    return screen.measure(table, options=_endless(screen)).maximum


def _endless(screen: Console) -> ConsoleOptions:
    return screen.options.update(max_width=_ENDLESS)
