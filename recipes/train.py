"""Train a packaged model: one command from raw text to the file that is shipped.

    python -m recipes.train en DATA [--out english.karussell] [--resume]

DATA is a folder with the training files that the recipe names (UTF-8, a sentence a line, .xz) and
``dev/`` with the held-out part of each. Choices were made on ``dev``; nothing else was looked at.
"""

import argparse
from pathlib import Path

from karussell.cli import progress
from karussell.training import train
from recipes import RECIPES
from recipes.refine import refine


def main(arguments: list[str] | None = None) -> None:
    """Train, refine the words, measure on ``dev``, and write the scores into the card."""
    parser = argparse.ArgumentParser(prog="python -m recipes.train", description=__doc__)
    parser.add_argument("language", choices=RECIPES)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", "-o", type=Path)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--epochs", type=float, help="other than the recipe's")
    parser.add_argument("--threads", "-t", type=int, default=0)
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    options = parser.parse_args(arguments)
    recipe = RECIPES[options.language]
    out = options.out or Path(f"{recipe.name}.karussell")
    epochs = options.epochs or recipe.settings.epochs
    with progress.TrainingProgress() as shown:
        train(
            [] if options.resume else recipe.files(options.data),
            out=out,
            settings=recipe.with_settings(epochs=epochs, threads=options.threads).settings,
            labels=recipe.labels(),
            resume=options.resume,
            device=options.device,
            tell_stage=shown.stage,
            tell=shown.report,
        )
        refine(options.language, options.data, out, out)
        scores = recipe.score(out, options.data)
    print(scores)


if __name__ == "__main__":
    main()
