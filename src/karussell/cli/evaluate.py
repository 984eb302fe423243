"""`karussell evaluate`: what a model saves on a text, and how good it is at it."""

from functools import reduce
from itertools import islice
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from karussell.cli.options import AsJSON, Model

if TYPE_CHECKING:
    from karussell.measure import Evaluation, Tally, WordModel


def evaluate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="UTF-8 text, a message a line.")
    ],
    model: Model = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Read this many lines of each file at most.")
    ] = None,
    unigram: Annotated[
        bool, typer.Option("--unigram", help="Only the model's word counts, as a baseline.")
    ] = False,
    as_json: AsJSON = False,
) -> None:
    """Measure a model on text it never saw: keystroke savings, recall, perplexity, latency.

    Three suggestions, shown before the first letter; a pick is one key and brings its space; case
    folded, punctuation stripped, each line a message of its own.
    """
    from karussell.measure import Evaluation, UnigramModel
    from karussell.model import embedded_path, open_model

    opened = open_model(model or embedded_path())
    chosen = UnigramModel(opened.vocabulary, opened.counts) if unigram else opened
    tallies: dict[Path, Tally] = {}
    stderr = Console(stderr=True)
    for file in track(files, "measuring", console=stderr, transient=True):
        tallies[file] = _measure(chosen, file, limit)
    total = reduce(add, tallies.values())
    whole = Evaluation.of(total)
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(whole)).decode())
        return
    rows = {path.name: Evaluation.of(tally) for path, tally in tallies.items()}
    if len(rows) > 1:
        rows["all together"] = whole
    _print(rows)


def _measure(model: "WordModel", path: Path, limit: int | None) -> "Tally":  # type: ignore[type-arg]
    from karussell.measure import measure
    from karussell.text import read_lines

    return measure(model, islice(read_lines(path), limit))


def _print(rows: dict[str, "Evaluation"]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in (
        "text", "words", "saved", "of at most", "top 1", "top 3",
        "perplexity", "bits/char", "unknown", "ms", "99 %",
    ):  # fmt: skip
        table.add_column(name, justify="left" if name == "text" else "right")
    for name, row in rows.items():
        table.add_row(
            name,
            f"{row.words:,}",
            f"{row.keystroke_savings:.2%}",
            f"{row.keystroke_savings_ceiling:.1%}",
            f"{row.recall_at_1:.2%}",
            f"{row.recall_at_3:.2%}",
            f"{row.perplexity:.1f}",
            f"{row.bits_per_character:.3f}",
            f"{row.unknown_rate:.1%}",
            f"{row.latency_ms.median:.2f}",
            f"{row.latency_ms.p99:.2f}",
        )
    Console(soft_wrap=True).print(table)
