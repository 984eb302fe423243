"""Many small networks of 1997 at once, each with a seed of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from karussell.kernels import Floats, OnlineNetwork, learn_online
from karussell.lab.streams import Streams

# A bias with which a gate is 1, or without a sign 0, so nearly that no error moves it.
_FOR_GOOD = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How the networks of an experiment are made.

    Attributes:
        network: What each is.
        rate: Learning rate.
        spread: Weights begin between -spread and +spread.
        biases: Of which units ("input", "forget", "cell", "output", "answer") there are biases;
            they begin as other weights do.
        gate_biases: What biases of gates begin as, by their names, one for each block.
        held_open: Gates that are 1 for good, as if there were none.
        recurs: Whether gates and cells see what cells, and gates, gave out a step before.
        shut_until: Input gates are shut until so many sequences were read, as if cells were added
            then: cells that are there from the beginning are abused for what needs no memory (1997,
            section 4).
    """

    network: OnlineNetwork
    rate: float
    spread: float = 0.1
    biases: frozenset[str] = frozenset({"input", "forget", "cell", "output", "answer"})
    gate_biases: Mapping[str, Sequence[float]] = field(default_factory=dict)
    held_open: frozenset[str] = frozenset()
    recurs: bool = True
    shut_until: int = 0

    @property
    def trained(self) -> Floats:
        """1 for weights that there are, 0 for others (W,)."""
        network = self.network
        found = np.ones(network.weights, np.float32)
        for name, (rows, shape) in network.sections.items():
            own = found[rows].reshape(shape)
            if name not in self.biases:
                own[:, self.bias_of(name)] = 0
            if name == "cell" and network.peepholes:
                own[:, -network.block.cells :] = 0
            if name != "answer" and not self.recurs:
                own[:, network.inputs : network.inputs + network.hidden + network.gates] = 0
            if name in self.held_open:
                own[:] = 0
        return found

    def bias_of(self, name: str) -> int:
        """The column of a unit's bias."""
        if name == "answer" or not self.network.peepholes:
            return -1
        return -1 - self.network.block.cells

    @property
    def weights(self) -> int:
        """How many weights a network has."""
        return int(self.trained.sum())

    def draw(self, rng: np.random.Generator, networks: int) -> Floats:
        """First weights of K networks (W, K)."""
        shape = self.network.weights, networks
        found = rng.uniform(-self.spread, self.spread, shape).astype(np.float32)
        found *= self.trained[:, None]
        for name, biases in self.gate_biases.items():
            rows, (units, width) = self.network.sections[name]
            own = found[rows].reshape(units, width, networks)
            own[:, self.bias_of(name)] = np.asarray(biases, np.float32)[:, None]
        for name in self.held_open:
            rows, (units, width) = self.network.sections[name]
            found[rows].reshape(units, width, networks)[:, self.bias_of(name)] = _FOR_GOOD
        if self.shut_until:
            self.input_biases(found)[:] = -_FOR_GOOD
        return found

    def input_biases(self, weights: Floats) -> Floats:
        """Those of input gates (B, K), a view of weights (W, K)."""
        rows, (units, width) = self.network.sections["input"]
        return weights[rows].reshape(units, width, -1)[:, self.bias_of("input")]


class Networks:
    """K networks that learn.

    Args:
        design: How they are made.
        rng: What their first weights are drawn from.
        networks: K, a multiple of 16.

    Attributes:
        weights: Their weights (W, K).
        rates: Their learning rates (K,), which may be changed.
    """

    def __init__(self, design: Design, rng: np.random.Generator, networks: int) -> None:
        self.design = design
        self.weights = design.draw(rng, networks)
        self.rates = np.full(networks, design.rate, np.float32)
        self._trained = design.trained
        self._state = self.blank()

    def blank(self) -> Floats:
        """The state of networks that have read nothing."""
        return np.zeros((self.design.network.state, self.weights.shape[1]), np.float32)

    @property
    def cells(self) -> Floats:
        """What the cells of those that learn hold now (N, K)."""
        network = self.design.network
        first = network.hidden + network.gates
        return self._state[first : first + network.hidden]

    def add_cells(self) -> None:
        """Open the input gates that were shut until now, as far as their biases say."""
        begun = np.asarray(self.design.gate_biases.get("input", 0.0), np.float32)
        self.design.input_biases(self.weights)[:] = begun.reshape(-1, 1)

    def learn(self, streams: Streams, *, threads: int = 1) -> Floats:
        """Read on and learn; see `karussell.kernels.learn_online`."""
        how = {"rates": self.rates, "trained": self._trained}
        return self._read(streams, self._state, threads=threads, **how)

    def answer(
        self,
        streams: Streams,
        *,
        state: Floats | None = None,
        wrong: float = np.inf,
        outputs: Floats | None = None,
        threads: int = 1,
    ) -> Floats:
        """Read something else, without learning; see `karussell.kernels.learn_online`.

        Args:
            streams: What is read.
            state: Changed: what was read of it before; nothing, if None.
            wrong: Larger errors put a network to sleep.
            outputs: Written, if given (T, O, K).
            threads: How many threads to use.
        """
        state = self.blank() if state is None else state
        return self._read(streams, state, wrong=wrong, outputs=outputs, threads=threads)

    def _read(self, streams: Streams, state: Floats, **how: Any) -> Floats:
        return learn_online(
            self.design.network,
            self.weights,
            state,
            streams.x,
            streams.targets,
            matters=streams.matters,
            begins=streams.begins,
            **how,
        )
