"""How long a block remembers, and which words open and shut its gates."""

from collections import Counter

import msgspec
import numpy as np
from numpy.typing import NDArray

from karussell.lab.inside.reading import Reading

_LEAST_TIMES = 8
_SHOWN = 4
_FAR = 30


class GateWords(msgspec.Struct, frozen=True, kw_only=True):
    """What a gate does on average, and at which words.

    Attributes:
        mean: How far it is open on average, 0 to 1.
        open: The common words at which it is open widest, and how far.
        shut: Those at which it is open least, and how far.
    """

    mean: float
    open: dict[str, float]
    shut: dict[str, float]


def half_lives(reading: Reading) -> NDArray[np.float64]:
    """After how many words half of what each block holds is forgotten, by its forget gates (B,).

    What a block keeps is the product of its gates: their geometric mean counts.
    """
    logs = np.log(np.clip(reading.kept.astype(np.float32), 1e-4, 1)).mean(axis=0, dtype=np.float64)
    found: NDArray[np.float64] = np.log(0.5) / np.minimum(logs, -1e-6)
    return found


def lasts(reading: Reading, cell: int) -> float:
    """How many words lie between two values of a cell that still go together with 0.5.

    It is measured within sentences, without what the place alone tells, at most 30 words apart.
    """
    place = np.minimum(reading.position, _FAR - 1)
    values = reading.cell[:, cell].astype(np.float64)
    count = np.maximum(np.bincount(place, minlength=_FAR), 1)
    values -= (np.bincount(place, values, _FAR) / count)[place]
    before = 1.0
    for lag in range(1, _FAR):
        later = np.flatnonzero(reading.position >= lag)
        one, two = values[later - lag], values[later]
        spread = np.sqrt((one @ one) * (two @ two))
        now = float(one @ two / spread) if spread > 0 else 0.0
        if now < 0.5:
            return lag - 1 + (before - 0.5) / (before - now)
        before = now
    return float(_FAR)


def gate_words(reading: Reading, block: int) -> dict[str, GateWords]:
    """At which words a block writes, keeps and is read most and least, by gate."""
    words = reading.words
    counts = Counter(words)
    common = [word for word, count in counts.items() if count >= _LEAST_TIMES]
    number = {word: at for at, word in enumerate(common)}
    rows = np.array([number.get(word, -1) for word in words])
    there = rows >= 0
    found = {}
    for name, gate in (("wrote", reading.wrote), ("kept", reading.kept), ("read", reading.read)):
        values = gate[:, block].astype(np.float64)
        sums = np.bincount(rows[there], values[there], len(common))
        means = sums / np.maximum(np.bincount(rows[there], minlength=len(common)), 1)
        order = means.argsort(kind="stable")
        found[name] = GateWords(
            mean=float(values.mean()),
            open={common[at]: round(float(means[at]), 3) for at in order[::-1][:_SHOWN]},
            shut={common[at]: round(float(means[at]), 3) for at in order[:_SHOWN]},
        )
    return found
