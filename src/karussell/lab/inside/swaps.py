"""What a word leaves in the blocks: read a sentence once more without it, and compare."""

from collections.abc import Sequence

import msgspec
import numpy as np

from karussell.errors import UsageError
from karussell.kernels import Floats
from karussell.lab.inside.features import AGO, Feature
from karussell.lab.inside.reading import Sentence
from karussell.model import LanguageModel

# After so many words a trace is looked for.
_AFTER = (1, 3, 5, 8)


class Swapped(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a cell when words were taken away or changed for others.

    Attributes:
        sentences: How many sentences were read twice.
        as_told: In what part of them the cell moved as the feature says, after ``AGO`` words.
        moved: How far on average, after 1, 3, 5 and 8 words, in standard deviations of the cell;
            None where too few sentences are as long.
    """

    sentences: int
    as_told: float
    moved: tuple[float | None, ...]


def echo(
    model: LanguageModel, words: Sequence[str], at: int, instead: str | None = None
) -> list[Floats]:
    """What the words after one hold because of it: the difference of two readings.

    Args:
        model: The model.
        words: A sentence's words.
        at: The place of the word that is changed, from 0.
        instead: The word in its place; None to leave it out.

    Returns:
        For each layer, what every cell held after each later word, less what it would have held
        otherwise: (words after it, H).

    Raises:
        UsageError: If there is no such place, or the model is a plain RNN.
    """
    if not 0 <= at < len(words):
        raise UsageError(f"place {at} in a sentence of {len(words)} words, expected one of them")
    other = [*words[:at], *([] if instead is None else [instead]), *words[at + 1 :]]
    after = len(words) - at - 1
    ids = model.vocabulary.ids
    return [
        one.cell[len(words) - after :, 0] - two.cell[len(other) - after :, 0]
        for one, two in zip(model.trace(ids(words)), model.trace(ids(other)), strict=True)
    ]


def swap(
    model: LanguageModel,
    feature: Feature,
    sentences: Sequence[Sentence],
    *,
    cell: int,
    sign: int,
    deviation: float,
    most: int = 60,
) -> Swapped | None:
    """Change the words of a feature in sentences, and follow one cell.

    Args:
        model: The model.
        feature: What is said to be remembered.
        sentences: Where to look for its words.
        cell: The cell, counted through all layers.
        sign: 1 if the cell should hold more for a yes, -1 if less.
        deviation: The cell's standard deviation.
        most: How many sentences to read twice.

    Returns:
        None if the feature hangs on no words, or too few sentences have them.
    """
    changes: list[Floats] = []
    layer, column = divmod(cell, model.configuration.hidden_size)
    for sentence in sentences:
        at = next((at for at, word in enumerate(sentence.words) if word in feature.words), None)
        if at and feature.kind == "question":
            continue
        if at is None or len(sentence.words) - at <= AGO or len(changes) == most:
            continue
        others = feature.others
        instead = others[len(changes) % len(others)] if others else None
        change = echo(model, sentence.words, at, instead)[layer][:, column]
        changes.append(change * np.float32(sign / max(deviation, 1e-6)))
    if len(changes) < 10:
        return None
    moved = []
    for after in _AFTER:
        there = [float(change[after - 1]) for change in changes if len(change) >= after]
        moved.append(sum(there) / len(there) if len(there) >= 10 else None)
    as_told = sum(bool(change[AGO - 1] > 0) for change in changes) / len(changes)
    return Swapped(sentences=len(changes), as_told=as_told, moved=tuple(moved))
