"""What learning from one's own texts saves, word by word: predicted first, then learned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from karussell.decoder import Ranked, ranked
from karussell.history import Sentence
from karussell.keyboard import Languages
from karussell.measure.keystrokes import LISTS, SLOTS, keys
from karussell.personal import Personal, Taught
from karussell.text import is_spelled

SAMPLE = 3000
"""Words that are measured, some seconds' worth."""

_AT_THREE = LISTS.index(SLOTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Keystroke savings on a writer's own text, 0..1, with three suggestions.

    Attributes:
        words: The words that were measured, the last of the text.
        before: Savings of the models as they are.
        after: The same once all that was written before each word is learned.
    """

    words: int
    before: float
    after: float


def gain(
    languages: Languages,
    sentences: Sequence[Sentence],
    *,
    limit: int = SAMPLE,
    on_word: Callable[[], None] | None = None,
) -> Gain | None:
    """What learning sentences saves on the last of them, each predicted before it is learned.

    Args:
        languages: The models.
        sentences: What was written, the oldest first.
        limit: How many words are measured at most.
        on_word: Called after each of them.

    Returns:
        What was found, None if there is no word.
    """
    first, measured = len(sentences), 0
    while first and measured < limit:
        first -= 1
        measured += len(sentences[first].words)
    learned = [_taught(sentence) for sentence in sentences]
    personal = Personal(languages.after, learned[:first], models=languages.models)
    spent = np.zeros(3, np.int64)
    for taught in learned[first:]:
        words = [languages.fold(form) for form in taught.words]
        for place, word in enumerate(words):
            if is_spelled(word):
                sources, read = languages.after(words[:place]), words[:place]
                found = [ranked(sources, word), ranked(personal.mixed(sources, read), word)]
                spent += [len(word) + 1, *(_keys(each, word) for each in found)]
            if on_word is not None:
                on_word()
        personal.add(taught)
    without, before, after = spent.tolist()
    if not without:
        return None
    return Gain(words=measured, before=1 - before / without, after=1 - after / without)


def _taught(sentence: Sentence) -> Taught:
    return Taught(sentence.words, sentence.language, sentence.time, frozenset(sentence.meant))


def _keys(found: Ranked | None, word: str) -> int:
    return len(word) + 1 if found is None else keys(found.ranks)[_AT_THREE]
