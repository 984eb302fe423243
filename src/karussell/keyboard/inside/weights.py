"""How much each earlier word weighs on the next one: what changes when it is taken away."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from karussell.errors import UsageError, shown
from karussell.model import LanguageModel
from karussell.text import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How much an earlier word of the sentence speaks for the next one.

    Attributes:
        word: It, as it was written.
        place: Its place among those that were looked at, the first one's 0.
        weight: ln P of the next word with it minus ln P without it: above 0 where it speaks for
            the next word, below where it speaks against it.
    """

    word: str
    place: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much the earlier words of a sentence speak for a word that may come next.

    Attributes:
        word: The word that may come.
        language: The tag of the language whose model was asked.
        log_prob: ln P of it, of the model alone, before any letter was typed.
        known: Whether a list of the model has it; of others it says only that some new word comes.
        words: The earlier words, those that weigh most first.
    """

    word: str
    language: str
    log_prob: float
    known: bool
    words: tuple[Weight, ...]

    @classmethod
    def of(
        cls,
        model: LanguageModel,
        word: str,
        ids: Sequence[int],
        without: Sequence[tuple[str, Sequence[int]]],
    ) -> "Weights":
        """What changes for a word as each earlier one is taken away.

        Args:
            model: The model.
            word: The word that may come, or the two that may.
            ids: What was read.
            without: Each earlier word, and what would have been read without it.

        Raises:
            UsageError: If it is no word.
        """
        language = model.card.language
        if not (parts := words(word, language)):
            raise UsageError(f"{shown(word)} is no word, expected one that may come next")
        texts = [ids, *(rest for _, rest in without)]
        logs = np.zeros(len(texts))
        known, before = True, list[int]()
        for part in parts:
            after, listed = _log_probs(model, part, [[*text, *before] for text in texts])
            logs += after
            known &= listed
            before.append(model.vocabulary.id(part))
        weights = [
            Weight(word=each, place=place, weight=float(logs[0] - logs[place + 1]))
            for place, (each, _) in enumerate(without)
        ]
        weights.sort(key=lambda each: -abs(each.weight))
        return cls(
            word=word,
            language=language,
            log_prob=float(logs[0]),
            known=known,
            words=tuple(weights),
        )


def _log_probs(
    model: LanguageModel, word: str, texts: Sequence[Sequence[int]]
) -> tuple[NDArray[np.float64], bool]:
    """The ln P of a word after each text, and whether a list of the model has it."""
    word_id, rare = model.vocabulary.id(word), model.rare
    found = model.log_probs_each(model.read_each(texts))[:, word_id].astype(np.float64)
    if word_id != model.vocabulary.unknown:
        return found, True
    listed = word in rare.vocabulary
    share = rare.log_shares[rare.vocabulary.id(word)] if listed else rare.log_new
    return found + float(share), listed
