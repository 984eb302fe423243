"""The picture of `karussell lab gradient`: errors on their way back, untrained and while learning.

It loads matplotlib, which not every installation has.
"""

from pathlib import Path
from typing import Any

import numpy as np

from karussell.cli.lab.phone import TYPE, framed, lined
from karussell.cli.pictures import LIMIT, OURS, PEER, SOFT, save
from karussell.lab import Gradients, Reach

_LEAST = 1e-30
_SHORT = {
    "plain RNN, uniform": ("plain RNN", PEER, 2.5, "--"),
    "plain RNN": ("plain RNN,\northogonal", PEER, 3.5, "-"),
    "LSTM, gates held shut": ("shut", LIMIT, 2.5, ":"),
    "LSTM, forget bias 0": ("bias 0", "#e3b3b8", 2.5, "-"),
    "LSTM, forget bias 1": ("bias 1", "#d68a95", 2.5, "-"),
    "LSTM, forget bias 2": ("bias 2", "#c66272", 2.5, "-"),
    "LSTM, forget bias 5": ("LSTM, bias 5", OURS, 3.5, "-"),
    "LSTM, gates held open": ("held open", LIMIT, 3.5, "-"),
}
_MOMENTS = {
    "start": ("before", 2.0, ":"),
    "during": ("while", 2.5, "--"),
    "after": ("after", 4.0, "-"),
}


def draw_gradients(found: Gradients, path: Path) -> None:
    """Draw what was measured, what was learned at the longest of the tasks.

    Raises:
        OSError: If the picture cannot be written.
    """
    figure = framed(
        13 if found.trained else 6.5,
        "How much of an error arrives?",
        "Of an error of size 1 at the end of a sequence, q steps before it: exact gradients,\n"
        "the median over networks of several seeds; shaded, eight of ten.",
    )
    if not found.trained:
        _untrained(figure.subplots(), found)
    else:
        parts: Any = figure.subfigures(2, 1, height_ratios=(7, 6))
        above, below = parts
        for part in parts:
            part.set_facecolor("none")
        _untrained(above.subplots(), found)
        _trained(below.subplots(1, 2, sharey=True), found)
    save(figure, path, facecolor=figure.get_facecolor())


def _line(panel: Any, reach: Reach, colour: str, width: float, style: str) -> None:
    """One network; what is smaller than the panel leaves it below."""
    lags, tiny = np.array(reach.lags[1:]), _LEAST**2
    low, high = (np.maximum(each[1:], tiny) for each in reach.within(0.1, 0.9))
    panel.fill_between(lags, low, high, color=colour, alpha=0.14, linewidth=0)
    middle = np.maximum(reach.middle[1:], tiny)
    panel.plot(lags, middle, color=colour, linewidth=width, linestyle=style)


def _scales(panel: Any) -> None:
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.set_ylim(_LEAST, 1e3)
    ticks = 0, -6, -12, -18, -24, -30
    names = ["1", *(f"10$^{{{tick}}}$" for tick in ticks[1:])]
    panel.set_yticks([10.0**tick for tick in ticks], names)


def _untrained(panel: Any, found: Gradients) -> None:
    lined(panel, "Before anything is learned")
    _scales(panel)
    for name, (label, colour, width, style) in _SHORT.items():
        reach = found.untrained[name].whole
        _line(panel, reach, colour, width, style)
        _name(panel, reach, label, colour)
    panel.set_xlim(1, 2600)
    panel.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    panel.set_xlabel("steps back, q", fontsize=TYPE, color=SOFT)


def _name(panel: Any, reach: Reach, label: str, colour: str) -> None:
    """Write its name where the line ends, or leaves the panel."""
    there = [place for place, left in enumerate(reach.middle) if left >= _LEAST * 1e2]
    lag, left = reach.lags[there[-1]], reach.middle[there[-1]]
    panel.annotate(
        label, (lag, left), (6, 0), textcoords="offset points", va="center",
        fontsize=TYPE, color=colour, fontweight="bold",
    )  # fmt: skip


def _trained(panels: Any, found: Gradients) -> None:
    steps = max(int(key.split(":")[0].removeprefix("T = ")) for key in found.trained)
    shown = (("plain RNN", PEER), ("LSTM, biases for T", OURS))
    for panel, (name, colour) in zip(panels, shown, strict=True):
        one = found.trained[f"T = {steps}: {name}"]
        lined(panel, f"{name.split(',')[0]} learns, T = {steps:,}")
        _scales(panel)
        for moment, (_, width, style) in _MOMENTS.items():
            _line(panel, one.reach[moment], colour, width, style)
        panel.set_xlim(1, steps)
        panel.set_xlabel(
            f"steps back; {one.solved} of {len(one.wrong)} solve it", fontsize=TYPE, color=SOFT
        )
