"""The embedded Reber grammar: strings whose second symbol returns at their end."""

from dataclasses import dataclass, field

import numpy as np

from karussell.kernels import Floats
from karussell.lab.criteria import Examiner, Flags
from karussell.lab.networks import Networks
from karussell.lab.streams import Integers, Streams, Task, one_hot

SYMBOLS = "BTPSXVE"
_B, _T, _P, _S, _X, _V, _E = range(7)

# From each node of Reber's grammar two arrows: what they write, and where they lead.
_WRITES = np.array([[_T, _P], [_S, _X], [_T, _V], [_X, _S], [_P, _V], [_E, _E]])
_LEADS = np.array([[1, 2], [1, 3], [2, 4], [2, 5], [3, 5], [6, 6]])
_LAST = 6
# A string that is longer, one in some ten thousand, is drawn anew.
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Strings:
    """Strings of the embedded grammar.

    Attributes:
        symbols: What stands at each place (M, 40), 0 behind the end.
        legal: Which symbols may come next there (M, 40, 7).
        lengths: How many symbols each has (M,).
    """

    symbols: Integers
    legal: Flags
    lengths: Integers


def strings(rng: np.random.Generator, count: int) -> Strings:
    """Strings of the embedded grammar, each arrow as likely as the other.

    The last symbol's successor is the B of the next string.
    """
    symbols = np.zeros((count, _LONGEST), np.intp)
    legal = np.zeros((count, _LONGEST, 7), np.bool_)
    every = np.arange(count)
    outer = rng.integers(_T, _P, count, endpoint=True)
    symbols[:, 1], symbols[:, 2] = outer, _B
    legal[:, 0, [_T, _P]] = True
    legal[:, 1, _B] = True
    node, lengths = np.zeros(count, np.intp), np.zeros(count, np.intp)
    for place in range(3, _LONGEST - 2):
        going = node != _LAST
        inside = np.where(going, node, 0)
        legal[every, place - 1, _WRITES[inside, 0]] |= going
        legal[every, place - 1, _WRITES[inside, 1]] |= going
        branch = rng.integers(0, 2, count)
        symbols[going, place] = _WRITES[inside, branch][going]
        node = np.where(going, _LEADS[inside, branch], node)
        ended = going & (node == _LAST)
        at = every[ended]
        symbols[at, place + 1], symbols[at, place + 2] = outer[at], _E
        legal[at, place, outer[at]] = legal[at, place + 1, _E] = legal[at, place + 2, _B] = True
        lengths[at] = place + 3
    whole = node == _LAST
    found = Strings(symbols[whole], legal[whole], lengths[whole])
    return found if whole.all() else _joined(found, strings(rng, int((~whole).sum())))


def _joined(some: Strings, others: Strings) -> Strings:
    return Strings(
        np.concatenate([some.symbols, others.symbols]),
        np.concatenate([some.legal, others.legal]),
        np.concatenate([some.lengths, others.lengths]),
    )


def next_symbols(chosen: Strings, networks: int) -> Streams:
    """What comes next at each place of strings but the last, M for each of K networks.

    Args:
        chosen: M * K strings, the K of a round side by side.
        networks: K.
    """
    longest = int(chosen.lengths.max())
    symbols = np.moveaxis(chosen.symbols[:, :longest].reshape(-1, networks, longest), 1, 2)
    lengths = chosen.lengths.reshape(-1, 1, networks)
    count = len(symbols)
    steps = count * (longest - 1)
    coded = one_hot(symbols, 7)
    begins = np.zeros((count, longest - 1, networks), np.float32)
    begins[:, 0] = 1
    matters = (np.arange(longest - 1)[:, None] < lengths - 1).astype(np.float32)
    return Streams(
        x=np.ascontiguousarray(coded[:, :-1]).reshape(steps, 7, networks),
        targets=np.ascontiguousarray(coded[:, 1:]).reshape(steps, 7, networks),
        matters=matters.reshape(steps, networks),
        begins=begins.reshape(steps, networks),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedReber:
    """What comes next in a string? Experiment 1 of 1997.

    Attributes:
        known: The strings that are learned from, drawn once; each network has as many of its own.
    """

    known: int = 256
    inputs: int = 7
    outputs: int = 7
    longest: int = 15
    _sets: dict[int, Strings] = field(default_factory=dict, repr=False, compare=False)

    def own(self, rng: np.random.Generator, networks: int) -> Strings:
        """The strings that K networks learn from, those of one after those of another."""
        if networks not in self._sets:
            self._sets[networks] = strings(rng, self.known * networks)
        return self._sets[networks]

    def draw(self, rng: np.random.Generator, count: int, networks: int) -> Streams:
        """M sequences for each of K networks, from what they learn from."""
        own = self.own(rng, networks)
        which = rng.integers(0, self.known, (count, networks)) + self.known * np.arange(networks)
        return next_symbols(_picked(own, which.ravel()), networks)


def _picked(found: Strings, which: Integers) -> Strings:
    return Strings(found.symbols[which], found.legal[which], found.lengths[which])


@dataclass(frozen=True, slots=True, kw_only=True)
class AllLegal:
    """At every place of every string, learned and new, the legal successors are the most active.

    Attributes:
        new: How many strings are asked beside those that are learned from.
    """

    new: int = 256
    window: int = 0
    right: float = 0.49
    before: bool = False
    asks: None = None
    mean: float = np.inf

    def examiner(self, task: Task, rng: np.random.Generator, networks: int) -> Examiner:
        """What examines K networks."""
        if not isinstance(task, EmbeddedReber):
            raise TypeError(f"the task is {task}, expected the embedded Reber grammar")
        asked = _joined(task.own(rng, networks), strings(rng, self.new * networks))
        # Strings of one network stand one after the other; here the K of a round stand together.
        count = len(asked.lengths) // networks
        order = np.arange(count * networks)
        order[: task.known * networks] = (
            order[: task.known * networks].reshape(networks, task.known).T.ravel()
        )
        asked = _picked(asked, order)
        streams = next_symbols(asked, networks)
        steps = len(streams.x) // count
        legal = np.moveaxis(asked.legal[:, :steps].reshape(count, networks, steps, 7), 1, 3)
        may = legal.reshape(streams.targets.shape)

        def met(answering: Networks, _: Floats) -> Flags:
            outputs = np.empty_like(streams.targets)
            answering.answer(streams, outputs=outputs)
            least = np.where(may, outputs, np.inf).min(1)
            most = np.where(may, -np.inf, outputs).max(1)
            return np.asarray(((least > most) | (streams.matters == 0)).all(0))

        return met
