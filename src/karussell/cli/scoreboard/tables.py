"""The figures of `karussell scoreboard` as tables, in the terminal and in Markdown."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from karussell.cli.printing import console, new_table, print_whole
from karussell.measure import Board, Estimate, Row, Standing

_NONE = "-"


class _Grid(NamedTuple):
    """A table before it is printed: ours is its first row, unless rows are texts."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    ours: int | None = 0


def print_board(board: Board) -> None:
    """Print the figures of all, our lead over each, each text, and the rules."""
    screen = console()
    for place, grid in enumerate(_grids(board)):
        if place:
            screen.print()
        _print(grid, screen)
    screen.print()
    for row in board.together.rows:
        screen.print(f"{row.name}: {row.note}", style="dim")
    screen.print()
    for rule in board.rules:
        screen.print(rule, style="dim")


def write_markdown(path: Path, board: Board) -> None:
    """Write the same as Markdown.

    Raises:
        OSError: If the file cannot be written.
    """
    lines: list[str] = []
    for grid in _grids(board):
        lines += [f"**{_escaped(grid.title)}**", ""]
        lines += [_line(grid.columns), _line(["---", *["---:"] * (len(grid.columns) - 1)])]
        for place, row in enumerate(grid.rows):
            cells = [_escaped(cell) for cell in row]
            lines.append(_line([f"**{cell}**" for cell in cells] if place == grid.ours else cells))
        lines.append("")
    lines += [f"- {_escaped(row.name)}: {_escaped(row.note)}" for row in board.together.rows]
    lines += ["", *[f"- {rule}" for rule in board.rules]]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _grids(board: Board) -> Iterator[_Grid]:
    yield _figures(board.together)
    if len(board.together.rows) > 1:
        yield _leads(board.together)
    if len(board.texts) > 1:
        yield _texts("keystrokes saved", board, lambda row: row.keystroke_savings)
        yield _texts("next word first", board, lambda row: row.recall_at_1)


def _figures(standing: Standing) -> _Grid:
    ceiling = standing.rows[0].keystroke_savings_ceiling
    title = (
        f"{standing.words:,} words in {standing.lines:,} lines, {standing.documents:,} documents; "
        f"at most {ceiling:.1%} of the keys could be saved"
    )
    columns = (
        "", "size", "saved", "95 %", "with 1", "with 5", "of most", "top 1", "95 %", "top 3",
        "bits/char", "95 %", "unknown", "ms", "p99",
    )  # fmt: skip
    return _Grid(title, columns, [_figure_row(row) for row in standing.rows])


def _figure_row(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        _NONE if row.bytes is None else _size(row.bytes),
        f"{row.keystroke_savings.value:.1%}",
        _range(row.keystroke_savings, scale=100, digits=1),
        f"{row.keystroke_savings_at_1:.1%}",
        f"{row.keystroke_savings_at_5:.1%}",
        f"{row.keystroke_savings_share:.1%}",
        f"{row.recall_at_1.value:.1%}",
        _range(row.recall_at_1, scale=100, digits=1),
        f"{row.recall_at_3:.1%}",
        _NONE if row.bits_per_character is None else f"{row.bits_per_character.value:.3f}",
        _range(row.bits_per_character, scale=1, digits=3),
        _NONE if row.unknown_rate is None else f"{row.unknown_rate:.1%}",
        f"{row.latency_ms.median:.2f}",
        f"{row.latency_ms.p99:.2f}",
    )


def _leads(standing: Standing) -> _Grid:
    columns = ("over", "saved, points", "95 %", "top 1, points", "95 %", "bits/char", "95 %")
    rows = [
        (
            row.name,
            *_lead(row.savings_lead, scale=100, digits=2),
            *_lead(row.recall_lead, scale=100, digits=2),
            *_lead(row.bits_lead, scale=1, digits=3),
        )
        for row in standing.rows[1:]
    ]
    return _Grid(f"how far {standing.rows[0].name} is ahead", columns, rows, ours=None)


def _texts(what: str, board: Board, figure: Callable[[Row], Estimate]) -> _Grid:
    names = [row.name for row in board.together.rows]
    rows = [
        (
            text.name,
            f"{text.words:,}",
            *(f"{figure(row).value:.1%}" for row in text.rows),
        )
        for text in (*board.texts, board.together)
    ]
    return _Grid(f"{what}, on each text", ("", "words", *names), rows, ours=None)


def _lead(lead: Estimate | None, *, scale: float, digits: int) -> tuple[str, str]:
    if lead is None:
        return _NONE, _NONE
    return f"{lead.value * scale:+.{digits}f}", _range(lead, scale=scale, digits=digits, sign="+")


def _range(figure: Estimate | None, *, scale: float, digits: int, sign: str = "") -> str:
    """An interval, or a dash."""
    if figure is None or figure.low is None or figure.high is None:
        return _NONE
    form = f"{sign}.{digits}f"
    return f"{figure.low * scale:{form}} to {figure.high * scale:{form}}"


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e5 else f"{count / 1e3:,.1f} kB"


def _print(grid: _Grid, screen: Console) -> None:
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
