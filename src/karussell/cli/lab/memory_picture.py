"""The picture of `karussell lab memory`: what is held as a step recedes.

It loads matplotlib, which not every installation has.
"""

from pathlib import Path
from typing import Any

import numpy as np

from karussell.cli.lab.phone import TYPE, framed, lined
from karussell.cli.pictures import INK, OURS, PEER, SOFT, save
from karussell.lab import Memories, Memory

_SHOWN = {
    "plain RNN": ("plain RNN", PEER, "--", 2.5),
    "plain RNN, equal weights": ("of equal weights", PEER, "-", 4.0),
    "LSTM, biases for T": ("LSTM", OURS, "-", 4.5),
}
_PANELS = {
    "untrained: marked": "Nobody trained it; the number had a mark",
    "trained: marked": "Trained to keep it: the marked number",
    "trained: other": "And a number without a mark",
}


def draw_memories(found: Memories, path: Path) -> None:
    """Draw what was measured.

    Raises:
        OSError: If the picture cannot be written.
    """
    learned = any("trained: marked" in one.memory for one in found.networks.values())
    titles = {key: title for key, title in _PANELS.items() if learned or "untrained" in key}
    figure = framed(
        4.4 * len(titles),
        "What is still there after q steps?",
        "How much of a number can be read back out of the state, by a straight line\n"
        "fitted to other sequences (R²). Median of several seeds; shaded, eight of ten.",
    )
    panels: Any = figure.subplots(len(titles), 1, sharex=True, squeeze=False)
    for (panel,), (key, title) in zip(panels, titles.items(), strict=True):
        lined(panel, title)
        for name, (_, colour, style, width) in _SHOWN.items():
            _line(panel, found.networks[name].memory[key], colour, style, width)
        panel.set_xscale("log")
        panel.set_xlim(1, 1000)
        panel.set_ylim(-0.04, 1.06)
        panel.set_yticks([0, 0.5, 1], ["nothing", "half", "all"])
        panel.minorticks_off()
    _name(panels[-1][0], 0.62 if learned else 0.03)
    last = panels[-1][0]
    last.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    last.set_xlabel("steps since it was read, q", fontsize=TYPE, color=SOFT)
    save(figure, path, facecolor=figure.get_facecolor())


def _line(panel: Any, memory: Memory, colour: str, style: str, width: float) -> None:
    # Below 0 is no less than nothing.
    lags = np.array(memory.lags[1:])
    low, high = (np.maximum(each[1:], 0) for each in memory.within(0.1, 0.9))
    panel.fill_between(lags, low, high, color=colour, alpha=0.16, linewidth=0)
    middle = np.maximum(memory.middle[1:], 0)
    panel.plot(lags, middle, color=colour, linestyle=style, linewidth=width)


def _name(panel: Any, left: float) -> None:
    """Say which line is whose, where nothing else stands."""
    for place, (label, colour, style, width) in enumerate(_SHOWN.values()):
        height = 0.8 - 0.2 * place
        panel.plot(
            [left, left + 0.07], [height] * 2, transform=panel.transAxes, color=colour,
            linestyle=style, linewidth=width,
        )  # fmt: skip
        panel.text(
            *(left + 0.09, height, label), transform=panel.transAxes, va="center", fontsize=TYPE,
            color=INK,
        )  # fmt: skip
