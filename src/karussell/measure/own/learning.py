"""Reading what somebody wrote in order: each word is predicted, then its line is learned."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.decoder import Ranked, Source, model_sources, ranked
from karussell.measure.keystrokes import LISTS, SLOTS, keys
from karussell.model import LanguageModel, Reader
from karussell.personal import Personal, Taught
from karussell.text import is_spelled, sentences, written_words

# A word that nobody knows is looked for once so many letters were typed.
_TYPED = 2
_AT_THREE = LISTS.index(SLOTS)

_DTYPE = np.dtype(
    [
        ("letters", "i4"),
        ("keys", "i4", (2,)),
        ("first", "?", (2,)),
        ("uses", "i4"),
        ("offered", "?"),
    ]
)


class Prequential:
    """A model, as it is and with what it was taught.

    Lists of suggestions are the model's words alone, without those for errors: both have the same.

    Args:
        model: The model.
    """

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._reader = Reader(model)
        self._personal = Personal(self._base, models=[model])

    def forget(self) -> None:
        """Forget all that was taught."""
        self._personal.rebuild(())

    def _base(self, words: Sequence[str]) -> list[Source]:
        vocabulary = self._model.vocabulary
        log_probs = self._reader.log_probs(vocabulary.ids(words))
        return model_sources(vocabulary, log_probs, self._model.rare)

    def read(
        self,
        lines: Iterable[str],
        *,
        learn: bool = True,
        on_line: Callable[[], None] | None = None,
    ) -> NDArray[Any]:
        """What each word costs without and with what was taught before.

        Args:
            lines: Messages, one a line.
            learn: Whether each is learned once it was read.
            on_line: Called after each.

        Returns:
            A row for each word, structured: its ``letters`` and the space, the ``keys`` and whether
            it was the ``first`` suggestion (without, with); of a word that the model does not know
            how many ``uses`` came before, -1 of others, and whether it is ``offered`` after two
            letters, (W,).
        """
        rows: list[tuple[Any, ...]] = []
        language = self._model.card.language
        for line in lines:
            written = [written_words(sentence) for sentence in sentences(line)]
            for forms in written:
                rows += self._sentence(Taught(tuple(forms), language).folded)
            if learn:
                for forms in written:
                    self._personal.add(Taught(tuple(forms), language))
            if on_line is not None:
                on_line()
        return np.array(rows, _DTYPE)

    def _sentence(self, words: Sequence[str]) -> Iterable[tuple[Any, ...]]:
        for place, word in enumerate(words):
            if not is_spelled(word):
                continue
            before = words[:place]
            sources = self._base(before)
            frozen = ranked(sources, word)
            taught = ranked(self._personal.mixed(sources, before), word)
            both = frozen, taught
            new = frozen is None and len(word) > _TYPED
            uses = self._personal.knows(word) if new else -1
            offered = new and taught is not None and int(taught.ranks[_TYPED]) < SLOTS
            cost = tuple(_keys(each, word) for each in both)
            first = tuple(each is not None and int(each.ranks[0]) == 0 for each in both)
            yield len(word) + 1, cost, first, uses, offered


def _keys(found: Ranked | None, word: str) -> int:
    return len(word) + 1 if found is None else keys(found.ranks)[_AT_THREE]
