"""What networks read: sequences one behind the other, a stream for each network."""

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from karussell.kernels import Floats

Integers = npt.NDArray[np.intp]


class Streams(NamedTuple):
    """Streams of K networks, T steps of each; what `karussell.kernels.learn_online` reads.

    Attributes:
        x: Inputs (T, I, K).
        targets: Right answers (T, O, K).
        matters: 1 where an answer matters, 0 elsewhere (T, K).
        begins: 1 where a sequence begins and all before it is forgotten, 2 where one begins for a
            network that waits for one, 0 elsewhere (T, K).
    """

    x: Floats
    targets: Floats
    matters: Floats
    begins: Floats


def padded(x: Floats, targets: Floats, lengths: Integers) -> Streams:
    """Sequences with one answer, at their ends, as streams.

    Args:
        x: Inputs (M, L, I, K): M sequences for each network, L steps at most.
        targets: Right answers (M, O, K).
        lengths: Steps of each (M, K); what stands behind them is read and does not matter.
    """
    count, longest, inputs, networks = x.shape
    where = np.zeros((count, longest, networks), np.float32)
    np.put_along_axis(where, (lengths - 1)[:, None, :], 1.0, axis=1)
    begins = np.zeros_like(where)
    begins[:, 0] = 1
    steps = count * longest
    return Streams(
        x=x.reshape(steps, inputs, networks),
        targets=np.repeat(targets, longest, axis=0),
        matters=where.reshape(steps, networks),
        begins=begins.reshape(steps, networks),
    )


def largest(errors: Floats, count: int) -> Floats:
    """The largest error in each of M sequences (M, K) of errors at each step (T, K)."""
    return np.asarray(errors.reshape(count, -1, errors.shape[1]).max(1))


class Task(Protocol):
    """A task whose sequences can be drawn."""

    @property
    def inputs(self) -> int:
        """I."""
        ...

    @property
    def outputs(self) -> int:
        """O."""
        ...

    @property
    def longest(self) -> int:
        """How many steps a sequence has at most, or nearly."""
        ...

    def draw(self, rng: np.random.Generator, count: int, networks: int) -> Streams:
        """M sequences for each of K networks."""
        ...


def one_hot(symbols: Integers, kinds: int) -> Floats:
    """Symbols (M, L, K) as inputs (M, L, I, K), 1 for the one that is there."""
    found = np.zeros((*symbols.shape[:2], kinds, symbols.shape[2]), np.float32)
    np.put_along_axis(found, symbols[:, :, None], 1, axis=2)
    return found
