"""A model of sequences beside n-gram models: the same training, the same unseen sequences."""

import math
import time
from collections.abc import Callable, Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

import karussell as ka
from karussell.measure import count_ngrams, estimate
from karussell.sequences import Tokens
from karussell.text import Vocabulary

Sequences = Sequence[Sequence[Hashable]]
# Scores of all V + 1 things that may come next, before each token of a sequence and its end.
Reader = Callable[[list[int]], Iterable[NDArray[np.float32]]]

_EVERY = 10
_LONGEST_NGRAM = 5


def split(sequences: Sequences) -> tuple[list[Sequence[Hashable]], list[Sequence[Hashable]]]:
    """Nine tenths to train on and a tenth, every tenth sequence, that no model sees."""
    unseen = list(sequences[::_EVERY])
    return [each for number, each in enumerate(sequences) if number % _EVERY], unseen


def compare(
    what: str, sequences: Sequences, settings: ka.Settings | None = None
) -> ka.SequenceModel:
    """Train on nine tenths, and print how well the last tenth is predicted by each model.

    Tokens that training did not see twice count as mispredicted by all of them.
    """
    training, unseen = split(sequences)
    started = time.monotonic()
    model = ka.train(training, settings=settings)
    seconds = time.monotonic() - started
    console = Console(highlight=False)
    console.print(
        f"{what}: {len(training)} sequences of {sum(map(len, training)):,} tokens, "
        f"{len(model.tokens)} different ones; trained for {seconds:.0f} s"
    )
    table = Table("", "right at once", "among three", "perplexity")
    for name, reader in {
        "the commonest token": _ngrams(training, model.tokens, 1),
        "bigrams": _ngrams(training, model.tokens, 2),
        f"Kneser-Ney {_LONGEST_NGRAM}-grams": _ngrams(training, model.tokens, _LONGEST_NGRAM),
        "LSTM": _lstm(model),
    }.items():
        first, three, perplexity = _measure(reader, unseen, model.tokens)
        table.add_row(name, f"{first:.1%}", f"{three:.1%}", f"{perplexity:.2f}")
    console.print(table)
    return model


def _measure(reader: Reader, unseen: Sequences, tokens: Tokens) -> tuple[float, float, float]:
    ranks, losses = [], []
    for sequence in unseen:
        ids = [*tokens.ids(sequence), tokens.end]
        for target, log_probs in zip(ids, reader(ids), strict=True):
            losses.append(-float(log_probs[target]))
            known = log_probs[: tokens.predicted]
            better = int((known > log_probs[target]).sum())
            ranks.append(better if target != tokens.unknown else tokens.predicted)
    found = np.array(ranks)
    return float((found < 1).mean()), float((found < 3).mean()), math.exp(np.mean(losses))


def _lstm(model: ka.SequenceModel) -> Reader:
    def read(ids: list[int]) -> Iterable[NDArray[np.float32]]:
        stream = model.stream()
        for number in ids:
            yield np.log(np.array(list(stream.probabilities().values()), np.float32))
            stream.push(model.tokens.token(number))

    return read


def _ngrams(training: Sequences, tokens: Tokens, order: int) -> Reader:
    """Interpolated modified Kneser-Ney n-grams, none of them pruned."""
    names = Vocabulary(f"{number:06}" for number in range(tokens.predicted))
    ids = ([*tokens.ids(sequence), tokens.end] for sequence in training)
    model = estimate(count_ngrams(ids, names, order), (0,) * order)

    def read(ids: list[int]) -> Iterable[NDArray[np.float32]]:
        state = model.start()
        for number in ids:
            yield model.log_probs(state)
            state = model.step(state, number)

    return read
