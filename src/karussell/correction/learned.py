"""What was learned about words that were typed right and wrong: a network, and thresholds."""

import itertools
import math
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from itertools import starmap
from operator import mul
from pathlib import Path

import msgspec

from karussell.correction.carried import carried

VERDICTS = Path(__file__).parent / "packaged" / "verdict.json"
"""The file that the package carries, made by ``python -m recipes.verdict``."""

ANY_LANGUAGE = "und"
"""Under this tag stand the thresholds of a language of which nothing was learned."""

FEATURES = (
    "margin",
    "log channel",
    "log prob",
    "over the next",
    "letters",
    "literal log channel",
    "literal log prob",
    "posterior",
    "letters more",
    "two words",
    "apostrophe or accent",
    "capital",
    "foreign before",
    "same first letter",
    "from the network",
    "network",
    "rare",
    "known",
    "foreign",
    "unknown",
)
"""What a verdict looks at; the last ones say what is known about the word."""

# No weight comes near this.
_LARGEST = 1e6
# Evidence farther from the usual than so many deviations says no more.
_FAR = 5.0
_LEAST_SCORE = -700.0


class Kind(StrEnum):
    """What is known about a word that was typed."""

    NETWORK = "network"
    """The network knows it."""
    RARE = "rare"
    """It is one of the model's rare words."""
    KNOWN = "known"
    """People are known to write it in this language."""
    FOREIGN = "foreign"
    """They are known to write it in another one."""
    UNKNOWN = "unknown"
    """Nothing is."""


class Network(msgspec.Struct, frozen=True):
    """A perceptron with one hidden layer, H units of it.

    Attributes:
        means: What is usual for each feature.
        deviations: How much each usually deviates.
        hidden: H rows of a weight for each feature.
        hidden_bias: H.
        out: H.
        out_bias: One.
    """

    means: tuple[float, ...]
    deviations: tuple[float, ...]
    hidden: tuple[tuple[float, ...], ...]
    hidden_bias: tuple[float, ...]
    out: tuple[float, ...]
    out_bias: float

    def __post_init__(self) -> None:
        """Refuse sizes that do not go together, and numbers that no training gives.

        Raises:
            ValueError: If there are any.
        """
        units, rows = len(self.hidden_bias), (self.means, self.deviations, *self.hidden)
        if {len(row) for row in rows} != {len(FEATURES)} or not (
            units == len(self.hidden) == len(self.out)
        ):
            raise ValueError(f"a network of {len(FEATURES)} features and {units} units has others")
        numbers = (*itertools.chain(*rows, self.hidden_bias, self.out), self.out_bias)
        if max(map(abs, numbers)) > _LARGEST or min(self.deviations) < 1 / _LARGEST:
            raise ValueError(f"a number is not within {_LARGEST:g}, or a deviation not positive")

    def probability(self, features: Sequence[float]) -> float:
        """What it makes of some evidence, 0..1.

        Args:
            features: The values of ``FEATURES``.
        """
        rows = zip(features, self.means, self.deviations, strict=True)
        inputs = [(value - mean) / deviation for value, mean, deviation in rows]
        if max(inputs) > _FAR or min(inputs) < -_FAR:
            inputs = [min(_FAR, max(-_FAR, value)) for value in inputs]
        units = [
            max(0.0, bias + sum(map(mul, weights, inputs)))
            for weights, bias in zip(self.hidden, self.hidden_bias, strict=True)
        ]
        score = self.out_bias + sum(starmap(mul, zip(self.out, units, strict=True)))
        return 1 / (1 + math.exp(-max(_LEAST_SCORE, score)))


class Side(msgspec.Struct, frozen=True):
    """What was learned for one way to type.

    Attributes:
        network: Of all languages.
        thresholds: For each language, and for any other, the probability from which on each part
            of the words typed right would be changed.
        doubtful: The same of doubtful words, of which a fifth as many may be; {} where they are as
            good as any.
    """

    network: Network
    thresholds: dict[str, tuple[float, ...]]
    doubtful: dict[str, tuple[float, ...]] = {}

    def __post_init__(self) -> None:
        """Refuse thresholds that leave a language without any.

        Raises:
            ValueError: If they do.
        """
        for values in filter(None, (self.thresholds, self.doubtful)):
            if ANY_LANGUAGE not in values:
                raise ValueError(f"thresholds of {ANY_LANGUAGE} are missing")

    def of(self, language: str, *, doubtful: bool = False) -> tuple[float, ...]:
        """The thresholds of a language, or of the doubtful words of it."""
        values = (doubtful and self.doubtful) or self.thresholds
        return values.get(language, values[ANY_LANGUAGE])


class Parameters(msgspec.Struct, frozen=True):
    """What was learned, for letters alone and for taps.

    Attributes:
        damage: Parts of the words typed right that may be changed, descending.
        letters: Of letters.
        taps: Of taps.
    """

    damage: tuple[float, ...]
    letters: Side
    taps: Side

    def __post_init__(self) -> None:
        """Refuse thresholds of other parts than those named.

        Raises:
            ValueError: If there are any.
        """
        for side in (self.letters, self.taps):
            for values in (*side.thresholds.values(), *side.doubtful.values()):
                if len(values) != len(self.damage):
                    raise ValueError(f"{len(values)} thresholds for {len(self.damage)} parts")


@cache
def packaged_parameters() -> Parameters:
    """What the package carries."""
    with carried(VERDICTS) as data:
        return msgspec.json.decode(data, type=Parameters)
