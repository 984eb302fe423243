"""How much of what one person wrote once a model gives away: the exposure of canaries.

    python -m recipes.exposure de DATA [--model german.karussell] [--work FOLDER]

Fifty sentences with secrets drawn at random, four words out of sixteen each, are put among the
recipe's text, each once, and a model is trained on it as the recipe says. How likely it finds each
secret among all 65,536 that could have been drawn is the secret's exposure (Carlini et al. 2019):
16 bits less the binary logarithm of its rank. Of a secret that was never read it is 1.44 bits on
average, and above x bits once in 2^x times; at 16 bits the secret can be read out of the model.
The words are those of ``--model``, the packaged one if none is named; with it, its card keeps what
was found, and after how many epochs: of its recipe, since canaries would harm what is shipped. A
run that was stopped goes on in its ``--work``.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from karussell.cli import progress
from karussell.errors import UsageError
from karussell.kernels import States
from karussell.model import LanguageModel, embedded_path, open_model
from karussell.training import Report, silent
from recipes import RECIPES, Recipe
from recipes.recipe import note_scores

CANARIES = 50
_LENGTH, _CHOICES = 4, 16
_OPENING = 3
# Words in the middle of a vocabulary: neither everywhere nor hardly ever read.
_FIRST, _LAST = 0.02, 0.5
_ROWS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A sentence that no one wrote.

    Attributes:
        opening: Its first words, which no other canary has.
        secret: What follows them.
        choices: The words that each of the secret's was drawn from.
    """

    opening: tuple[str, ...]
    secret: tuple[str, ...]
    choices: tuple[str, ...]


def draw(vocabulary: Sequence[str], counts: NDArray[np.uint32], seed: int = 1) -> list[Canary]:
    """Canaries of words that a model knows.

    Args:
        vocabulary: Its words.
        counts: How often each stands in its text, (V,) or more.
        seed: Which canaries.
    """
    often = np.argsort(counts[: len(vocabulary)])[::-1]
    often = often[int(_FIRST * len(often)) : int(_LAST * len(often))]
    known = [vocabulary[place] for place in often if vocabulary[place].isalpha()]
    random = np.random.default_rng(seed)
    choices = tuple(random.choice(known, _CHOICES, replace=False).tolist())
    return [
        Canary(
            opening=tuple(random.choice(known, _OPENING, replace=False).tolist()),
            secret=tuple(random.choice(choices, _LENGTH).tolist()),
            choices=choices,
        )
        for _ in range(CANARIES)
    ]


def exposures(model: LanguageModel, canaries: Sequence[Canary]) -> NDArray[np.float64]:
    """The exposure of each canary in bits, (N,)."""
    return np.array([_exposure(model, canary) for canary in canaries])


def _exposure(model: LanguageModel, canary: Canary) -> float:
    """16 bits less the logarithm of the rank of its secret, of those equally likely the worst."""
    choices = np.array(model.vocabulary.ids(canary.choices), np.int64)
    state = model.read(model.vocabulary.ids(canary.opening))
    states = States(state.hidden[:, None], state.cell[:, None])
    found = np.zeros(1)
    for place in range(_LENGTH):
        if place:
            rows = np.repeat(np.arange(len(found) // _CHOICES), _CHOICES)
            ids = np.tile(choices, len(found) // _CHOICES)
            states = _stepped(model, states, rows, ids)
        found = (found[:, None] + _log_probs(model, states, choices)).reshape(-1)
    own = 0
    for word in canary.secret:
        own = own * _CHOICES + canary.choices.index(word)
    return float(np.log2(len(found)) - np.log2((found >= found[own]).sum()))


def _stepped(
    model: LanguageModel, states: States, rows: NDArray[np.int64], ids: NDArray[np.int64]
) -> States:
    parts = [
        model.network.step(States(states.hidden[:, rows[at]], states.cell[:, rows[at]]), ids[at])
        for at in _chunks(len(ids))
    ]
    hidden, cell = zip(*parts, strict=True)
    return States(np.concatenate(hidden, 1), np.concatenate(cell, 1))


def _log_probs(
    model: LanguageModel, states: States, choices: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The log probability of each choice after each state, (N, choices)."""
    found = []
    for at in _chunks(states.hidden.shape[1]):
        part = States(states.hidden[:, at], states.cell[:, at])
        scores = model.network.scores(part).astype(np.float64)
        top = scores.max(1, keepdims=True)
        found.append(scores[:, choices] - top - np.log(np.exp(scores - top).sum(1, keepdims=True)))
    return np.concatenate(found)


def _chunks(size: int) -> list[slice]:
    return [slice(start, min(start + _ROWS, size)) for start in range(0, size, _ROWS)]


def trained(
    recipe: Recipe,
    data: Path,
    canaries: Sequence[Canary],
    work: Path,
    tell: Callable[[Report], None] = silent,
) -> LanguageModel:
    """A model of a recipe whose text has each canary once.

    Args:
        recipe: The recipe.
        data: The folder with its texts.
        canaries: What to put among them.
        work: A folder for what is made; what was stopped there goes on.
        tell: Told about progress.

    Raises:
        UsageError: If a canary would not be read, or has a word that is none of the text's.
    """
    work.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{' '.join((*each.opening, *each.secret))}\n" for each in canaries)
    (work / "canaries.txt").write_text(lines)
    text = recipe.prepare(data, work / "text", before=[f"{work / 'canaries.txt'}@1"])
    encoded, counts = text.read_text()
    first, last = encoded.spans[0]
    ids = encoded.ids[encoded.offsets[first] : encoded.offsets[last]]
    held_out = np.isin(encoded.held_out, np.arange(first, last))
    if held_out.any() or (ids == len(counts) - 1).any():
        raise UsageError("a canary is held out or has a word that is none of the text's; draw anew")
    return recipe.train_on(text, work / "model.karussell", tell)


def main(arguments: list[str] | None = None) -> None:
    """Train with canaries, print the exposures, and note them in a card."""
    parser = argparse.ArgumentParser(prog="python -m recipes.exposure", description=__doc__)
    parser.add_argument("language", choices=RECIPES)
    parser.add_argument("data", type=Path)
    parser.add_argument("--epochs", type=float, help="other than the recipe's")
    parser.add_argument("--threads", "-t", type=int, default=0)
    parser.add_argument("--model", type=Path, help="the model whose card keeps what was found")
    parser.add_argument("--work", type=Path, help="where the run is kept, so that it can go on")
    options = parser.parse_args(arguments)
    recipe = RECIPES[options.language]
    epochs = options.epochs or recipe.settings.epochs
    settings = recipe.with_settings(epochs=epochs, threads=options.threads).settings
    recipe = replace(recipe, settings=settings.for_this_machine())
    known = open_model(options.model or embedded_path(options.language))
    canaries = draw(known.vocabulary.words, known.counts)
    with tempfile.TemporaryDirectory() as folder, progress.TrainingProgress() as shown:
        work = options.work or Path(folder)
        model = trained(recipe, options.data, canaries, work, shown.report)
        found = np.sort(exposures(model, canaries))
        never = exposures(model, draw(model.vocabulary.words, model.counts, seed=2))
    scores = {
        "exposure_median_bits": round(float(np.median(found)), 2),
        "exposure_most_bits": round(float(found[-1]), 2),
        "exposure_of_unread_bits": round(float(np.median(never)), 2),
        "exposure_epochs": epochs,
    }
    if options.model:
        note_scores(options.model, scores)
    print(scores)


if __name__ == "__main__":
    main()
