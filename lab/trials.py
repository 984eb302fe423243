"""What the questions have in common: networks trained for the same time, measured and compared.

Results are kept in ``FOLDER/results.json``; what is there already is not repeated. They are printed
as a table of Markdown, and drawn with ``--plot``.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from karussell.cli import options as command_line
from karussell.cli import progress, times
from karussell.lab import keep, read_kept
from karussell.measure import WordModel
from karussell.model import RareWords
from karussell.training import Report
from recipes import RECIPES, Recipe

_LINES = 200


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a trial came to.

    Attributes:
        words: Words read in training.
        bytes: Of the model's file.
        keystroke_savings: On the everyday texts, as what follows.
        recall_at_1: How often the word that came was offered first.
        recall_at_3: How often it was among the first three.
        bits_per_character: What a character costs.
        perplexity: Of what was held out of the training texts, where that was measured.
        seconds: How long the training took, where that was kept.
    """

    words: int
    bytes: int
    keystroke_savings: float
    recall_at_1: float
    recall_at_3: float
    bits_per_character: float
    perplexity: float | None = None
    seconds: float | None = None


Tell = Callable[[Report], None]
Trial = Callable[[str, Tell], Result]
"""The training that has some name, and its scores; it tells how the training goes."""


def options(question: str, about: str | None, names: Iterable[str], time: str | None = None) -> Any:
    """The parser of a question's options.

    Args:
        question: Its folder.
        about: What its help says.
        names: Its trials.
        time: How long each is trained if nothing is said; None if no time is asked for.
    """
    parser = argparse.ArgumentParser(prog=f"python -m lab.{question}.run", description=about)
    parser.add_argument("language", choices=RECIPES)
    parser.add_argument("data", type=Path, help="training texts, and their held-out parts in dev/")
    parser.add_argument("folder", type=Path, help="where the results are kept")
    if time is not None:
        parser.add_argument("--time", type=times.seconds, default=time, help="of each, such as 5m")
    parser.add_argument("--only", choices=[*names], action="append")
    parser.add_argument(
        "--plot",
        type=lambda name: command_line.drawable(Path(name)),
        help="draw a picture into this .png or .svg file",
    )
    return parser


def run(asked: argparse.Namespace, title: str, names: Iterable[str], trial: Trial) -> None:
    """Do the trials that have no result, then print and draw those of all.

    Args:
        asked: What ``options`` found.
        title: The picture's.
        names: The trials', first that of what the others are compared with.
        trial: Does one.
    """
    results = complete(asked.folder, names, trial)
    for line in table(results):
        print(line)
    if asked.plot is not None:
        draw(asked.plot, title, results)


def complete(folder: Path, names: Iterable[str], trial: Trial) -> dict[str, Result]:
    """The results of all trials kept in a folder, once those that were missing are done."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "results.json"
    results = read_kept(kept, dict[str, Result]) or {}
    for name in names:
        if name not in results:
            with progress.TrainingProgress() as screen:
                screen.note(name)
                results[name] = trial(name, screen.report)
            keep(kept, results)
    return results


def scored(
    recipe: Recipe, model: WordModel[Any], rare: RareWords, data: Path, path: Path, words: int
) -> Result:
    """What a trained model is worth on the first lines of the recipe's everyday texts.

    Args:
        recipe: The recipe.
        model: The model.
        rare: The rare words beside it.
        data: Where the texts are.
        path: Its file.
        words: How many it read.
    """
    found = recipe.measure(model, rare, data, _LINES)
    return Result(words=words, bytes=path.stat().st_size, **found)


def table(results: Mapping[str, Result]) -> list[str]:
    """The results as Markdown."""
    lines = ["| | words read | size | saved | top 1 | top 3 | bits/char |"]
    lines.append("|---|---:|---:|---:|---:|---:|---:|")
    for name, each in results.items():
        lines.append(
            f"| {name} | {each.words / 1e6:.1f} M | {each.bytes / 1e6:.1f} MB "
            f"| {each.keystroke_savings:.1%} | {each.recall_at_1:.1%} | {each.recall_at_3:.1%} "
            f"| {each.bits_per_character:.3f} |"
        )
    return lines


def draw(path: Path, title: str, results: Mapping[str, Result]) -> None:
    """Draw what each saves, the first as the measure of all, the best on top."""
    from karussell.cli import pictures

    first = next(iter(results))
    names = sorted(results, key=lambda name: results[name].keystroke_savings)
    figure = pictures.headed(10, 0.5 + 0.3 * len(names), title, "keystrokes saved", [])
    panel = figure.subplots()
    panel.axvline(results[first].keystroke_savings, color=pictures.OURS, alpha=0.25)
    for place, name in enumerate(names):
        colour = pictures.OURS if name == first else pictures.PEER
        value = results[name].keystroke_savings
        panel.plot(value, place, "o", color=colour)
        panel.annotate(
            f"{value:.1%}", (value, place), (9, -3), textcoords="offset points", color=pictures.SOFT
        )
    panel.margins(x=0.1)
    panel.xaxis.set_major_formatter(lambda value, _: f"{value:.1%}")
    pictures.dress(panel, "")
    pictures.name_rows(panel, names, [name == first for name in names])
    figure.savefig(path)
