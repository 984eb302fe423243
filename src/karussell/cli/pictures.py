"""What all pictures have in common: their colours, head and rows.

It loads matplotlib, which not every installation has.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from karussell.files import written_beside

PAPER, INK, SOFT, FAINT = "#fffdf9", "#2b2137", "#685c73", "#e9e2d5"
OURS, PEER, LIMIT = "#b23a4c", "#8d8499", "#d99a22"
_HEAD = 1.15
_DOTS = 160


def headed(width: float, height: float, title: str, remark: str, marks: Sequence[Line2D]) -> Figure:
    """A figure with a head.

    Args:
        width: In inches.
        height: Without the head, in inches.
        title: What it shows.
        remark: On what, and where.
        marks: What its marks mean.
    """
    height += _HEAD
    # Constrained layout knows no words outside the panels: the head's room is taken out.
    room = ConstrainedLayoutEngine(
        rect=(0.008, 0.005, 0.984, 0.995 - _HEAD / height), wspace=0.05, hspace=0.06
    )
    figure = Figure(figsize=(width, height), facecolor=PAPER, layout=room, dpi=_DOTS)
    figure.text(
        0.012, 1 - 0.14 / height, title, va="top", fontsize=17, fontweight="bold", color=INK
    )
    figure.text(0.012, 1 - 0.52 / height, remark, va="top", fontsize=9, color=SOFT)
    figure.legend(
        handles=marks, loc="upper left", bbox_to_anchor=(0.005, 1 - 0.72 / height), ncols=4,
        frameon=False, labelcolor=SOFT, fontsize=9, handletextpad=0.4, columnspacing=1.6,
    )  # fmt: skip
    return figure


def save(figure: Figure, path: Path, **options: Any) -> None:
    """Draw a figure into a file, whole or not at all; its suffix says its kind.

    Raises:
        OSError: If it cannot be written.
    """
    with written_beside(path) as beside:
        figure.savefig(beside, format=path.suffix.lower().removeprefix("."), **options)


def dress(panel: Any, title: str) -> None:
    """Give a panel its title, and nothing but faint lines across its scale."""
    panel.set_facecolor(PAPER)
    panel.grid(axis="x", color=FAINT, linewidth=0.9)
    panel.set_axisbelow(True)
    panel.tick_params(length=0)
    panel.spines[:].set_visible(False)
    panel.set_title(title, loc="left", fontsize=10.5, fontweight="bold", color=INK, pad=7, x=0.0)


def name_rows(panel: Any, names: Sequence[str], ours: Sequence[bool]) -> None:
    """Name the rows of a panel from below, ours in bold."""
    panel.set_yticks(range(len(names)), names, fontsize=9.5)
    panel.set_ylim(-0.6, len(names) - 0.4)
    for tick, own in zip(panel.get_yticklabels(), ours, strict=True):
        tick.set_color(OURS if own else INK)
        tick.set_fontweight("bold" if own else "normal")
