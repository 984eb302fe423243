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
_SURE = "#2f7d5b"
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
    told = (readings[1].kept == days.kept) & (readings[0].kept != days.kept)
    day = int(told.argmax())
    figure = Figure(figsize=(7.2, 9.2), facecolor=PAPER, dpi=_DOTS)
    at, hour = int(days.fixed[day]), room.HOURS[days.kept[day]]
    figure.text(0.04, 0.977, "Two networks read the same day", fontsize=19, **_bold())
    remark = f"{_ENTRIES} appointments; only that at {hour}:00 must not be lost"
    figure.text(0.04, 0.942, remark, va="top", fontsize=13, color=SOFT)
    titles = "Plain RNN", "LSTM, equal weights"
    for top, title, reading in zip((0.865, 0.435), titles, readings, strict=True):
        said = room.HOURS[reading.kept[day]]
        right = "right" if said == hour else "wrong"
        figure.text(0.04, top + 0.006, title, fontsize=15, **_bold("bottom"))
        figure.text(
            0.96, top + 0.006, f"says {said}:00, {right}", fontsize=14, ha="right",
            va="bottom", color=OURS if right == "right" else SOFT,
        )  # fmt: skip
        _draw_states(figure, top, reading, day, at)
        sure = reading.likelihood(days.kept)[:, day]
        sure[:at] = 0
        _draw_bars(
            figure, top - 0.29, reading.changes[:, day], at, PEER, "overwritten by the entry"
        )
        _draw_bars(figure, top - 0.36, sure, at, _SURE, "how sure it is of the fixed hour")
    figure.text(
        0.04, 0.012, "A line is a unit or a cell, a column an entry; the steadiest on top.",
        fontsize=11, color=SOFT,
    )  # fmt: skip
    save(figure, path)


def _bold(place: str = "top") -> dict[str, Any]:
    return {"va": place, "fontweight": "bold", "color": INK}


def _draw_states(figure: Figure, top: float, reading: room.Reading, day: int, at: int) -> None:
    states = reading.states[:, day].T
    cells = figure.add_axes((0.04, top - 0.215, 0.92, 0.21))
    # Cells may hold more than one; a value of two is as strong as two thirds.
    strength = states / (1 + np.abs(states)) if reading.gates else states
    cells.imshow(
        strength[_order(states)], aspect="auto", cmap=_COLOURS, vmin=-1, vmax=1,
        interpolation="nearest",
    )  # fmt: skip
    _clear(cells)
    for edge in (at - 0.5, at + 0.5):
        cells.axvline(edge, color=LIMIT, linewidth=2)


def _draw_bars(
    figure: Figure, bottom: float, values: Floats, at: int, colour: str, name: str
) -> None:
    bars = figure.add_axes((0.04, bottom, 0.92, 0.042))
    colours = [LIMIT if entry == at else colour for entry in range(len(values))]
    bars.bar(range(len(values)), values, color=colours, width=0.8)
    bars.set_ylim(0, 1)
    bars.set_xlim(-0.5, len(values) - 0.5)
    bars.axhline(0, color=FAINT)
    _clear(bars)
    bars.set_title(name, loc="left", fontsize=11, color=SOFT, pad=2)


def _clear(panel: Any) -> None:
    panel.set_facecolor(PAPER)
    panel.set_xticks([])
    panel.set_yticks([])
    panel.spines[:].set_visible(False)


def _order(states: Floats) -> Any:
    """Lines of a state (H, T), the steadiest first."""
    before, after = states[:, :-1], states[:, 1:]
    sizes = np.abs(before) + np.abs(after) + 1e-12
    return np.argsort((np.abs(after - before) / sizes).mean(1), kind="stable")
