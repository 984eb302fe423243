"""What is saved, and what a word costs in perplexity, by cells per block."""

from collections.abc import Mapping
from pathlib import Path

from matplotlib.lines import Line2D

from karussell.bench import Shape
from karussell.cli import pictures
from lab.trials import Result

_KINDS = ("as many weights", pictures.OURS), ("as many cells", pictures.PEER)


def draw(
    path: Path,
    trials: Mapping[str, tuple[Shape, int]],
    results: Mapping[str, Result],
    kinds: tuple[list[Shape], list[Shape]],
) -> None:
    """Draw all that was measured, seed by seed, and the means of each shape as a line.

    Args:
        path: The picture.
        trials: Shape and seed of each trial.
        results: What they came to.
        kinds: The shapes of each line, by cells per block.
    """
    marks = [Line2D([], [], color=colour, marker="o", label=name) for name, colour in _KINDS]
    remark = "after the same words of text; a dot for each seed, lines through their means"
    figure = pictures.headed(8, 3.4, "Cells that share their gates", remark, marks)
    left, right = figure.subplots(1, 2)
    for shapes, (_, colour) in zip(kinds, _KINDS, strict=True):
        places, saved, lost = [], [], []
        for place, shape in enumerate(shapes):
            found = [results[name] for name in results if trials[name][0] == shape]
            if not found:
                continue
            places.append(place)
            saved.append([100 * each.keystroke_savings for each in found])
            lost.append([each.perplexity or 0.0 for each in found])
        for panel, all_seeds in ((left, saved), (right, lost)):
            panel.plot(places, [sum(each) / len(each) for each in all_seeds], color=colour)
            for place, each in zip(places, all_seeds, strict=True):
                panel.plot([place] * len(each), each, "o", color=colour)
    for panel, title in ((left, "keystrokes saved, %"), (right, "perplexity of held-out text")):
        pictures.dress(panel, title)
        panel.grid(axis="y", color=pictures.FAINT, linewidth=0.9)
        panel.margins(x=0.12, y=0.15)
        panel.set_xticks(range(len(kinds[0])), [f"S = {shape.cells}" for shape in kinds[0]])
    pictures.save(figure, path)
