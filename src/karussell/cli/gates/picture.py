"""What the gates did, as a picture. It loads matplotlib, which not every installation has."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from karussell.cli.pictures import INK, PAPER, SOFT, save

_COLOURS = LinearSegmentedColormap.from_list(
    "closed to open", ("#f6efe1", "#f5dca4", "#e0ab49", "#b23a4c", "#2b2137")
)
_INCHES_PER_WORD, _INCHES_PER_LETTER = 0.85, 0.1
_INCHES_PER_GATE = 2.1
# Of which the lines take this; a dot at least for each is enough up to 540 blocks.
_PANEL_INCHES = 1.8
_LEAST_DOTS, _MOST_DOTS = 144, 300
# matplotlib draws no picture of 2^16 dots a side.
_WIDEST = 60_000


def draw(
    path: Path, words: Sequence[str], layers: Sequence[Mapping[str, NDArray[np.float32]]]
) -> None:
    """Draw a panel per gate: words across, a line per block, those that keep longest on top.

    Args:
        path: The picture's file; its suffix says its kind.
        words: The T words.
        layers: For each layer its gates by name, each (T, B), in the order of keeping.

    Raises:
        OSError: If the picture cannot be written.
    """
    rows = [(number, *gate) for number, gates in enumerate(layers) for gate in gates.items()]
    column = max(_INCHES_PER_WORD, _INCHES_PER_LETTER * max(map(len, words)))
    size = (2.6 + column * max(4, len(words)), 1.3 + _INCHES_PER_GATE * len(rows))
    figure = Figure(figsize=size, layout="constrained", facecolor=PAPER)
    panels = figure.subplots(len(rows), 1, sharex=True, squeeze=False)[:, 0]
    for panel, (layer, name, values) in zip(panels, rows, strict=True):
        image = panel.imshow(
            values.T, aspect="auto", origin="lower", cmap=_COLOURS, vmin=0, vmax=1,
            interpolation="nearest",
        )  # fmt: skip
        label = name if len(layers) == 1 else f"layer {layer + 1}\n{name}"
        _dress(panel, label, values)
    panels[-1].set_xticks(range(len(words)), words, color=INK, fontsize=11)
    figure.suptitle(
        "How far each memory block wrote, kept and read\n",
        x=0.01, ha="left", fontsize=13, fontweight="bold", color=INK,
    )  # fmt: skip
    blocks = rows[0][2].shape[1]
    remark = f"Each line is one of {blocks} blocks; the number is the mean of all."
    figure.text(0.01, 1 - 0.3 / size[1], remark, va="top", fontsize=9, color=SOFT)
    bar = figure.colorbar(image, ax=panels, fraction=0.025, pad=0.015, shrink=0.4, aspect=24)
    bar.set_ticks([0, 0.5, 1], labels=["closed", "half", "open"], color=SOFT)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0)
    dots = min(_MOST_DOTS, max(_LEAST_DOTS, blocks / _PANEL_INCHES), _WIDEST / max(size))
    save(figure, path, dpi=dots)


def _dress(panel: Any, label: str, values: NDArray[np.float32]) -> None:
    """Name a panel, part its words, and write each word's mean above them."""
    words, blocks = values.shape
    panel.set_ylabel(label, rotation=0, ha="right", va="center", color=INK, fontsize=12)
    panel.set_yticks([0, blocks - 1], ["forget most", "keep longest"], color=SOFT, fontsize=8)
    for tick, side in zip(panel.get_yticklabels(), ("bottom", "top"), strict=True):
        tick.set_verticalalignment(side)
    panel.tick_params(length=0)
    panel.spines[:].set_visible(False)
    for edge in np.arange(0.5, words - 1):
        panel.axvline(edge, color=PAPER, linewidth=2)
    means = panel.secondary_xaxis("top")
    means.set_xticks(range(words), [f"{mean:.0%}" for mean in values.mean(axis=1)])
    means.tick_params(length=0, labelcolor=SOFT, labelsize=9)
    means.spines[:].set_visible(False)
