"""What each choice of a recipe is worth: short runs that differ in one thing, on ``dev`` alone.

    python -m lab.ablations.run en DATA FOLDER [--minutes 5] [--only NAME]

Each run trains a smaller network for the same time on one thread, and is measured on the first 200
lines of the recipe's everyday texts. Results are kept in ``FOLDER/results.json``; runs that are
there already are not repeated. The table is printed as Markdown.
"""

import argparse
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
from rich.console import Console

from karussell.files import write_over
from karussell.training import RunFolder
from recipes import RECIPES, Recipe

_LINES = 200
_BASE = "the recipe, small: 512 cells, embedding 128"
Change = Callable[[Recipe], Recipe]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to."""

    words: int
    bytes: int
    keystroke_savings: float
    recall_at_1: float
    recall_at_3: float
    bits_per_character: float


def main(arguments: list[str] | None = None) -> None:
    """Train and measure what is missing, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m lab.ablations.run", description=__doc__)
    parser.add_argument("language", choices=RECIPES)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--only", choices=CHANGES, action="append")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    kept = options.folder / "results.json"
    results = (
        msgspec.json.decode(kept.read_bytes(), type=dict[str, Result]) if kept.exists() else {}
    )
    console = Console(stderr=True)
    for name, change in CHANGES.items():
        if name in results or (options.only and name not in options.only):
            continue
        console.print(name)
        recipe = change(_small(RECIPES[options.language], 60 * options.minutes))
        results[name] = _run(recipe, options.data, options.folder)
        write_over(kept, msgspec.json.format(msgspec.json.encode(results)))
    for line in table(results):
        print(line)


def table(results: dict[str, Result]) -> list[str]:
    """The results as Markdown, each beside the recipe's own."""
    lines = ["| | words read | size | saved | top 1 | top 3 | bits/char |"]
    lines.append("|---|---:|---:|---:|---:|---:|---:|")
    for name, each in results.items():
        lines.append(
            f"| {name} | {each.words / 1e6:.1f} M | {each.bytes / 1e6:.1f} MB "
            f"| {each.keystroke_savings:.1%} | {each.recall_at_1:.1%} | {each.recall_at_3:.1%} "
            f"| {each.bits_per_character:.3f} |"
        )
    return lines


def _small(recipe: Recipe, seconds: float) -> Recipe:
    settings = msgspec.structs.replace(
        recipe.settings, embedding_size=128, hidden_size=512, seconds=seconds, threads=1
    )
    return replace(recipe, settings=settings)


def _with(**changes: object) -> Change:
    def change(recipe: Recipe) -> Recipe:
        return replace(recipe, settings=msgspec.structs.replace(recipe.settings, **changes))

    return change


def _evenly(recipe: Recipe) -> Recipe:
    texts = {name: replace(text, passes=1.0) for name, text in recipe.texts.items()}
    return replace(recipe, texts=texts)


def _all_gates(recipe: Recipe) -> Recipe:
    """Without coupling, and as many weights: cells for the gates that it spares."""
    return _with(coupled_gates=False, hidden_size=440)(recipe)


CHANGES: dict[str, Change] = {
    _BASE: lambda recipe: recipe,
    "every text read alike": _evenly,
    "three gates, 440 cells": _all_gates,
    "two cells a block, 560 cells": _with(cells_per_block=2, hidden_size=560),
    "no dropout": _with(dropout=0.0),
    "dropout 0.2": _with(dropout=0.2),
    "1,024 words compared with": _with(negatives=1024),
    "all words compared with": _with(negatives=0),
    "28,000 words in the network": _with(vocabulary_size=28_000),
    "plain RNN, 960 units": _with(cell="rnn", coupled_gates=False, hidden_size=960),
    "float32 instead of bfloat16": _with(precision="float32"),
}


def _run(recipe: Recipe, data: Path, folder: Path) -> Result:
    out = folder / "run.karussell"
    settings = recipe.settings
    out.unlink(missing_ok=True)
    # Runs on the same text with the same vocabulary share it.
    key = msgspec.json.encode([recipe.files(data), settings.vocabulary_size])
    text = recipe.prepare(data, folder / f"text-{zlib.crc32(key):08x}")
    # What another run left here is not this one's.
    RunFolder(out).remove()
    model = recipe.train_on(text, out, settings)
    found = recipe.measure(model, data, _LINES)
    return Result(
        words=model.card.training.words,
        bytes=out.stat().st_size,
        keystroke_savings=found.keystroke_savings,
        recall_at_1=found.recall_at_1,
        recall_at_3=found.recall_at_3,
        bits_per_character=found.bits_per_character,
    )


if __name__ == "__main__":
    main()
