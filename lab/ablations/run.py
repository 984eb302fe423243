"""What each choice of a recipe is worth: short runs that differ in one thing, on ``dev`` alone.

    python -m lab.ablations.run en DATA FOLDER [--time 5m] [--only NAME]

Each run trains a smaller network for the same time on one thread, and is measured on the first 200
lines of the recipe's everyday texts.
"""

import argparse
import zlib
from collections.abc import Callable
from dataclasses import replace

import msgspec

from karussell.training import RunFolder
from lab.trials import Result, Tell, options, run, scored
from recipes import RECIPES, Recipe

_BASE = "the recipe, small: 512 cells, embedding 128"
Change = Callable[[Recipe], Recipe]


def main(arguments: list[str] | None = None) -> None:
    """Train and measure what is missing, and print the table."""
    asked = options("ablations", __doc__, CHANGES, "5m").parse_args(arguments)
    small = RECIPES[asked.language].with_settings(
        embedding_size=128, hidden_size=512, seconds=asked.time, threads=1
    )
    run(
        asked,
        "One choice of the recipe changed, trained for the same time",
        [name for name in CHANGES if not asked.only or name in asked.only],
        lambda name, tell: _run(asked, CHANGES[name](small), tell),
    )


def _with(**changes: object) -> Change:
    return lambda recipe: recipe.with_settings(**changes)


def _evenly(recipe: Recipe) -> Recipe:
    texts = {name: replace(text, passes=1.0) for name, text in recipe.texts.items()}
    return replace(recipe, texts=texts)


CHANGES: dict[str, Change] = {
    _BASE: lambda recipe: recipe,
    "every text read alike": _evenly,
    # As many weights: cells for the gates that coupling spares.
    "three gates, 440 cells": _with(coupled_gates=False, hidden_size=440),
    "two cells a block, 560 cells": _with(cells_per_block=2, hidden_size=560),
    "no dropout": _with(dropout=0.0),
    "dropout 0.2": _with(dropout=0.2),
    "1,024 words compared with": _with(negatives=1024),
    "all words compared with": _with(negatives=0),
    "28,000 words in the network": _with(vocabulary_size=28_000),
    "plain RNN, 960 units": _with(cell="rnn", coupled_gates=False, hidden_size=960),
    "float32 instead of bfloat16": _with(precision="float32"),
}


def _run(asked: argparse.Namespace, recipe: Recipe, tell: Tell) -> Result:
    out = asked.folder / "run.karussell"
    out.unlink(missing_ok=True)
    # Runs on the same text with the same vocabulary share it.
    key = msgspec.json.encode([recipe.files(asked.data), recipe.settings.vocabulary_size])
    text = recipe.prepare(asked.data, asked.folder / f"text-{zlib.crc32(key):08x}")
    # What another run left here is not this one's.
    RunFolder(out).remove()
    model = recipe.train_on(text, out, tell)
    return scored(recipe, model, model.rare, asked.data, out, model.card.training.words)


if __name__ == "__main__":
    main()
