"""The long time lag among symbols that are all to be predicted: experiments 2a and 2b of 1997."""

from dataclasses import dataclass

import numpy as np

from karussell.lab.streams import Streams, one_hot


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSymbol:
    """What comes next? Experiments 2a and 2b of 1997.

    One of two symbols, p - 1 others, and the first one again. After each the next is asked.

    Attributes:
        lag: p.
        shuffled: Whether what stands between is drawn (2b), or always the same (2a).
    """

    lag: int
    shuffled: bool

    @property
    def inputs(self) -> int:
        """A unit for each of p + 1 symbols."""
        return self.lag + 1

    @property
    def outputs(self) -> int:
        """As many."""
        return self.lag + 1

    @property
    def longest(self) -> int:
        """All but the last symbol, which is only asked for."""
        return self.lag

    def draw(self, rng: np.random.Generator, count: int, networks: int) -> Streams:
        """M sequences for each of K networks."""
        between = self.lag - 1
        kinds = np.empty((count, self.lag + 1, networks), np.intp)
        kinds[:, 0] = kinds[:, -1] = between + rng.integers(0, 2, (count, networks))
        kinds[:, 1:-1] = np.arange(between)[:, None]
        if self.shuffled:
            kinds[:, 1:-1] = rng.integers(0, between, (count, between, networks))
        symbols = one_hot(kinds, self.inputs)
        begins = np.zeros((count, self.lag, networks), np.float32)
        begins[:, 0] = 1
        flat = (count * self.lag, self.inputs, networks)
        return Streams(
            x=np.ascontiguousarray(symbols[:, :-1]).reshape(flat),
            targets=np.ascontiguousarray(symbols[:, 1:]).reshape(flat),
            matters=np.ones((count * self.lag, networks), np.float32),
            begins=begins.reshape(-1, networks),
        )
