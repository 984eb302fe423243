"""Pictures of the lab that are read on a phone: 720 wide, large type, one below the other.

It loads matplotlib, which not every installation has.
"""

from typing import Any

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from karussell.cli.pictures import FAINT, INK, PAPER, SOFT

_WIDTH = 10.0  # inches of 72, as SVG counts
_HEAD = 1.45
TYPE = 17
"""Size of the smallest type: legible at half the width."""


def framed(height: float, title: str, remark: str) -> Figure:
    """A figure with room for panels below its head.

    Args:
        height: Of the panels, in inches.
        title: What it shows, a line.
        remark: On what, a line or two.
    """
    whole = height + _HEAD
    room = ConstrainedLayoutEngine(
        rect=(0.01, 0.01, 0.97, 0.985 - _HEAD / whole), wspace=0.04, hspace=0.08
    )
    figure = Figure(figsize=(_WIDTH, whole), facecolor=PAPER, layout=room, dpi=144)
    figure.text(0.02, 1 - 0.2 / whole, title, va="top", fontsize=27, fontweight="bold", color=INK)
    figure.text(
        0.02, 1 - 0.72 / whole, remark, va="top", fontsize=TYPE, color=SOFT, linespacing=1.3
    )
    return figure


def lined(panel: Any, title: str) -> None:
    """Give a panel its title, large type, and faint lines both ways."""
    panel.set_facecolor(PAPER)
    panel.grid(color=FAINT, linewidth=1)
    panel.set_axisbelow(True)
    panel.minorticks_off()
    panel.tick_params(length=0, labelsize=TYPE, labelcolor=SOFT)
    panel.spines[:].set_visible(False)
    panel.set_title(title, loc="left", fontsize=20, fontweight="bold", color=INK, pad=10)
