"""`karussell gates`: a look inside the memory blocks while they read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from rich.text import Text

from karussell.cli.options import Model
from karussell.errors import UsageError

if TYPE_CHECKING:
    from karussell.keyboard import Gates

# Groups of blocks shown side by side in the terminal, from those that forget to those that keep.
_GROUPS = 16
_SHADES = " ░▒▓█"
_GATES = (
    ("wrote", "input_gate"),
    ("kept", "forget_gate"),
    ("read", "output_gate"),
)


def gates(
    text: Annotated[str, typer.Argument(help='A sentence, such as "the cat that we saw sat".')],
    png: Annotated[Path | None, typer.Option(help="Draw a picture into this file.")] = None,
    model: Model = None,
) -> None:
    """Show for each word how far every layer's memory blocks wrote, kept and read.

    Blocks stand from those that forget most to those that keep longest; the darker, the more open
    the gate, and the number is the mean over all blocks.
    """
    from karussell.keyboard import Predictor

    with Predictor.open(model) as predictor:
        found = predictor.gates(text)
    if png is not None:
        _draw(found, png)
        print(png)
        return
    console = Console()
    for number in range(len(found.layers)):
        console.print(_table(found, number))


def _values(gates: "Gates", layer: int) -> dict[str, NDArray[np.float32]]:
    """Each gate's values as (T, B), blocks sorted by how much they keep on the whole."""
    trace = gates.layers[layer]
    order = np.argsort(trace.forget_gate[:, 0].mean(axis=0), kind="stable")
    return {name: getattr(trace, gate)[:, 0][:, order] for name, gate in _GATES}


def _table(gates: "Gates", layer: int) -> Table:
    values = _values(gates, layer)
    title = None if len(gates.layers) == 1 else f"layer {layer + 1}"
    table = Table(box=None, pad_edge=False, header_style="bold", title=title)
    table.add_column("word")
    for name in values:
        table.add_column(name)
    for time, word in enumerate(gates.words):
        cells = [_strip(gate[time]) for gate in values.values()]
        table.add_row(Text(word), *cells)
    return table


def _strip(blocks: NDArray[np.float32]) -> Text:
    """The gates of one kind at one word: a shade per group of blocks, then the mean."""
    groups = [float(group.mean()) for group in np.array_split(blocks, min(_GROUPS, len(blocks)))]
    strip = Text()
    for value in groups:
        strip.append(_SHADES[min(4, int(value * 5))], style="cyan")
    strip.append(f" {float(blocks.mean()):4.0%}")
    return strip


def _draw(gates: "Gates", path: Path) -> None:
    """The same as a picture: words across, every block a line.

    Raises:
        UsageError: If matplotlib is missing, or the picture cannot be written.
    """
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise UsageError(
            "pictures need matplotlib, which is not installed; run: pip install 'karussell[plot]'"
        ) from None
    layers, words = len(gates.layers), gates.words
    figure = Figure(figsize=(3 + 0.95 * len(words), 1 + 5.2 * layers), layout="constrained")
    panels: Any = figure.subplots(3 * layers, 1, sharex=True, squeeze=False)
    for layer in range(layers):
        for row, (name, values) in enumerate(_values(gates, layer).items()):
            panel = panels[3 * layer + row][0]
            image = panel.imshow(values.T, aspect="auto", cmap="magma", vmin=0, vmax=1)
            panel.set_ylabel(name if layers == 1 else f"layer {layer + 1}\n{name}")
            panel.set_yticks([])
            panel.spines[:].set_visible(False)
    panels[-1][0].set_xticks(range(len(words)), words)
    panels[0][0].set_title(
        "How far each memory block wrote, kept and read", loc="left", fontweight="bold"
    )
    figure.colorbar(image, ax=panels, label="gate: 0 closed, 1 open", fraction=0.03, pad=0.02)
    try:
        figure.savefig(path, dpi=144)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot write the picture ({error})") from None
