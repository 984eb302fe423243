"""Which block remembers what: chosen on one half of the texts, tested on the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from karussell.lab.inside.features import Feature
from karussell.lab.inside.reading import Reading
from karussell.lab.inside.scores import (
    area,
    by_all_cells,
    by_last_word,
    correlation,
    correlations,
    places,
    shuffled,
    strengths,
)
from karussell.lab.inside.swaps import Swapped
from karussell.lab.inside.times import GateWords

_LEAST = 20
_SHUFFLES = 200
# So many standard deviations from chance by shuffling: one in 30,000, for dozens of features.
_SURE = 4.0
_CLEAR_AREA, _CLEAR_CORRELATION, _CLEAR_SWAP = 0.8, 0.6, 0.75

Values = NDArray[np.float64]
Rows = NDArray[np.bool_]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The block that knows a feature best.

    Attributes:
        feature: What it knows.
        kind: What the feature is about.
        is_number: Whether the feature is a number; then scores are correlations, and else areas
            under the ROC curve: 0.5 is chance and 1 is always right.
        layer: The block's layer, from 1.
        block: Its number in the layer, from 1.
        cell: The cell's number in the block, from 1.
        sign: 1 if the cell holds more for a yes, -1 if less.
        chosen: The score where it was chosen.
        score: The score in the other half, at words of the same place in their sentences.
        chance: The standard deviation of that score if sentences have each other's features.
        last_word: What the last word alone would score.
        all_cells: What all cells together score.
        words: In how many words it was tested.
        yes: How many of them are a yes.
        swapped: What became of the cell when the feature's words were taken away or changed.
        half_life: After how many words half of what it holds is forgotten, by its gates.
        lasts: How many words lie between two values that still go together with 0.5.
        gates: Which words open and shut its gates.
    """

    feature: str
    kind: str
    is_number: bool
    layer: int
    block: int
    cell: int
    sign: int
    chosen: float
    score: float
    chance: float
    last_word: float
    all_cells: float
    words: int
    yes: int
    half_life: float
    lasts: float
    gates: dict[str, GateWords]
    swapped: Swapped | None = None

    @property
    def sure(self) -> bool:
        """Whether chance does not score like this."""
        return self.score - (0 if self.is_number else 0.5) > _SURE * self.chance

    @property
    def clear(self) -> bool:
        """Whether this one block can be called by the feature's name."""
        needed = _CLEAR_CORRELATION if self.is_number else _CLEAR_AREA
        moved = self.swapped is None or self.swapped.as_told >= _CLEAR_SWAP
        return self.sure and self.score >= needed and moved


class Census(msgspec.Struct, frozen=True, kw_only=True):
    """Of how many cells one can say what they remember.

    Attributes:
        cells: How many there are.
        named: How many know some feature clearly in the half where it was not chosen, by kind.
        by_chance: How many do if sentences have each other's features.
    """

    cells: int
    named: dict[str, int]
    by_chance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A feature and the cell that knows it best, before its times and gates are known."""

    feature: Feature
    cell: int
    sign: int
    scores: dict[str, float]
    words: int
    yes: int


class Search:
    """The cells that go with features of the sentences that were read.

    Args:
        reading: What was read.
        features: What is looked for.
        seed: What the shuffles are drawn from.
    """

    def __init__(self, reading: Reading, features: Sequence[Feature], seed: int = 1) -> None:
        self._reading = reading
        self._at = places(reading.position)
        self._halves = reading.halves()
        self._random = np.random.default_rng(seed)
        self._told = {}
        # What chance scores is found by giving sentences each other's features: where they are the
        # same few again and again, any cell that knows a place in them would seem to know more.
        if len({sentence.words for sentence in reading.sentences}) < _LEAST:
            return
        for feature in features:
            values = np.concatenate([feature.values(each) for each in reading.sentences])
            if all(self._enough(feature, values[half]) for half in self._halves):
                self._told[feature] = values

    @property
    def features(self) -> tuple[Feature, ...]:
        """Those that the texts tell often enough to be looked for."""
        return tuple(self._told)

    @staticmethod
    def _enough(feature: Feature, values: Values) -> bool:
        told = values[~np.isnan(values)]
        if feature.is_number:
            return len(told) >= _LEAST and bool(np.ptp(told) > 0)
        return bool(min((told == 1).sum(), (told == 0).sum()) >= _LEAST)

    def best(self, feature: Feature) -> Chosen:
        """The cell that knows a feature best in the first half, tested in the second."""
        values = self._told[feature]
        first, second = (half & ~np.isnan(values) for half in self._halves)
        cells = self._reading.cell
        at = np.zeros_like(self._at) if feature.of_position else self._at
        found = correlations(cells[first], values[first], at[first])
        cell = int(np.abs(found).argmax())
        sign = 1 if found[cell] >= 0 else -1
        column = sign * cells[:, cell].astype(np.float64)
        score = correlation if feature.is_number else area
        told = values[second], at[second]
        ids = self._reading.ids
        return Chosen(
            feature=feature,
            cell=cell,
            sign=sign,
            scores={
                "chosen": score(column[first], values[first], at[first]),
                "score": score(column[second], *told),
                "chance": self._chance(feature, score, column, at),
                "last_word": score(by_last_word(ids, values, first, second), *told),
                "all_cells": score(by_all_cells(cells, values, at, first, second), *told),
            },
            words=int(second.sum()),
            yes=0 if feature.is_number else int(values[second].sum()),
        )

    def _chance(
        self,
        feature: Feature,
        score: Callable[[Values, Values, NDArray[np.int64]], float],
        column: Values,
        at: NDArray[np.int64],
    ) -> float:
        """How far the score strays, held-out half, if the feature says nothing."""
        half = np.flatnonzero(self._halves[1])
        begins = self._begins(half)
        make = shuffled(self._told[feature][half], begins, self._random, not feature.of_position)
        scores = []
        for _ in range(_SHUFFLES):
            values = make()
            told = ~np.isnan(values)
            scores.append(score(column[half[told]], values[told], at[half[told]]))
        return float(np.std(scores))

    def _begins(self, half: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where in a half its sentences begin, and its end."""
        return np.append(np.flatnonzero(self._reading.position[half] == 0), len(half))

    def census(self) -> Census:
        """Look for each cell what it knows best, on one half, and test it on the other."""
        known = list(self._told)
        if not known:
            return Census(cells=self._reading.cell.shape[1], named={}, by_chance=0)
        first, second = self._halves
        by_halves = [np.stack([self._strength(f, self._told[f], h) for f in known])
                     for h in (first, second)]  # fmt: skip
        half = np.flatnonzero(second)
        chance = np.stack([self._strength_by_chance(feature, half) for feature in known])
        best = np.abs(by_halves[0]).argmax(axis=0)
        cells = np.arange(best.size)
        sign = np.sign(by_halves[0][best, cells])
        needed = np.array([_CLEAR_CORRELATION if f.is_number else 2 * _CLEAR_AREA - 1
                           for f in known])[best]  # fmt: skip
        clear = sign * by_halves[1][best, cells] >= needed
        named: dict[str, int] = {}
        for feature in best[clear]:
            named[known[feature].kind] = named.get(known[feature].kind, 0) + 1
        by_chance = int((sign * chance[best, cells] >= needed).sum())
        return Census(cells=int(best.size), named=named, by_chance=by_chance)

    def _strength(self, feature: Feature, values: Values, half: Rows) -> Values:
        """How strongly, and to which side, each cell goes with a feature in a half."""
        rows = half & ~np.isnan(values)
        at = np.zeros_like(self._at) if feature.of_position else self._at
        found = correlations(self._reading.cell[rows], values[rows], at[rows])
        return np.sign(found) * strengths(found, values[rows], feature.is_number)

    def _strength_by_chance(self, feature: Feature, half: NDArray[np.int64]) -> Values:
        values = np.full(len(self._reading.ids), np.nan)
        begins, own = self._begins(half), self._told[feature][half]
        values[half] = shuffled(own, begins, self._random, not feature.of_position)()
        return self._strength(feature, values, self._halves[1])
