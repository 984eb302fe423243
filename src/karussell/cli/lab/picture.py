"""The lab's tables as pictures. It loads matplotlib, which not everyone has."""

from pathlib import Path
from statistics import median
from typing import Any

from matplotlib.lines import Line2D

from karussell.cli.pictures import INK, LIMIT, OURS, PAPER, PEER, SOFT, dress, headed, name_rows
from karussell.cli.pictures import save as save_figure
from karussell.errors import UsageError
from karussell.lab import CONTINUAL, TABLES, Results

_WIDTH = 7.5  # of a phone's page, in inches
_ROW, _PANEL = 0.55, 0.9
_LARGE = 11
_SYMBOLS = 10_000  # between two points of the continual task
_COLOURS = (OURS, PEER, LIMIT)


def draw(path: Path, name: str, results: Results) -> None:
    """Draw what a table came to.

    Args:
        path: The picture's file; its suffix says its kind.
        name: The table.
        results: What was found.

    Raises:
        UsageError: If there is nothing to be drawn.
        OSError: If the picture cannot be written.
    """
    if name == "continual":
        _draw_forgetting(path, results)
    else:
        _draw_counts(path, name, results)


def _draw_counts(path: Path, name: str, results: Results) -> None:
    """A row for each line of the table: how many sequences each network needed."""
    found = {
        row.name: results.blocks[key]
        for row in TABLES[name].rows
        if (key := f"{name}: {row.name}") in results.blocks
    }
    if not found:
        raise UsageError(f"{path}: nothing of {name} was tried, so there is nothing to draw")
    marks = [
        _dot(OURS, "a network of memory blocks", alpha=0.45),
        Line2D([], [], marker="|", linestyle="", color=OURS, markersize=14, markeredgewidth=3,
               label="their median"),
        *([_dot(LIMIT, "an LSTM of today", alpha=0.6)] if _today(name, results) else []),
        Line2D([], [], marker="D", linestyle="", color=INK, markerfacecolor=PAPER, label="paper"),
        Line2D([], [], marker="x", linestyle="", color=PEER, markeredgewidth=2,
               label="plain RNN, stopped"),
    ]  # fmt: skip
    height = _PANEL + _ROW * len(found)
    remark = f"{TABLES[name].source}; 16 networks a row"
    figure = headed(_WIDTH, height, f"{name}: sequences until solved", remark, marks)
    panel = figure.add_subplot()
    names = [*found][::-1]
    for place, row in enumerate(names):
        _counts(panel, place, name, row, results)
    panel.set_xscale("log")
    dress(panel, "")
    name_rows(panel, names, [False] * len(names))
    panel.tick_params(labelsize=_LARGE)
    panel.xaxis.set_major_formatter("{x:,.0f}")
    panel.set_xlabel("sequences read", color=SOFT, fontsize=_LARGE)
    save_figure(figure, path)


def _today(name: str, results: Results) -> bool:
    return any(key.startswith(f"{name}: ") for key in results.modern)


def _dot(colour: str, label: str, alpha: float = 1) -> Line2D:
    return Line2D([], [], marker="o", linestyle="", color=colour, alpha=alpha, label=label)


def _counts(panel: Any, place: int, name: str, row: str, results: Results) -> None:
    found = results.blocks[f"{name}: {row}"]
    counts = [*found.sequences.values()][-1]
    solved = [count for count in counts if count is not None]
    panel.plot(solved, [place] * len(solved), "o", color=OURS, alpha=0.45, markersize=8)
    if solved:
        panel.plot([median(solved)], [place], "|", color=OURS, markersize=22, markeredgewidth=3)
    if len(solved) < len(counts):
        panel.plot([found.read], [place], "o", color=OURS, markerfacecolor=PAPER, markersize=8)
        panel.annotate(
            f"{len(solved)} of {len(counts)} solved", (found.read, place), xytext=(0, 9),
            textcoords="offset points", ha="center", fontsize=9, color=OURS,
        )  # fmt: skip
    if today := results.modern.get(f"{name}: {row}"):
        met = [count for count in [*today.sequences.values()][-1] if count is not None]
        panel.plot(met, [place + 0.25] * len(met), "o", color=LIMIT, alpha=0.6, markersize=6)
    (line,) = [line for line in TABLES[name].rows if line.name == row]
    if told := [*line.paper.values()]:
        panel.plot([told[-1]], [place], "D", color=INK, markerfacecolor=PAPER, markersize=7)
    plain = [each for key, each in results.plain.items() if key.startswith(f"{name}: {row}: ")]
    if plain:
        best = min(plain, key=lambda each: each.wrong)
        panel.plot([best.read], [place - 0.34], "x", color=PEER, markersize=8, markeredgewidth=2)
        panel.annotate(
            f"{best.wrong:.0%} wrong", (best.read, place - 0.34), xytext=(8, -3),
            textcoords="offset points", fontsize=9, color=SOFT,
        )  # fmt: skip


def _draw_forgetting(path: Path, results: Results) -> None:
    """How far cells are from 0 while networks read on, and how often they are wrong."""
    found = {key: results.continual[key] for key in CONTINUAL if key in results.continual}
    if not any(outcome.cells for outcome in found.values()):
        raise UsageError(f"{path}: nothing of continual was tried, so there is nothing to draw")
    marks = [
        Line2D([], [], color=colour, linewidth=2.5, label=name)
        for name, colour in zip(found, _COLOURS, strict=False)
    ]
    remark = "embedded Reber strings without a mark between them; medians of 16 networks"
    figure = headed(_WIDTH, 6.2, "Learning to forget", remark, marks)
    above, below = figure.subplots(2, 1, sharex=True)
    for outcome, colour in zip(found.values(), _COLOURS, strict=False):
        read = [_SYMBOLS * (place + 1) for place in range(len(outcome.cells))]
        above.plot(read, outcome.cells, color=colour, linewidth=2.5)
        wrong = [100 * part for part in outcome.mistakes]
        below.plot(read, wrong, color=colour, linewidth=2.5)
    for panel, title in (above, "How far cells are from 0"), (below, "Symbols predicted wrongly"):
        dress(panel, title)
        panel.grid(axis="y", alpha=0.5)
        panel.set_xscale("log")
        panel.set_yscale("log")
        panel.tick_params(labelsize=_LARGE)
        panel.xaxis.set_major_formatter("{x:,.0f}")
    above.yaxis.set_major_formatter("{x:,g}")
    below.yaxis.set_major_formatter("{x:g} %")
    below.set_xlabel("symbols read and learned from", color=SOFT, fontsize=_LARGE)
    save_figure(figure, path)
