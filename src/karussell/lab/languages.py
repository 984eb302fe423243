"""Languages that must be counted: as many b, and as many c, as there were a.

The task of Gers and Schmidhuber 2001: read strings of 1 to 10 of each letter, then longer ones.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from karussell.kernels import NETWORKS_TOGETHER, Activation, Block, OnlineNetwork
from karussell.lab.networks import Design, Networks
from karussell.lab.streams import Integers, Streams, largest, one_hot

# An output says yes or no.
_WRONG = 0.5
_LOOK = 1000  # strings between two looks
_TOGETHER = 25


class LanguageOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the networks came to.

    Attributes:
        sequences: After how many strings each network accepted all that it learns from, None where
            it did not.
        reach: The largest n so that each network, at the end, accepts all strings up to it.
        best: The largest at any look.
        deepest: No longer string was asked.
        read: How many strings they read.
        weights: Of a network.
        seed: What all was drawn from.
    """

    sequences: list[int | None]
    reach: list[int]
    best: list[int]
    deepest: int
    read: int
    weights: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """Which symbols may come next in a string of n of each letter, one letter after the other?

    A mark begins a string and ends it; strings of letters are accepted if at each place every
    output says rightly whether its symbol may come next.

    Attributes:
        letters: 2 for a and b, 3 with c.
        most: The largest n that is learned from.
        rate: Learning rate.
        limit: Strings that are read.
        deepest: The largest n that is asked.
    """

    letters: int
    most: int = 10
    rate: float = 0.02
    limit: int = 100_000
    deepest: int = 1000

    @property
    def inputs(self) -> int:
        """The letters and the mark."""
        return self.letters + 1

    @property
    def design(self) -> Design:
        """A block for each letter but the last, with forget gates and peepholes.

        What a cell shows is not squashed, or it could not count far.
        """
        return Design(
            network=OnlineNetwork(
                inputs=self.inputs,
                blocks=self.letters - 1,
                outputs=self.inputs,
                block=replace(
                    Block.of_1997(),
                    forgets=True,
                    gate_recurrence=False,
                    cell_output=Activation("affine", 1.0, 0.0),
                ),
                peepholes=True,
                outputs_see_inputs=True,
            ),
            rate=self.rate,
            gate_biases={
                name: (bias,) * (self.letters - 1)
                for name, bias in {"input": -1.0, "forget": 2.0, "output": -2.0}.items()
            },
        )

    def strings(self, depths: Integers) -> Streams:
        """Strings with n of each letter, for n of each of M strings of K networks (M, K)."""
        longest = self.letters * int(depths.max()) + 1
        place = np.arange(longest)[None, :, None]
        n = depths[:, None]
        # The mark, then letters; behind the end stands anything.
        kinds = np.where(place == 0, 0, 1 + (place - 1) // n)
        kinds = np.minimum(kinds, self.letters)
        ends = place > 0
        last = ends & ((place - 1) % n == n - 1)
        may = np.zeros((len(depths), longest, self.inputs, depths.shape[1]), np.float32)
        following = np.where(kinds == 0, 1, np.where(last, (kinds + 1) % self.inputs, kinds))
        np.put_along_axis(may, following[:, :, None], 1, axis=2)
        # While a are read, b may come as well, and behind the last of them another a.
        may[:, :, 1] = np.where(kinds == 1, 1, may[:, :, 1])
        may[:, :, 2] = np.where(kinds == 1, 1, may[:, :, 2])
        steps = len(depths) * longest
        begins = np.zeros((len(depths), longest, depths.shape[1]), np.float32)
        begins[:, 0] = 1
        matters = (place <= self.letters * n).astype(np.float32)
        return Streams(
            x=one_hot(kinds, self.inputs).reshape(steps, self.inputs, -1),
            targets=may.reshape(steps, self.inputs, -1),
            matters=matters.reshape(steps, -1),
            begins=begins.reshape(steps, -1),
        )


def reach(networks: Networks, task: Counting, deepest: int) -> Integers:
    """The largest n so that each network accepts all strings up to it."""
    count = networks.weights.shape[1]
    found, alive = np.zeros(count, np.intp), np.ones(count, np.bool_)
    for first in range(1, deepest + 1, _TOGETHER):
        depths = np.arange(first, min(first + _TOGETHER, deepest + 1))
        streams = task.strings(np.repeat(depths[:, None], count, axis=1))
        right = largest(networks.answer(streams), len(depths)) < _WRONG
        far = np.logical_and.accumulate(right, axis=0).sum(0)
        found += np.where(alive, far, 0)
        alive &= far == len(depths)
        if not alive.any():
            break
    return found


def learn(
    task: Counting,
    seed: int,
    tell: Callable[[int, int], None],
    *,
    networks: int = NETWORKS_TOGETHER,
    threads: int = 1,
) -> LanguageOutcome:
    """Let networks read strings of n up to ``task.most``, and ask how far they count.

    Args:
        task: The language.
        seed: What all is drawn from.
        tell: Told how many strings were read, and how many networks accept all that they read.
        networks: How many, a multiple of 16.
        threads: How many threads the kernels use.
    """
    rng = np.random.default_rng(seed)
    learners = Networks(task.design, rng, networks)
    met: list[int | None] = [None] * networks
    far = best = np.zeros(networks, np.intp)
    for read in range(_LOOK, task.limit + 1, _LOOK):
        depths = rng.integers(1, task.most, (_LOOK, networks), endpoint=True)
        learners.learn(task.strings(depths), threads=threads)
        far = reach(learners, task, task.deepest)
        best = np.maximum(best, far)
        for number in np.flatnonzero(far >= task.most):
            met[number] = met[number] or read
        tell(read, sum(each is not None for each in met))
    return LanguageOutcome(
        sequences=met,
        reach=far.tolist(),
        best=best.tolist(),
        deepest=task.deepest,
        read=task.limit,
        weights=learners.design.weights,
        seed=seed,
    )
