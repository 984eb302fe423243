"""How good a model is at text it never saw.

The declared choices: three suggestions, shown before the first letter; picking one is one key and
brings its space; case folded, punctuation stripped; each line a message of its own, read sentence
by sentence as the keyboard reads it.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from karussell.decoder import candidates
from karussell.errors import TextError
from karussell.measure.keystrokes import SLOTS, Keystrokes
from karussell.measure.letters import LetterModel
from karussell.measure.tally import Measured, Tally
from karussell.text import Vocabulary, sentences, words

_State = TypeVar("_State")
# exp of more would overflow; no model that means it is so wrong.
_MOST_NATS = 700.0


class WordModel(Protocol[_State]):
    """What can be evaluated: a ``LanguageModel``, or a baseline."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The V words."""
        ...

    @property
    def counts(self) -> NDArray[np.uint32]:
        """How often each word, and UNKNOWN, stood in the training text, (V+1,)."""
        ...

    def start(self) -> _State:
        """The state before the first word of a sentence."""
        ...

    def step(self, state: _State, word_id: int) -> _State:
        """The state after one more word."""
        ...

    def log_probs(self, state: _State) -> NDArray[np.float32]:
        """The natural log of P(word) for every word and for UNKNOWN, (V+1,)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds for one word's step, all scores and three suggestions."""

    median: float
    p99: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was measured on a text.

    Attributes:
        lines: Messages.
        words: Words W, known or not.
        keystroke_savings: 1 - keys with suggestions / keys without, 0..1.
        keystroke_savings_ceiling: The same if every word were picked before its first letter.
        recall_at_1: Part of the words that were the first suggestion before their first letter.
        recall_at_3: Part of the words that were among three.
        perplexity: exp of the mean -ln P(word), an unknown word counted as UNKNOWN.
        bits_per_character: Bits of the whole text per letter or space; unknown words are spelled,
            so that models with different vocabularies can be compared.
        unknown_rate: Part of the words that are not in the vocabulary.
        latency_ms: How long a word took.
    """

    lines: int
    words: int
    keystroke_savings: float
    keystroke_savings_ceiling: float
    recall_at_1: float
    recall_at_3: float
    perplexity: float
    bits_per_character: float
    unknown_rate: float
    latency_ms: Latency

    @classmethod
    def of(cls, tally: Tally) -> "Evaluation":
        """The figures that follow from what was measured on a text, or on several together.

        Raises:
            TextError: If there are no words.
        """
        measured = tally.measured
        words = len(measured)
        if not words:
            raise TextError("the text has no words, expected at least one to evaluate")
        characters = int(measured["letters"].sum()) + words
        median, p99 = np.percentile(measured["seconds"], [50, 99]) * 1000
        rank = measured["rank"]
        return cls(
            lines=tally.lines,
            words=words,
            keystroke_savings=1 - int(measured["keys"].sum()) / characters,
            keystroke_savings_ceiling=1 - words / characters,
            recall_at_1=float((rank == 0).mean()),
            recall_at_3=float(((rank >= 0) & (rank < SLOTS)).mean()),
            perplexity=math.exp(min(float(measured["nats"].mean()), _MOST_NATS)),
            bits_per_character=float(measured["bits"].sum()) / characters,
            unknown_rate=float(1 - measured["known"].mean()),
            latency_ms=Latency(median=float(median), p99=float(p99)),
        )


def evaluate(
    model: WordModel[_State],
    lines: Iterable[str],
    *,
    on_line: Callable[[], None] | None = None,
) -> Evaluation:
    """Measure a model on a text.

    Args:
        model: A ``LanguageModel`` or a baseline.
        lines: The text, one message a line.
        on_line: Called after each line, for a progress bar.

    Raises:
        TextError: If there are no words.
    """
    return Evaluation.of(measure(model, lines, on_line=on_line))


def measure(
    model: WordModel[_State],
    lines: Iterable[str],
    *,
    on_line: Callable[[], None] | None = None,
) -> Tally:
    """What ``evaluate`` measures, word by word; the tallies of several texts can be added.

    Args:
        model: A ``LanguageModel`` or a baseline.
        lines: The text, one message a line.
        on_line: Called after each line.
    """
    keystrokes = Keystrokes(model.vocabulary)
    letters = LetterModel(model.vocabulary, model.counts)
    read = 0
    measured: list[Measured] = []
    for line in lines:
        for sentence in sentences(line):
            for word, log_probs, seconds in _predictions(model, words(sentence)):
                measured.append(_measured(word, log_probs, seconds, keystrokes, letters))
        read += 1
        if on_line is not None:
            on_line()
    return Tally.of(read, measured)


def _predictions(
    model: WordModel[_State], sentence: list[str]
) -> Iterator[tuple[str, NDArray[np.float32], float]]:
    """Each word, what was expected in its place, and the seconds that took."""
    state = model.start()
    vocabulary = model.vocabulary
    previous: int | None = None
    for word in sentence:
        begin = perf_counter()
        if previous is not None:
            state = model.step(state, previous)
        log_probs = model.log_probs(state)
        candidates(log_probs, vocabulary, "", SLOTS)
        seconds = perf_counter() - begin
        previous = vocabulary.id(word)
        yield word, log_probs, seconds


def _measured(
    word: str,
    log_probs: NDArray[np.float32],
    seconds: float,
    keystrokes: Keystrokes,
    letters: LetterModel,
) -> Measured:
    """One word against what was expected."""
    word_id = keystrokes.vocabulary.id(word)
    known = word_id != keystrokes.vocabulary.unknown
    ranks = keystrokes.ranks(log_probs, word_id) if known else None
    nats = -float(log_probs[word_id])
    return Measured(
        known=known,
        letters=len(word),
        keys=len(word) + 1 if ranks is None else keystrokes.keys(ranks),
        rank=-1 if ranks is None else int(ranks[0]),
        nats=nats,
        bits=nats / math.log(2) + (0.0 if known else letters.bits(word)),
        seconds=seconds,
    )
