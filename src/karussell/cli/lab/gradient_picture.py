"""The picture of `karussell lab gradient`: errors on their way back, untrained and while learning.

It loads matplotlib, which not every installation has.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from karussell.cli.lab.phone import TYPE, framed, lined
from karussell.cli.pictures import INK, LIMIT, OURS, PEER, SOFT, save
from karussell.errors import counted
from karussell.lab import Gradients, Reach, Trained

_LEAST = 1e-30
# In powers of ten: as much room as a name takes.
_APART, _APART_OF_THREE = 2.2, 9.0
_SHOWN = {
    "plain RNN, uniform": ("RNN", PEER, 2.5, "--"),
    "plain RNN": ("RNN,\northogonal", PEER, 3.5, "-"),
    "LSTM, gates held shut": ("shut", LIMIT, 2.5, ":"),
    "LSTM, forget bias 0": ("bias 0", "#e0a3ab", 2.5, "-"),
    "LSTM, forget bias 1": ("bias 1", "#d68a95", 2.5, "-"),
    "LSTM, forget bias 2": ("bias 2", "#c66272", 2.5, "-"),
    "LSTM, forget bias 5": ("LSTM, bias 5", OURS, 3.5, "-"),
    "LSTM, gates held open": ("held open", LIMIT, 3.5, "-"),
}
# Named on the left of their lines: on the right stand others.
_LEFT = {"shut", "RNN"}
_MOMENTS = {
    "start": ("before", 2.2, ":"),
    "during": ("a tenth read", 2.5, "--"),
    "after": ("after learning", 4.0, "-"),
}
_LEARNERS = {"plain RNN": ("plain RNN", PEER), "LSTM, biases for T": ("LSTM", OURS)}


def draw_gradients(found: Gradients, path: Path) -> None:
    """Draw what was measured; of what was learned, the shortest task.

    Raises:
        OSError: If the picture cannot be written.
    """
    steps = _shortest(found.trained)
    figure = framed(
        6.6 if steps is None else 12.6,
        "How much of an error arrives?",
        "Of an error of size 1 on the last output, at the steps before it: exact\n"
        "gradients, the median over seeds; shaded, eight of ten.",
    )
    if steps is None:
        _untrained(figure.subplots(), found)
    else:
        above, below = figure.subplots(2, 1, height_ratios=(6.6, 5))
        _untrained(above, found)
        learned = {
            key: found.trained[f"T = {steps}: {key}"]
            for key in _LEARNERS
            if f"T = {steps}: {key}" in found.trained
        }
        _learned(below, learned, steps)
    save(figure, path, facecolor=figure.get_facecolor())


def _shortest(trained: Mapping[str, Trained]) -> int | None:
    """The shortest T that both kinds of network learned."""
    steps = [key.split(":")[0] for key in trained if key.endswith(": LSTM, biases for T")]
    return min((int(each.removeprefix("T = ")) for each in steps), default=None)


def _untrained(panel: Any, found: Gradients) -> None:
    lined(panel, "Before anything is learned")
    _scales(panel)
    ends = []
    for name, (label, colour, width, style) in _SHOWN.items():
        reach = found.untrained[name].whole
        _line(panel, reach, colour, width, style)
        there = [place for place, left in enumerate(reach.middle) if left >= _LEAST * 1e2]
        ends.append((label, colour, reach.lags[there[-1]], reach.middle[there[-1]]))
    _name(panel, ends, _APART)
    panel.set_xlim(1, 4800)
    panel.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])


def _learned(panel: Any, learned: Mapping[str, Trained], steps: int) -> None:
    lined(panel, f"While it learns a task of {counted(steps, 'step')}")
    _scales(panel)
    ends = []
    for name, one in learned.items():
        label, colour = _LEARNERS[name]
        for moment, (_, width, style) in _MOMENTS.items():
            _line(panel, one.reach[moment], colour, width, style)
        left = max(one.reach["after"].middle[-1], _LEAST * 1e5)
        solved = f"{label}:\n{one.solved} of {len(one.wrong)}\nsolve it"
        ends.append((solved, colour, one.reach["after"].lags[-1], left))
    _name(panel, ends, _APART_OF_THREE)
    for place, (label, width, style) in enumerate(_MOMENTS.values()):
        height = 0.42 - 0.13 * place
        panel.plot(
            [0.03, 0.12], [height] * 2, transform=panel.transAxes, color=INK, linewidth=width,
            linestyle=style,
        )  # fmt: skip
        panel.text(
            0.14, height, label, transform=panel.transAxes, va="center", fontsize=TYPE, color=INK
        )
    panel.set_xlim(1, steps * 4.8)
    panel.set_xlabel("steps before the end", fontsize=TYPE, color=SOFT)
    ticks = [tick for tick in (1, 10, 100, 1000) if tick <= steps]
    panel.set_xticks(ticks, [f"{tick:,}" for tick in ticks])


def _scales(panel: Any) -> None:
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.set_ylim(_LEAST, 1e4)
    ticks = 0, -6, -12, -18, -24, -30
    names = ["1", *(f"10$^{{{tick}}}$" for tick in ticks[1:])]
    panel.set_yticks([10.0**tick for tick in ticks], names)
    panel.minorticks_off()


def _line(panel: Any, reach: Reach, colour: str, width: float, style: str) -> None:
    """One network; what is smaller than the panel leaves it below."""
    lags, tiny = np.array(reach.lags[1:]), _LEAST**2
    low, high = (np.maximum(each[1:], tiny) for each in reach.within(0.1, 0.9))
    panel.fill_between(lags, low, high, color=colour, alpha=0.14, linewidth=0)
    middle = np.maximum(reach.middle[1:], tiny)
    panel.plot(lags, middle, color=colour, linewidth=width, linestyle=style)


def _name(panel: Any, ends: Sequence[tuple[str, str, int, float]], apart: float) -> None:
    """Write names where lines end, or leave the panel; none over another."""
    last, above = max(end[2] for end in ends), np.inf
    for label, colour, lag, left in sorted(ends, key=lambda end: -end[3]):
        height = float(np.log10(left))
        if lag == last:
            above = height = min(height, above - apart)
        beside = label in _LEFT
        panel.annotate(
            label, (lag, 10**height), (-12 if beside else 7, 0), textcoords="offset points",
            ha="right" if beside else "left", va="center", fontsize=TYPE, color=colour,
            fontweight="bold", linespacing=1.1,
        )  # fmt: skip
