"""Networks of equal weights, each trained on the recipe's text for the same time on one thread.

    python -m lab.rivals.run en DATA FOLDER [--minutes 15] [--rate PART]

FOLDER gets ours as ``lstm.karussell``, and ``rnn.pt``, ``gru.pt`` and ``transformer.pt``, for
``karussell scoreboard --model FOLDER/lstm.karussell --peer FOLDER``. What is there already is
left as it is, and what was stopped goes on. With ``--rate``, which can be repeated, each rival is
trained at other learning rates than its own, for its best: parts of ours, in ``gru-0.5.pt``.
"""

import argparse
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import get_args

import msgspec
from rich.console import Console

from karussell.peers import Peer, train_peer
from karussell.training import Report
from recipes import RECIPES

_console = Console(stderr=True)


def main(arguments: list[str] | None = None) -> None:
    """Train ours and its rivals, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m lab.rivals.run", description=__doc__)
    parser.add_argument("language", choices=RECIPES)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--only", choices=("lstm", *get_args(Peer)), action="append")
    parser.add_argument("--rate", type=float, action="append")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    kinds = options.only or ("lstm", *get_args(Peer))
    recipe, seconds = RECIPES[options.language], 60 * options.minutes
    text = recipe.prepare(options.data, options.folder / "text")
    ours = options.folder / "lstm.karussell"
    if "lstm" in kinds and not ours.exists():
        settings = msgspec.structs.replace(recipe.settings, seconds=seconds, threads=1)
        trained = recipe.train_on(text, ours, settings, tell=_teller("lstm")).card
        _console.print(f"lstm: {trained.training.words:,} words, {trained.scores}")
    for kind, rate in product(get_args(Peer), options.rate or (None,)):
        name = kind if rate is None else f"{kind}-{rate:g}"
        out = options.folder / f"{name}.pt"
        if kind in kinds and not out.exists():
            model = train_peer(kind, text.path, out, seconds=seconds, rate=rate, tell=_teller(name))
            _console.print(
                f"{name}: {model.card.progress.read:,} words, {model.card.progress.score}"
            )


def _teller(name: str) -> Callable[[Report], None]:
    def tell(report: Report) -> None:
        line = f"{name} {report.part:.1%} {report.rate:,.0f} {report.unit}/s"
        _console.print(f"{line} loss {report.loss:.3f}", end="\r", highlight=False)

    return tell


if __name__ == "__main__":
    main()
