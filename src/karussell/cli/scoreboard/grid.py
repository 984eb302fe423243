"""Tables of the scoreboards, in the terminal and in Markdown."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.console import Console

from karussell.cli.printing import console, new_table, print_whole
from karussell.files import write_whole


class Grid(NamedTuple):
    """A table before it is printed: ours is its first row, unless rows are texts."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    ours: int | None = 0


class Sheet(NamedTuple):
    """All that a scoreboard has to show.

    Attributes:
        board: For programs.
        grids: For people.
        notes: What is to be known about those who took part.
        rules: What was declared before measuring.
        draw: Draws the figures into a file.
    """

    board: msgspec.Struct
    grids: Sequence[Grid]
    notes: Sequence[str]
    rules: Sequence[str]
    draw: Callable[[Path], None]


def print_grids(grids: Sequence[Grid], notes: Sequence[str], rules: Sequence[str]) -> None:
    """Print tables, what is to be known about them, and the rules."""
    screen = console()
    for place, grid in enumerate(grids):
        if place:
            screen.print()
        _print(grid, screen)
    for lines in (notes, rules):
        screen.print()
        for line in lines:
            screen.print(line, style="dim")


def write_markdown(
    path: Path, grids: Sequence[Grid], notes: Sequence[str], rules: Sequence[str]
) -> None:
    """Write the same as Markdown.

    Raises:
        OSError: If the file cannot be written.
    """
    lines: list[str] = []
    for grid in grids:
        lines += [f"**{_escaped(grid.title)}**", ""]
        lines += [_line(grid.columns), _line(["---", *["---:"] * (len(grid.columns) - 1)])]
        for place, row in enumerate(grid.rows):
            cells = [_escaped(cell) for cell in row]
            lines.append(_line([f"**{cell}**" for cell in cells] if place == grid.ours else cells))
        lines.append("")
    lines += [f"- {_escaped(note)}" for note in notes]
    lines += ["", *[f"- {rule}" for rule in rules]]
    write_whole(path, ("\n".join(lines) + "\n").encode())


def _print(grid: Grid, screen: Console) -> None:
    table = new_table(*grid.columns, faint="95 %")
    for place, row in enumerate(grid.rows):
        table.add_row(*row, style="bold" if place == grid.ours else "")
    screen.print(grid.title, style="bold")
    print_whole(table, screen)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it stands, for names may be anybody's."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|" else letter for letter in text)
