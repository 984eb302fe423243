"""The figures of `karussell bench` as a picture. It loads matplotlib, which not everyone has."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from karussell.bench import Board, Measurement, Report
from karussell.cli.pictures import (
    INK,
    LIMIT,
    OURS,
    PAPER,
    PEER,
    SOFT,
    dress,
    headed,
    name_rows,
    save,
)

_WIDTH, _ROW, _PANEL = 13.0, 0.27, 1.05
_COLUMNS = 2
_LONG = 10_000
_TITLE = 46


def draw(path: Path, report: Report) -> None:
    """Draw a panel for each contest: a line per engine, on a scale of equal ratios.

    Args:
        path: The picture's file; its suffix says its kind.
        report: What was found.

    Raises:
        OSError: If the picture cannot be written.
    """
    boards = [board for board in report.boards if board.measurements]
    pairs = [boards[at : at + _COLUMNS] for at in range(0, len(boards), _COLUMNS)]
    heights = [_PANEL + _ROW * max(len(_rows(board)) for board in pair) for pair in pairs]
    figure = _headed(report, sum(heights))
    grid = figure.add_gridspec(len(pairs), _COLUMNS, height_ratios=heights)
    for row, pair in enumerate(pairs):
        for column, board in enumerate(pair):
            wide = len(pair) == 1
            _panel(figure.add_subplot(grid[row, slice(None) if wide else column]), board)
    save(figure, path)


def _headed(report: Report, height: float) -> Figure:
    machine = report.machine
    versions = "  ".join(f"{name} {number}" for name, number in machine.versions.items())
    remark = f"{machine.cpu}, {machine.cores} cores, {machine.level}    {versions}"
    marks = [
        Line2D([], [], marker="o", linestyle="", color=INK, label="one thread"),
        Line2D([], [], marker="o", linestyle="", color=INK, markerfacecolor=PAPER,
               markeredgewidth=1.6, label="more threads"),
        Line2D([], [], color=INK, linewidth=1.2, alpha=0.6, label="to the 99th percentile"),
        Line2D([], [], marker="|", linestyle="", color=LIMIT, markersize=11,
               markeredgewidth=2.5, label="the machine's limit for ours"),
    ]  # fmt: skip
    return headed(
        _WIDTH, height, "Karussell and its peers on the same work, in turn", remark, marks
    )


def _rows(board: Board) -> list[tuple[str, list[Measurement]]]:
    """Everyone's measurements by name, the quickest last, for axes count upwards."""
    names = dict.fromkeys(one.name for one in board.measurements)
    rows = [(name, [one for one in board.measurements if one.name == name]) for name in names]
    return sorted(rows, key=lambda row: -min(one.median for one in row[1]))


def _panel(panel: Any, board: Board) -> None:
    rows = _rows(board)
    for place, (_, measurements) in enumerate(rows):
        for one in measurements:
            _mark(panel, place, one)
        _label(panel, place, measurements)
    panel.set_xscale("log")
    low, high = _range(board.measurements)
    panel.set_xlim(low, high)
    name_rows(panel, [name for name, _ in rows], [found[0].entrant.ours for _, found in rows])
    ticks = _ticks(low, high)
    panel.set_xticks(ticks, [_time(tick) for tick in ticks], fontsize=8.5, color=SOFT)
    panel.set_xticks([], minor=True)
    dress(panel, textwrap.fill(board.title, _TITLE))


def _mark(panel: Any, place: int, one: Measurement) -> None:
    colour = OURS if one.entrant.ours else PEER
    single = one.entrant.threads == 1
    panel.plot(
        [one.median, one.p99], [place, place], color=colour, linewidth=1.2, alpha=0.5,
        solid_capstyle="round",
    )  # fmt: skip
    panel.plot(
        one.median, place, "o", markersize=7.5, color=colour, markeredgewidth=1.8,
        markerfacecolor=colour if single else PAPER, zorder=3,
    )  # fmt: skip
    if one.limit is not None:
        panel.plot(one.limit, place, "|", color=LIMIT, markersize=11, markeredgewidth=2.5, zorder=2)


def _label(panel: Any, place: int, measurements: Sequence[Measurement]) -> None:
    """The best median, behind the line's end."""
    best = min(one.median for one in measurements)
    ours = measurements[0].entrant.ours
    panel.annotate(
        _time(best), (max(one.p99 for one in measurements), place), xytext=(9, 0),
        textcoords="offset points", va="center", fontsize=9,
        color=OURS if ours else SOFT, fontweight="bold" if ours else "normal",
    )  # fmt: skip


def _range(measurements: Sequence[Measurement]) -> tuple[float, float]:
    low = min(min(one.median, one.limit or one.median) for one in measurements)
    high = max(one.p99 for one in measurements)
    return low / 1.25, high * (high / low) ** 0.16 * 1.1


def _ticks(low: float, high: float) -> list[float]:
    steps = (1, 2, 5) if high / low < 200 else (1,)
    all_ticks = [step * 10.0**power for power in range(-1, 9) for step in steps]
    return [tick for tick in all_ticks if low <= tick <= high]


def _time(microseconds: float) -> str:
    value, unit = (microseconds / 1000, "ms") if microseconds >= _LONG else (microseconds, "µs")
    digits = 1 if value < 10 and value != int(value) else 0
    return f"{value:,.{digits}f} {unit}"
