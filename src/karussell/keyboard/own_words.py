"""What a writer uses that no model offers by itself: words of their own, and withheld ones."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from karussell.decoder import Origin, Source, model_sources, own_source
from karussell.keyboard.place import recent
from karussell.model import LanguageModel
from karussell.text import fold, written_words

# Of the words a model does not know, the part that a writer has used shortly before: names and
# words of one's own come again and again (Church 2000: a second use is likelier than a first).
_LOG_AGAIN = math.log(0.5)
# More new words than a day's typing brings; all are looked at for each letter.
_MOST = 500
# Shorter words are slips more often than words, and save nothing; numbers seldom come again.
_LEAST_LETTERS = 3
# Longer runs of letters are no words: a key that was held, a sequence of genes.
_MOST_LETTERS = 60
# Texts whose words are remembered: a few for each of some dozen fields.
_TEXTS = 128


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Words that somebody used and a model does not offer by itself.

    Attributes:
        words: Those in no list of the model's, as they were written, by their folded form; the one
            used last is the last.
        withheld: The ids of those that the model withholds.
    """

    words: dict[str, str] = field(default_factory=dict)
    withheld: frozenset[int] = frozenset()


_NONE = OwnWords()


class KnownWords:
    """What a model offers by itself, and what it does once a writer has used other words.

    Texts whose words were asked for are remembered, so that another word costs little. Threads may
    share it.

    Args:
        model: The model.
        offensive: Whether it offers words that it withholds, too.
    """

    def __init__(self, model: LanguageModel, *, offensive: bool = False) -> None:
        self._model = model
        self._withheld = model.withheld[:0] if offensive else model.withheld
        self._withheld_ids = frozenset(self._withheld.tolist())
        self._lock = Lock()
        self._texts: dict[str, OwnWords] = {}

    def clear(self) -> None:
        """Forget all texts."""
        with self._lock:
            self._texts.clear()

    def beyond(self, written: Iterable[str]) -> list[str]:
        """Those of some words, as they were written, that the model does not offer by itself."""
        vocabulary, rare = self._model.vocabulary, self._model.rare.vocabulary
        found = []
        for form in written:
            word = fold(form)
            word_id = vocabulary.id(word)
            if word_id != vocabulary.unknown:
                new = word_id in self._withheld_ids
            else:
                long_enough = _LEAST_LETTERS <= len(word) <= _MOST_LETTERS
                new = long_enough and word[0].isalpha() and word not in rare
            if new:
                found.append(form)
        return found

    def used(self, new: Collection[str], before: OwnWords = _NONE) -> OwnWords:
        """A writer's own words once those that ``beyond`` found were used, too."""
        if not new:
            return before
        words, withheld = dict(before.words), set(before.withheld)
        for form in new:
            word = fold(form)
            word_id = self._model.vocabulary.id(word)
            if word_id != self._model.vocabulary.unknown:
                withheld.add(word_id)
            else:
                words.pop(word, None)
                words[word] = form
        for word in list(words)[:-_MOST]:
            del words[word]
        return OwnWords(words, frozenset(withheld))

    def in_text(self, text: str) -> OwnWords:
        """What the end of a text as it stands, a page or two, has of a writer's own."""
        text = recent(text)
        with self._lock:
            if (found := self._texts.get(text)) is not None:
                return found
            # No word and no emoticon reaches over white space: only the last is new.
            stripped = text.rstrip()
            cut = max(stripped.rfind(" "), stripped.rfind("\n")) + 1
            before = self._texts.get(text[:cut])
            added = self.beyond(written_words(text if before is None else text[cut:]))
            found = self._texts[text] = self.used(added, before or _NONE)
            if len(self._texts) > _TEXTS:
                del self._texts[next(iter(self._texts))]
            return found

    def sources(
        self, log_probs: NDArray[np.float32], text: OwnWords, learned: OwnWords
    ) -> list[Source]:
        """What candidates come from.

        Args:
            log_probs: ln P of each word of the network and of UNKNOWN, (V+1,).
            text: What stands in the text now.
            learned: What the writer was found to use before.
        """
        model = self._model
        shown = self._shown(log_probs, text.withheld | learned.withheld)
        sources = model_sources(model.vocabulary, shown, model.rare)
        elsewhere = {word: learned.words[word] for word in learned.words if word not in text.words}
        if number := len(text.words) + len(elsewhere):
            log_share = model.rare.log_new + _LOG_AGAIN - math.log(number)
            log_share += float(log_probs[model.vocabulary.unknown])
            for origin, words in (Origin.TEXT, text.words), (Origin.LEARNED, elsewhere):
                if words:
                    sources.append(own_source(origin, words, log_share))
        return sources

    def _shown(self, log_probs: NDArray[np.float32], used: frozenset[int]) -> NDArray[np.float32]:
        """Log probabilities (V+1,) in which no word that is withheld can be found."""
        hidden = np.setdiff1d(self._withheld, list(used)) if used else self._withheld
        if not len(hidden):
            return log_probs
        shown = log_probs.copy()
        shown[hidden] = -np.inf
        return shown
