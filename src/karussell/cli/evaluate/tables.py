"""The figures of `karussell evaluate`: a row per text, or a list where rows do not fit."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from karussell.cli.printing import console, natural_width
from karussell.errors import counted
from karussell.measure import Evaluation

_Rows = Sequence[tuple[str, Evaluation]]


def print_scores(rows: _Rows) -> None:
    """Print the figures of each text by its name."""
    screen = console()
    table = _table(rows)
    if len(rows) > 1 and natural_width(table, screen) <= screen.width:
        screen.print(table)
        return
    for place, (name, scores) in enumerate(rows):
        if place:
            screen.print()
        _print_list(name, scores, screen)


def _table(rows: _Rows) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("text")
    for name in (
        "words", "saved", "of", "top 1", "top 3", "perplexity", "bits/char", "unknown", "ms", "p99"
    ):  # fmt: skip
        table.add_column(name, justify="right")
    for name, scores in rows:
        table.add_row(
            name,
            f"{scores.words:,}",
            f"{scores.keystroke_savings:.1%}",
            f"{scores.keystroke_savings_ceiling:.1%}",
            f"{scores.recall_at_1:.1%}",
            f"{scores.recall_at_3:.1%}",
            f"{scores.perplexity:.1f}",
            f"{scores.bits_per_character:.3f}",
            f"{scores.unknown_rate:.1%}",
            f"{scores.latency_ms.median:.2f}",
            f"{scores.latency_ms.p99:.2f}",
        )
    return table


def _print_list(name: str, scores: Evaluation, screen: Console) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(overflow="fold")
    table.add_column(justify="right", style="bold", no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    for what, value, remark in (
        ("words", f"{scores.words:,}", f"in {counted(scores.lines, 'line')}"),
        (
            "keystrokes saved",
            f"{scores.keystroke_savings:.2%}",
            f"of at most {scores.keystroke_savings_ceiling:.1%}",
        ),
        ("right at once", f"{scores.recall_at_1:.2%}", "the first suggestion, no letter typed"),
        ("among three", f"{scores.recall_at_3:.2%}", "the next word, no letter typed"),
        ("perplexity", f"{scores.perplexity:.1f}", ""),
        ("bits per character", f"{scores.bits_per_character:.3f}", ""),
        ("unknown words", f"{scores.unknown_rate:.2%}", ""),
        ("milliseconds", f"{scores.latency_ms.median:.2f}", "a word's suggestions, median"),
        ("", f"{scores.latency_ms.p99:.2f}", "99th percentile"),
    ):
        table.add_row(what, value, remark)
    screen.print(name, style="bold")
    screen.print(table)
