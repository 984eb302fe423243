"""The figures of `karussell scoreboard --typing` as a picture. It loads matplotlib."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from matplotlib.lines import Line2D

from karussell.cli.pictures import INK, LIMIT, OURS, PAPER, PEER, SOFT, dress, headed, save
from karussell.measure import Entry, Harmless, TypingBoard

_WIDTH, _HEIGHT = 15.0, 5.6
# Damage in 1,000: what is less than the least is drawn at the least, for there is no log of 0.
_LEAST, _MOST = 0.1, 1000.0
_PROMISE = 1.0
# How far apart the marks of one row are, so that none hides another.
_ASIDE = 0.12
_TICKS = (0.1, 1.0, 10.0, 100.0, 1000.0)
_NAMES_OF_TICKS = ("0", "1", "10", "100", "1,000")


class _Look(NamedTuple):
    """How a corrector is drawn."""

    colour: str
    marker: str
    line: Literal["-", "--", ":", "-."]


_LOOKS = (
    _Look(OURS, "o", "-"),
    _Look(PEER, "s", "--"),
    _Look(INK, "D", ":"),
    _Look(SOFT, "^", "-."),
    _Look(PEER, "v", "-"),
)


def draw(path: Path, board: TypingBoard) -> None:
    """Draw fix against damage of taps and of real mistakes, and what was changed although right.

    Args:
        path: The picture's file; its suffix says its kind.
        board: What was measured.

    Raises:
        OSError: If the picture cannot be written.
    """
    looks = dict(zip(board.notes, _LOOKS, strict=False))
    panels: list[tuple[str, Sequence[Entry]]] = []
    if board.taps:
        first = board.taps[0]
        figures = first.entries[0].figures
        title = f"taps on {first.layout.upper()}, {figures.wrong_typed:.0%} of words typed wrong"
        panels.append((title, first.entries))
    if board.mistakes:
        listed = board.mistakes[0]
        number = listed.entries[0].figures.words
        panels.append((f"{number:,} real mistakes in sentences", listed.entries))
    marks = [
        Line2D([], [], color=look.colour, marker=look.marker, linestyle=look.line, label=name)
        for name, look in looks.items()
    ]
    remark = (
        "what comes right by itself against what is spoiled, each over its own threshold; the mark "
        "is where it stands as it comes; the line is our promise, 1 word in 1,000"
    )
    figure = headed(_WIDTH, _HEIGHT, "Correction that mends, and does not spoil", remark, marks)
    axes = figure.subplots(
        1, len(panels) + 1, squeeze=False, width_ratios=[1.0] * len(panels) + [1.15]
    )
    for panel, (title, entries) in zip(axes[0], panels, strict=False):
        _draw_curves(panel, title, entries, looks)
    _draw_harmless(axes[0][-1], board.harmless, looks)
    save(figure, path)


def _draw_curves(
    panel: Any, title: str, entries: Sequence[Entry], looks: Mapping[str, _Look]
) -> None:
    _dress(panel, title)
    panel.grid(axis="y", color=panel.get_xgridlines()[0].get_color(), linewidth=0.9)
    # Ours is drawn last, over the others.
    for entry in reversed(entries):
        look = looks[entry.name]
        ours = look.colour == OURS
        across = [_place(point.damage) for point in entry.curve]
        up = [point.fix for point in entry.curve]
        panel.plot(
            across, up, look.line, color=look.colour, linewidth=2.4 if ours else 1.5,
            alpha=0.9 if ours else 0.7, zorder=3 if ours else 2,
        )  # fmt: skip
        at = _place(entry.figures.damage), entry.figures.fix
        panel.plot(
            *at, look.marker, color=look.colour, markersize=9 if ours else 7,
            markeredgecolor=PAPER, markeredgewidth=1.2, zorder=4,
        )  # fmt: skip
        panel.annotate(
            f"{entry.figures.fix:.0%}", at, xytext=(8, -4), textcoords="offset points",
            fontsize=9, color=look.colour, fontweight="bold" if ours else "normal",
        )  # fmt: skip
    panel.set_ylim(-0.02, 1.02)
    panel.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    panel.set_ylabel("fixed, of what was typed wrong", fontsize=9, color=SOFT)


def _draw_harmless(panel: Any, sets: Sequence[Harmless], looks: Mapping[str, _Look]) -> None:
    _dress(panel, "changed although right")
    rows = list(reversed(sets))
    for place, each in enumerate(rows):
        panel.plot([_LEAST, _MOST], [place, place], color="#f1ebdf", linewidth=6, zorder=0,
                   solid_capstyle="round")  # fmt: skip
        for aside, (name, look) in reversed(list(enumerate(looks.items()))):
            rate = 1000 * each.changed[name] / max(each.items, 1)
            panel.plot(
                _place(rate), place - _ASIDE * (aside - 1), look.marker, color=look.colour,
                markersize=8 if look.colour == OURS else 6.5, markeredgecolor=PAPER,
                markeredgewidth=1, zorder=4 if look.colour == OURS else 3,
            )  # fmt: skip
    panel.set_yticks(range(len(rows)), [f"{each.name}\n{each.items:,}" for each in rows])
    panel.tick_params(axis="y", labelsize=8.5, labelcolor=INK)
    panel.set_ylim(-0.7, max(len(rows), 1) - 0.3)


def _dress(panel: Any, title: str) -> None:
    """A panel with damage from left to right, and the promise in it."""
    dress(panel, title)
    panel.set_xscale("log")
    panel.set_xlim(_LEAST * 0.75, _MOST * 1.2)
    panel.set_xticks(_TICKS, _NAMES_OF_TICKS)
    panel.set_xticks([], minor=True)
    panel.tick_params(axis="both", labelsize=8.5, labelcolor=SOFT)
    panel.axvline(_PROMISE, color=LIMIT, linewidth=2, alpha=0.85, zorder=1)
    panel.set_xlabel("right words changed, of 1,000", fontsize=9, color=SOFT)


def _place(damage: float) -> float:
    return max(damage, _LEAST)
