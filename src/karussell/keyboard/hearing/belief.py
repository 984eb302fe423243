r"""In which of several languages a text is written, word by word.

A hidden Markov chain: its states are the languages, and whether the writer keeps to one or mixes
them. What each language says of a word is how often it stands in that model's training text. That
tells as much as the networks do (7.29 nats a word of mixed English and German either way), and
follows from the words alone, whatever each network has read.
"""

import math
from collections.abc import Sequence

from karussell.correction import NEW_LETTER
from karussell.model import LanguageModel

Belief = tuple[tuple[float, ...], ...]
"""P(state) before a word: for each way of switching one of each language."""

# P(another language at the next word) of who keeps to one, and of who mixes them; both side by side
# lose nothing on text of one language and win on mixed text.
_SWITCHING = (0.01, 0.12)
# P(writing so) of each.
_WRITERS = (0.8, 0.2)
# P(another language at the next sentence) of either.
_NEXT_SENTENCE = 0.2
# P(the way of switching is another from here on).
_RESTLESS = 0.01
# Words whose evidence is kept.
_MOST = 5000


class Listener:
    """What follows from words for the language they are written in.

    Args:
        models: What knows the languages, one or more.
    """

    def __init__(self, models: Sequence[LanguageModel]) -> None:
        self._models = models
        self._totals = [float(sum(model.views["counts"])) for model in models]
        self._known: dict[str, tuple[float, ...]] = {}

    def clear(self) -> None:
        """Forget the words that were heard."""
        self._known.clear()

    def start(self) -> Belief:
        """What is believed before anything is said."""
        languages = len(self._models)
        return tuple((part / languages,) * languages for part in _WRITERS)

    def after(self, belief: Belief, word: str) -> Belief:
        """What is believed before the word after this one."""
        return self._switched(self._heard(belief, word), _SWITCHING)

    def next_sentence(self, belief: Belief) -> Belief:
        """What is believed at the start of another sentence."""
        return self._switched(belief, (_NEXT_SENTENCE,) * len(_SWITCHING))

    def shares(self, belief: Belief, word: str = "") -> tuple[float, ...]:
        """P(language) of each model.

        Args:
            belief: What is believed before a word.
            word: The word, folded, if it is known: its own language then.
        """
        if word:
            belief = self._heard(belief, word)
        return tuple(map(sum, zip(*belief, strict=True)))

    def _heard(self, belief: Belief, word: str) -> Belief:
        evidence = self._evidence(word)
        weighed = [[p * e for p, e in zip(row, evidence, strict=True)] for row in belief]
        total = sum(map(sum, weighed))
        return tuple(tuple(p / total for p in row) for row in weighed)

    def _switched(self, belief: Belief, rates: Sequence[float]) -> Belief:
        others = len(self._models) - 1
        if not others:
            return belief
        rows = []
        for row, rate in zip(belief, rates, strict=True):
            total = sum(row)
            rows.append([(1 - rate) * p + rate * (total - p) / others for p in row])
        columns = [sum(column) for column in zip(*rows, strict=True)]
        return tuple(
            tuple(
                (1 - _RESTLESS) * p + _RESTLESS * part * q
                for p, q in zip(row, columns, strict=True)
            )
            for part, row in zip(_WRITERS, rows, strict=True)
        )

    def _evidence(self, word: str) -> tuple[float, ...]:
        """P(word) of each model, but for a factor."""
        if (found := self._known.get(word)) is None:
            logs = [self._log_prob(number, word) for number in range(len(self._models))]
            most = max(logs)
            found = tuple(math.exp(log - most) for log in logs)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[word] = found
        return found

    def _log_prob(self, number: int, word: str) -> float:
        """The ln P of a word of a language; of numbers and emoji it says nothing."""
        if not any(map(str.isalpha, word)):
            return 0.0
        model, total = self._models[number], self._totals[number]
        vocabulary, rare = model.vocabulary, model.rare
        word_id = vocabulary.id(word)
        log_prob = math.log((float(model.views["counts"][word_id]) + 1) / (total + 1))
        if word_id != vocabulary.unknown:
            return log_prob
        if (rare_id := rare.vocabulary.id(word)) != rare.vocabulary.unknown:
            return log_prob + float(rare.scores[rare_id])
        return log_prob + rare.log_new + NEW_LETTER * (len(word) + 1)
