"""The figures of `karussell scoreboard` as tables."""

from collections.abc import Callable, Iterator

from karussell.cli.scoreboard.grid import Grid
from karussell.errors import counted
from karussell.measure import Board, Estimate, Row, Standing

_NONE = "-"


def board_grids(board: Board) -> Iterator[Grid]:
    """The figures of all, our lead over each, and each text."""
    yield _figures(board.together)
    if len(board.together.rows) > 1:
        yield _leads(board.together)
    if len(board.texts) > 1:
        yield _texts("keystrokes saved", board, lambda row: row.keystroke_savings)
        yield _texts("next word first", board, lambda row: row.recall_at_1)


def board_notes(board: Board) -> list[str]:
    """What is to be known about each."""
    return [f"{row.name}: {row.note}" for row in board.together.rows]


def _figures(standing: Standing) -> Grid:
    ceiling = standing.rows[0].keystroke_savings_ceiling
    title = (
        f"{counted(standing.words, 'word')} in {counted(standing.lines, 'line')}, "
        f"{counted(standing.documents, 'document')}; "
        f"at most {ceiling:.1%} of the keys could be saved"
    )
    columns = (
        "", "size", "saved", "95 %", "with 1", "with 5", "of most", "top 1", "95 %", "top 3",
        "bits/char", "95 %", "unknown", "ms", "p99",
    )  # fmt: skip
    return Grid(title, columns, [_figure_row(row) for row in standing.rows])


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


def _leads(standing: Standing) -> Grid:
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
    return Grid(f"how far {standing.rows[0].name} is ahead", columns, rows, ours=None)


def _texts(what: str, board: Board, figure: Callable[[Row], Estimate]) -> Grid:
    names = [row.name for row in board.together.rows]
    rows = [
        (
            text.name,
            f"{text.words:,}",
            *(f"{figure(row).value:.1%}" for row in text.rows),
        )
        for text in (*board.texts, board.together)
    ]
    return Grid(f"{what}, on each text", ("", "words", *names), rows, ours=None)


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
