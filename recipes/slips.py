"""Which words of a text are slips of other words: a test that learns from known misspellings.

    python -m recipes.slips DATA

DATA is the folder of the recipes, with ``lexicon/``. Of its misspellings those whose CRC is even
are learned from; the others say how well the test knows slips that it never saw. It is a logistic
regression on how a word differs from one many times as frequent, and on where both are written.
"""

import argparse
import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from karussell.text import LetterModel, Vocabulary, fold, read_lines
from recipes.edits import differences, shortened

COEFFICIENTS = Path(__file__).parent / "slips.json"
# A word is looked at if it was seen so often, beside words at least so many times as frequent.
_LEAST, _TIMES = 6, 3
# Words that others may be slips of; two letters may differ in those of six letters and more.
_COMMON, _LONG = 60, 6
_MOST = 6
# The smallest frequency that a list of words tells apart.
_FLOOR = 5e-9
_SPELLED = 15_000


def is_learned(typo: str) -> bool:
    """Whether a misspelling is among those that are learned from."""
    return zlib.crc32(typo.encode()) % 2 == 0


def read_misspellings(data: Path) -> dict[str, list[str]]:
    """What each known misspelling stands for, all folded; none without a list."""
    path = data / "lexicon" / "misspellings_codespell.tsv.xz"
    lines = read_lines(path) if path.exists() else iter(())
    pairs = (line.split("\t") for line in lines)
    return {fold(typo): [fold(each.strip()) for each in right.split("|")] for typo, right in pairs}


def read_frequencies(data: Path, language: str) -> dict[str, float]:
    """How frequent words are elsewhere; none of a language without a list."""
    path = data / "lexicon" / f"wordfreq_{language}.tsv.xz"
    lines = read_lines(path) if path.exists() else iter(())
    pairs = (line.split("\t") for line in lines)
    return {word: float(frequency) for word, frequency in pairs}


@dataclass(frozen=True)
class Text:
    """How often folded words stand in the sources of a text.

    Attributes:
        sources: The counts of each source, n of them.
        frequencies: How frequent words are elsewhere.
        capitals: How often each word stood inside a sentence with a capital.
        insides: How often it stood inside one at all.
        slip_rates: How many of a source's words are slips, but for a factor, (n,).
    """

    sources: Sequence[Counter[str]]
    frequencies: Mapping[str, float]
    capitals: Counter[str] = field(default_factory=Counter)
    insides: Counter[str] = field(default_factory=Counter)
    slip_rates: Sequence[float] = ()

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each word stands in all of them."""
        total: Counter[str] = Counter()
        for source in self.sources:
            total.update(source)
        return total

    @cached_property
    def _sizes(self) -> NDArray[np.float64]:
        return np.array([source.total() for source in self.sources], float)

    @cached_property
    def _common(self) -> list[str]:
        return sorted(
            word
            for word, count in self.counts.items()
            if count >= _COMMON and len(word) > 1 and word.replace("'", "").isalpha()
        )

    @cached_property
    def _letters(self) -> LetterModel:
        often = sorted(self._common, key=lambda word: (-self.counts[word], word))
        return LetterModel(Vocabulary(sorted(often[:_SPELLED])))

    @cached_property
    def _shortened(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._common:
            for short in shortened(word, 1 if len(word) < _LONG else 2):
                found[short].append(word)
        return found

    def meant(self, word: str) -> list[str]:
        """The words that one may be a slip of, the likeliest first."""
        edits = 1 if len(word) < _LONG else 2
        least = _TIMES * self.counts[word]
        near = {
            right for short in shortened(word, edits) for right in self._shortened.get(short, ())
        }
        found: list[tuple[float, str]] = []
        for right in near:
            if right == word or self.counts[right] < least:
                continue
            kinds = differences(word, right)
            if len(kinds) <= (edits if len(right) >= _LONG else 1):
                first = any(place == 0 for _, place in kinds)
                found.append((math.log(self.counts[right]) - 4.5 * len(kinds) - 2 * first, right))
        return [right for _, right in sorted(found, reverse=True)[:_MOST]]

    def features(self, word: str, right: str) -> list[float]:
        """What says whether a word is a slip of another, in the order of ``FEATURES``."""
        kinds = differences(word, right)
        names = [name for name, _ in kinds]
        if sorted(names) == ["doubled", "undoubled"]:
            names = ["undoubled"]  # the wrong one of two letters stands twice: one mistake
        places = [place for name, place in kinds if name != "swap"]
        mine, theirs = (self.frequencies.get(each, _FLOOR) for each in (word, right))
        lean, weight = self._lean(word, right)
        return [
            *(float(names.count(kind)) for kind in _KINDS),
            float(len(names) > 1),
            float(any(place == 0 for _, place in kinds)),
            float(any(place >= len(word) - 3 for place in places)),
            math.log((self.counts[right] + 1) / (self.counts[word] + 1)),
            math.log(theirs / mine),
            float(word not in self.frequencies),
            math.log(mine / _FLOOR),
            math.log((self.capitals[word] + 0.1) / (self.insides[word] + 0.2)),
            math.log(len(word)),
            -self._letters.bits(word) / (len(word) + 1),
            lean,
            weight,
        ]

    def _lean(self, word: str, right: str) -> tuple[float, float]:
        """How far a word stands where slips do, rather than where the other does: a use, in all."""
        if not len(self.slip_rates):
            return 0.0, 0.0
        mine, theirs = (np.array([each[name] for each in self.sources]) for name in (word, right))
        theirs = theirs + 0.5 * self._sizes / self._sizes.sum()
        slips = theirs * np.array(self.slip_rates)
        evidence = float(mine @ np.log(slips / slips.sum() / (theirs / theirs.sum())))
        return evidence / (mine.sum() + 2), float(np.clip(evidence, -10, 10))


_KINDS = ("vowel", "letter", "missing", "undoubled", "doubled", "extra", "swap", "apostrophe")
FEATURES = (
    *_KINDS,
    "two edits",
    "first letter",
    "near the end",
    "times as frequent",
    "times as frequent elsewhere",
    "never elsewhere",
    "frequent elsewhere",
    "with a capital",
    "length",
    "spelled as words are",
    "where slips are, per use",
    "where slips are",
)


class SlipTest(msgspec.Struct, frozen=True):
    """The probability that a word is a slip of another.

    Attributes:
        weights: One for each of ``FEATURES``.
        bias: Added to their sum.
    """

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def read(cls) -> "SlipTest":
        """The test that was learned."""
        return msgspec.json.decode(COEFFICIENTS.read_bytes(), type=cls)

    @classmethod
    def learn(cls, text: Text, misspellings: Mapping[str, Sequence[str]]) -> "SlipTest":
        """Learn it from the misspellings in a text that are to be learned from."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.preprocessing import StandardScaler

        rows, slips, weights = [], [], []
        for word in candidates(text):
            if not is_learned(word):
                continue
            meant = text.meant(word)
            if word in misspellings:
                meant = [right for right in meant if right in misspellings[word]]
            for right in meant:
                rows.append(text.features(word, right))
                slips.append(word in misspellings)
                weights.append(1.0 if word in misspellings else 1 / len(meant))
        scale = StandardScaler().fit(rows)
        fitted = LogisticRegression(max_iter=3000).fit(scale.transform(rows), slips, weights)
        scaled = fitted.coef_[0] / scale.scale_
        bias = float(fitted.intercept_[0] - scaled @ scale.mean_)
        return cls(tuple(round(float(each), 5) for each in scaled), round(bias, 5))

    def probabilities(self, text: Text, words: Iterable[str]) -> dict[str, tuple[float, str]]:
        """For each word that may be one how probable it is, and of which word it is a slip."""
        found = {}
        for word in words:
            rated = [(self._of(text.features(word, right)), right) for right in text.meant(word)]
            if rated:
                found[word] = max(rated)
        return found

    def _of(self, features: Sequence[float]) -> float:
        score = self.bias + sum(map(float.__mul__, self.weights, features))
        return 1 / (1 + math.exp(-score))


def candidates(text: Text) -> list[str]:
    """The words that are looked at, sorted."""
    return sorted(
        word
        for word, count in text.counts.items()
        if count >= _LEAST and len(word) > 1 and word.replace("'", "").isalpha()
    )


def slip_rates(sources: Sequence[Counter[str]], slips: Iterable[str]) -> list[float]:
    """How many of a thousand words of each source are among known slips, at least one of all."""
    listed = list(slips)
    return [
        1000 * (sum(source[word] for word in listed) + 1) / source.total() for source in sources
    ]


def main(arguments: list[str] | None = None) -> None:
    """Learn the test from the English text, and write its coefficients."""
    from recipes.refine import counted_text

    parser = argparse.ArgumentParser(prog="python -m recipes.slips", description=__doc__)
    parser.add_argument("data", type=Path)
    options = parser.parse_args(arguments)
    text, _ = counted_text("en", options.data)
    test = SlipTest.learn(text, read_misspellings(options.data))
    COEFFICIENTS.write_bytes(msgspec.json.format(msgspec.json.encode(test), indent=1))
    for name, weight in zip(FEATURES, test.weights, strict=True):
        print(f"{weight:8.3f}  {name}")


if __name__ == "__main__":
    main()
