"""The figures of `karussell scoreboard` as a picture. It loads matplotlib, which not all have."""

from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from karussell.cli.pictures import INK, OURS, PAPER, PEER, SOFT, dress, headed, name_rows, save
from karussell.errors import counted
from karussell.measure import Board, Estimate, Row, Standing

_WIDTH, _ROW, _PANEL = 13.0, 0.5, 0.75
# Part of an axis that is left free beyond its outermost marks.
_MARGIN = 0.04


class _Panel(NamedTuple):
    """One figure of all entrants, and our lead in it, by their names in a row."""

    title: str
    figure: str
    lead: str
    form: str
    ticks: str


_PANELS = (
    _Panel("keystrokes saved", "keystroke_savings", "savings_lead", "{:.1%}", "{:.0%}"),
    _Panel("next word first", "recall_at_1", "recall_lead", "{:.1%}", "{:.0%}"),
    _Panel(
        "bits per character: fewer are better",
        "bits_per_character",
        "bits_lead",
        "{:.2f}",
        "{:.1f}",
    ),
)


def draw(path: Path, board: Board) -> None:
    """Draw a row per entrant: savings, recall at 1 and bits, each with its interval.

    Args:
        path: The picture's file; its suffix says its kind.
        board: What was measured.

    Raises:
        OSError: If the picture cannot be written.
    """
    standing = board.together
    # Axes count upwards: the best is drawn last.
    rows = sorted(standing.rows, key=lambda row: row.keystroke_savings.value)
    figure = _headed(standing, len(board.texts), _PANEL + _ROW * len(rows))
    panels = figure.subplots(1, len(_PANELS), sharey=True, width_ratios=(1.35, 1, 1))
    ours = standing.rows[0]
    # Before the panel's limits are set, which hold all that is drawn.
    for place, row in enumerate(rows):
        _range_of_lists(panels[0], place, row, row is ours)
    for panel, what in zip(panels, _PANELS, strict=True):
        _draw_panel(panel, what, rows, ours)
    name_rows(panels[0], [_name(row) for row in rows], [row is ours for row in rows])
    save(figure, path)


def _draw_panel(panel: Any, what: _Panel, rows: list[Row], ours: Row) -> None:
    lead: Estimate | None = getattr(ours, what.figure)
    if lead is not None:
        panel.axvline(lead.value, color=OURS, linewidth=1, alpha=0.25, zorder=0)
    for place, row in enumerate(rows):
        estimate: Estimate | None = getattr(row, what.figure)
        if estimate is None:
            panel.annotate(
                "gives lists alone", (0.02, place), xycoords=("axes fraction", "data"),
                va="center", fontsize=8.5, fontstyle="italic", color=SOFT,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.5},
            )  # fmt: skip
        else:
            text = what.form.format(estimate.value)
            _mark(panel, place, estimate, text, row is ours, _undecided(getattr(row, what.lead)))
    dress(panel, what.title)
    panel.locator_params(axis="x", nbins=5)
    panel.xaxis.set_major_formatter(lambda value, _: what.ticks.format(value))
    panel.tick_params(axis="x", labelsize=8.5, labelcolor=SOFT)
    panel.set_xlim(*_limits(panel.get_xlim()))


def _undecided(lead: Estimate | None) -> bool:
    """Whether we may as well be ahead as behind."""
    if lead is None or lead.low is None or lead.high is None:
        return False
    return lead.low <= 0 <= lead.high


def _mark(
    panel: Any, place: int, estimate: Estimate, text: str, ours: bool, undecided: bool
) -> None:
    colour = OURS if ours else PEER
    low = estimate.value if estimate.low is None else estimate.low
    high = estimate.value if estimate.high is None else estimate.high
    panel.plot(
        [low, high], [place, place], color=colour, linewidth=3.4, alpha=0.45,
        solid_capstyle="round", zorder=2,
    )  # fmt: skip
    panel.plot(
        estimate.value, place, "o", markersize=6.5, color=colour, markeredgewidth=1.6, zorder=3,
        markerfacecolor=PAPER if undecided else colour,
    )  # fmt: skip
    panel.annotate(
        text, (estimate.value, place), xytext=(0, 7),
        textcoords="offset points", ha="center", fontsize=9,
        color=OURS if ours else SOFT, fontweight="bold" if ours else "normal",
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip


def _range_of_lists(panel: Any, place: int, row: Row, ours: bool) -> None:
    """From one suggestion to five."""
    ends = [row.keystroke_savings_at_1, row.keystroke_savings_at_5]
    colour = OURS if ours else PEER
    panel.plot(ends, [place, place], color=colour, linewidth=1, alpha=0.55)
    panel.plot(ends, [place, place], "|", color=colour, markersize=6, alpha=0.8)


def _limits(limits: tuple[float, float]) -> tuple[float, float]:
    low, high = limits
    return low - _MARGIN * (high - low), high + _MARGIN * (high - low)


def _name(row: Row) -> str:
    return row.name if row.bytes is None else f"{row.name}\n{row.bytes / 1e6:,.1f} MB"


def _headed(standing: Standing, texts: int, height: float) -> Figure:
    ceiling = standing.rows[0].keystroke_savings_ceiling
    of_texts = f" of {texts} texts" if texts > 1 else ""
    remark = (
        f"{counted(standing.words, 'word')}{of_texts}, "
        f"{counted(standing.documents, 'document')}; "
        f"three suggestions, "
        f"a pick is one key and brings its space; at most {ceiling:.1%} could be saved"
    )
    marks = [
        Line2D([], [], marker="o", linestyle="", color=INK, label="measured"),
        Line2D([], [], marker="o", linestyle="", color=INK, markerfacecolor=PAPER,
               markeredgewidth=1.6, label="may be as good as ours: the lead's interval holds 0"),
        Line2D([], [], color=INK, linewidth=3.4, alpha=0.45, label="95 % interval"),
        Line2D([], [], color=INK, linewidth=1, alpha=0.55, marker="|", markersize=7,
               label="from one suggestion to five"),
    ]  # fmt: skip
    return headed(_WIDTH, height, "Karussell and its baselines on the same text", remark, marks)
