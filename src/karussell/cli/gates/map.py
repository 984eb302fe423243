"""What the gates did, as a heat map in the terminal."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rich.table import Table
from rich.text import Text

from karussell.cli.printing import console, print_whole

# From a closed gate to an open one: the height tells it without colours, and the colours can be
# seen on dark and light grounds.
_HEIGHTS = " ▁▂▃▄▅▆▇█"
_ASCII_HEIGHTS = " .:-=+*#@"
_COLOURS = (
    "#5f6bb3", "#5f6bb3", "#6f5fae", "#8a55a3", "#a44b8c",
    "#b8456a", "#c4574a", "#cf7a35", "#d99a22",
)  # fmt: skip
# Blocks stand in groups, for no terminal is hundreds of characters wide.
_MOST_GROUPS = 24
_MEAN_WIDTH = 5
_GAP = 2


def print_map(words: Sequence[str], layers: Sequence[Mapping[str, NDArray[np.float32]]]) -> None:
    """Print a line per word, with a strip for each gate.

    Args:
        words: The T words.
        layers: For each layer its gates by name, each (T, B).
    """
    screen = console()
    heights = _HEIGHTS if screen.encoding.startswith("utf") else _ASCII_HEIGHTS
    width = screen.width if screen.is_terminal else 80
    column = max(map(len, (*words, "layer 1")))
    for number, gates in enumerate(layers):
        room = (width - column) // len(gates) - _GAP - _MEAN_WIDTH
        groups = max(4, min(_MOST_GROUPS, room, *(gate.shape[1] for gate in gates.values())))
        table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
        table.add_column("" if len(layers) == 1 else f"layer {number + 1}", no_wrap=True)
        for name in gates:
            table.add_column(name, no_wrap=True)
        for time, word in enumerate(words):
            table.add_row(word, *(_strip(gate[time], groups, heights) for gate in gates.values()))
        print_whole(table, screen)
    legend = Text("closed ")
    for height, colour in zip(heights, _COLOURS, strict=True):
        legend.append(height, style=colour)
    legend.append(" open; blocks from those that forget most to those that keep longest; mean")
    screen.print(legend)


def _strip(blocks: NDArray[np.float32], groups: int, heights: str) -> Text:
    """The gates of one kind at one word: a column per group of blocks, then their mean."""
    strip = Text()
    for group in np.array_split(blocks, min(groups, len(blocks))):
        level = round(float(group.mean()) * (len(heights) - 1))
        strip.append(heights[level], style=_COLOURS[level])
    strip.append(f" {float(blocks.mean()):4.0%}")
    return strip
