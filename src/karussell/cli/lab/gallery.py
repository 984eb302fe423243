"""A gallery of blocks: what each held while it read a sentence of ours.

It loads matplotlib, which not every installation has.
"""

import textwrap
from pathlib import Path
from typing import Any

from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch
from matplotlib.textpath import TextPath

from karussell.cli.pictures import INK, OURS, PAPER, SOFT, headed, save
from karussell.lab import Finding, Inside, Shown

_NO = "#3f5f9e"
_HELD = LinearSegmentedColormap.from_list("no to yes", (_NO, "#f1e9da", OURS))
# A cell's colour is full so many standard deviations from its mean.
_FULL = 2.0
_DARK = 0.62
# Narrow, so that its letters are large on a telephone.
_WIDTH = 5.4
_MARGIN, _GAP, _PAD = 0.1, 0.05, 0.055
_LINE, _TITLE, _REMARK, _ROOM = 0.29, 0.24, 0.17, 0.14
_POINTS, _REMARK_POINTS, _LETTERS = 10.5, 8.6, 72


def draw(path: Path, found: Inside) -> None:
    """Draw a sentence or two for the clearest block of each kind, its words in the cell's colours.

    Args:
        path: The picture's file; its suffix says its kind.
        found: What was found.

    Raises:
        OSError: If the picture cannot be written.
    """
    findings = {finding.feature: finding for finding in found.findings}
    entries = [(findings[feature], shown) for feature, shown in found.gallery.items()]
    height = sum(_height(finding, shown) for finding, shown in entries) or 0.4
    marks = [
        Line2D([], [], marker="s", linestyle="", markersize=9, color=colour, label=label)
        for colour, label in ((_HELD(0.0), "as for a no"), (_HELD(0.5), "neither"),
                              (_HELD(1.0), "as for a yes"))
    ]  # fmt: skip
    figure = headed(
        _WIDTH, height, "What memory blocks remember",
        f"{found.model}; one cell each, after each word of a sentence", marks,
    )  # fmt: skip
    figure.set_layout_engine("none")
    panel = figure.add_axes((0, 0, 1, height / figure.get_size_inches()[1]))
    panel.set(xlim=(0, _WIDTH), ylim=(0, height))
    panel.set_axis_off()
    top = height
    for finding, shown in entries:
        top = _entry(panel, top, finding, shown)
    if not entries:
        panel.text(_MARGIN, height / 2, "Nothing that sentences of ours show.", color=SOFT)
    save(figure, path)


def _entry(panel: Any, top: float, finding: Finding, shown: tuple[Shown, ...]) -> float:
    """Draw a block with its sentences below a height; the height that is left."""
    top -= _TITLE
    title = f"Block {finding.block}: {finding.feature}"
    panel.text(_MARGIN, top, title, fontsize=11, fontweight="bold", color=INK)
    for line in _remark(finding):
        top -= _REMARK
        panel.text(_MARGIN, top, line, fontsize=_REMARK_POINTS, color=SOFT)
    top -= 0.08
    for sentence in shown:
        for row in _rows(sentence):
            for at, left, width in row:
                _word(panel, sentence, at, left, top, width)
            top -= _LINE
        top -= 0.05
    return top - _ROOM


def _word(panel: Any, sentence: Shown, at: int, left: float, top: float, width: float) -> None:
    part = min(1.0, max(0.0, 0.5 + sentence.held[at] / (2 * _FULL)))
    box = FancyBboxPatch(
        (left, top - _LINE + 0.05), width, _LINE - 0.05,
        boxstyle="round,pad=0,rounding_size=0.05", linewidth=0, facecolor=_HELD(part),
    )  # fmt: skip
    panel.add_patch(box)
    colour = PAPER if abs(part - 0.5) * 2 > _DARK else INK
    panel.text(
        left + width / 2, top - _LINE / 2 + 0.025, sentence.words[at], fontsize=_POINTS,
        color=colour, ha="center", va="center_baseline",
    )  # fmt: skip


def _rows(sentence: Shown) -> list[list[tuple[int, float, float]]]:
    """Where each word stands: its number, left edge and width, line by line."""
    rows: list[list[tuple[int, float, float]]] = [[]]
    left = _MARGIN
    for at, word in enumerate(sentence.words):
        width = TextPath((0, 0), word, size=_POINTS).get_extents().width / 72 + 2 * _PAD
        if left + width > _WIDTH - _MARGIN:
            rows.append([])
            left = _MARGIN
        rows[-1].append((at, left, width))
        left += width + _GAP
    return rows


def _remark(finding: Finding) -> list[str]:
    """How well it holds, in a line or two."""
    if finding.is_number:
        told = f"Correlation {finding.score:.2f} in the other half"
    else:
        told = f"Right in {100 * finding.score:.0f} of 100 pairs in the other half"
    if finding.swapped is not None:
        told += f"; moved as told in {100 * finding.swapped.as_told:.0f} of 100 sentences"
    told += f"; half forgotten after {finding.half_life:.1f} words."
    return textwrap.wrap(told, _LETTERS)


def _height(finding: Finding, shown: tuple[Shown, ...]) -> float:
    lines = sum(len(_rows(sentence)) for sentence in shown)
    return (
        _TITLE + _REMARK * len(_remark(finding)) + 0.08 + _LINE * lines + 0.05 * len(shown) + _ROOM
    )
