"""One day as a plain RNN and an LSTM read it, as a picture; it loads matplotlib."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from karussell.cli.pictures import FAINT, INK, LIMIT, OURS, PAPER, PEER, SOFT, save
from karussell.kernels import Floats
from karussell.lab import calendar as room

_ENTRIES = 60
_DOTS = 100
# Days that are tried until one is as they usually are.
_TRIED = 50
_COLOURS = LinearSegmentedColormap.from_list(
    "less or more than nothing", ("#1f6f8b", "#8fb9c4", PAPER, "#e2a08f", "#b23a4c")
)


def draw(path: Path, plain: room.Network, lstm: room.Network, *, seed: int) -> None:
    """Draw the states of both over the entries of a day, and how much each entry changed them.

    Args:
        path: The picture's file; its suffix says its kind.
        plain: The plain RNN.
        lstm: The LSTM.
        seed: What the day is drawn from: the first of some that the LSTM gets right and the plain
            RNN does not, as on most days, if there is one.

    Raises:
        OSError: If the picture cannot be written.
    """
    days = room.draw_days(np.random.default_rng(seed), _TRIED, _ENTRIES)
    readings = plain.read(days.x), lstm.read(days.x)
    told = (readings[1].answers == days.answers) & (readings[0].answers != days.answers)
    day = int(told.argmax())
    figure = Figure(figsize=(7.2, 8.6), facecolor=PAPER, dpi=_DOTS)
    at, hour = int(days.fixed[day]), room.HOURS[days.answers[day]]
    figure.text(0.04, 0.977, "Two networks read the same day", fontsize=19, **_bold())
    remark = f"{_ENTRIES} appointments; only that at {hour}:00 must not be lost"
    figure.text(0.04, 0.942, remark, va="top", fontsize=13, color=SOFT)
    titles = "Plain RNN", "LSTM, equal weights"
    for top, title, reading in zip((0.86, 0.43), titles, readings, strict=True):
        said = room.HOURS[reading.answers[day]]
        right = "right" if said == hour else "wrong"
        figure.text(0.04, top + 0.006, title, fontsize=15, **_bold("bottom"))
        figure.text(
            0.96, top + 0.006, f"says {said}:00, {right}", fontsize=14, ha="right",
            va="bottom", color=OURS if right == "right" else SOFT,
        )  # fmt: skip
        _draw_states(figure, top, reading, day, at)
    figure.text(
        0.04, 0.012, "A line is a unit or a cell, a column an entry; bars: how much of it was "
        "overwritten.", fontsize=11, color=SOFT,
    )  # fmt: skip
    save(figure, path)


def _bold(place: str = "top") -> dict[str, Any]:
    return {"va": place, "fontweight": "bold", "color": INK}


def _draw_states(figure: Figure, top: float, reading: room.Reading, day: int, at: int) -> None:
    states = reading.states[:, day].T
    cells = figure.add_axes((0.04, top - 0.255, 0.92, 0.245))
    limit = np.abs(states).max() if reading.gates else 1
    cells.imshow(
        states[_order(states)], aspect="auto", cmap=_COLOURS, vmin=-limit, vmax=limit,
        interpolation="nearest",
    )  # fmt: skip
    changes = figure.add_axes((0.04, top - 0.335, 0.92, 0.07), sharex=cells)
    colours = [LIMIT if entry == at else PEER for entry in range(_ENTRIES)]
    changes.bar(range(_ENTRIES), reading.changes[:, day], color=colours, width=0.75)
    changes.set_ylim(0, 1)
    changes.axhline(0, color=FAINT)
    for panel in (cells, changes):
        panel.set_facecolor(PAPER)
        panel.set_xticks([])
        panel.set_yticks([])
        panel.spines[:].set_visible(False)
    cells.axvline(at - 0.5, color=LIMIT, linewidth=2)
    cells.axvline(at + 0.5, color=LIMIT, linewidth=2)
    changes.set_xlim(-0.5, _ENTRIES - 0.5)
    changes.set_xlabel("fixed", x=(at + 0.5) / _ENTRIES, fontsize=12, color=LIMIT)


def _order(states: Floats) -> Any:
    """Lines with the largest at the end of the day on top."""
    return np.argsort(-states[:, -1], kind="stable")
