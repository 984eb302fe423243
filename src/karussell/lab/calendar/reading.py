"""Trained networks that read a day, by the equations of `karussell.blocks`."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple, cast

import msgspec
import numpy as np

from karussell.blocks import GateTrace, LayerWeights, lstm_forward, rnn_forward
from karussell.kernels import COMMON_BLOCK, Floats, Nonlinearity
from karussell.lab.calendar.days import HOURS, KINDS, Integers

Rows = list[list[float]]

GATES = ("input", "forget", "output")
"""The gates that can be held open or shut."""

# The sigmoid of it is 1 in any floating type, and that of its negative 0 for all that is seen.
_SATURATED = 60.0


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights of one network, as a file holds them.

    Attributes:
        cell: What it is made of: "lstm", or the nonlinearity of a plain RNN.
        weight_ih: From an entry (G, I); of an LSTM the rows of input gates come first, then those
            of forget gates, cells and output gates.
        weight_hh: From its state (G, H).
        bias: (G,).
        answer: From its state to the hours (24, H): those of the fixed appointment, those of the
            last entry.
        answer_bias: (24,).
    """

    cell: str
    weight_ih: Rows
    weight_hh: Rows
    bias: list[float]
    answer: Rows
    answer_bias: list[float]


class Reading(NamedTuple):
    """What a network did with days of T entries.

    Attributes:
        states: What it carried on from each entry (T, N, H): the cells of an LSTM, the units of a
            plain RNN.
        scores: What each hour had after each entry (T, N, 24), 12 for the fixed appointment and 12
            for the last entry: the answers are the largest at the end.
        gates: What the gates of an LSTM did.
    """

    states: Floats
    scores: Floats
    gates: GateTrace[Floats] | None

    @property
    def kept(self) -> Any:
        """The place of the hour that it says of the fixed appointment (N,)."""
        return self.scores[-1, :, : len(HOURS)].argmax(-1)

    @property
    def latest(self) -> Any:
        """The place of the hour that it says of the last entry (N,)."""
        return self.scores[-1, :, len(HOURS) :].argmax(-1)

    @property
    def changes(self) -> Floats:
        """How much of its state was another after each entry (T, N): 0 for nothing, 1 for all.

        It is the size of the difference beside the sizes of both states.
        """
        before = np.concatenate([np.zeros_like(self.states[:1]), self.states[:-1]])
        sizes = np.linalg.norm(self.states, axis=-1) + np.linalg.norm(before, axis=-1)
        found = np.linalg.norm(self.states - before, axis=-1) / np.maximum(sizes, 1e-12)
        return cast(Floats, found)

    def likelihood(self, hours: Integers) -> Floats:
        """How likely it holds an hour to be the fixed one after each entry (T, N).

        Args:
            hours: The place of the hour, for each day (N,).
        """
        own = self.scores[..., : len(HOURS)]
        powers = np.exp(own - own.max(-1, keepdims=True))
        found = powers[:, np.arange(len(hours)), hours] / powers.sum(-1)
        return cast(Floats, found)


class Network:
    """A trained network.

    Args:
        given: Its weights.
    """

    def __init__(self, given: Weights) -> None:
        self._cell = given.cell
        self._layer = LayerWeights[Floats](
            np.asarray(given.weight_ih, np.float32),
            np.asarray(given.weight_hh, np.float32),
            np.asarray(given.bias, np.float32),
        )
        self._answer = np.asarray(given.answer, np.float32)
        self._answer_bias = np.asarray(given.answer_bias, np.float32)

    @property
    def units(self) -> int:
        """H."""
        return int(self._answer.shape[1])

    @property
    def size(self) -> int:
        """How many weights it has."""
        return self._layer.size + self._answer.size + self._answer_bias.size

    def read(self, x: Floats, *, held: Mapping[str, bool] | None = None) -> Reading:
        """Read days from their beginnings.

        Args:
            x: Entries (T, N, I).
            held: Gates of an LSTM that are held by hand, open or shut: ``{"forget": True}``.
        """
        hidden = np.zeros((x.shape[1], self.units), np.float32)
        if self._cell != "lstm":
            how = cast(Nonlinearity, self._cell)
            states = rnn_forward(x, *self._layer[:3], hidden, nonlinearity=how)
            return Reading(states, self._scores(states), None)
        layer = self._holding(held or {})
        trace = lstm_forward(x, *layer[:3], hidden, np.zeros_like(hidden))
        gates = GateTrace.of(trace, COMMON_BLOCK)
        return Reading(gates.cell, self._scores(trace.hidden), gates)

    def _scores(self, state: Floats) -> Floats:
        return state @ self._answer.T + self._answer_bias

    def _holding(self, held: Mapping[str, bool]) -> LayerWeights[Floats]:
        layer = self._layer.each(np.copy)
        sections = COMMON_BLOCK.sections(self.units)
        for gate, is_open in held.items():
            rows = sections[gate]
            layer.weight_ih[rows], layer.weight_hh[rows] = 0, 0
            layer.bias[rows] = _SATURATED if is_open else -_SATURATED
        return layer


@cache
def packaged() -> Mapping[str, Weights]:
    """The trained networks that every installation has: "rnn", "relu" and "lstm"."""
    data = (files("karussell.lab.calendar") / "weights.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Weights])


def page_data() -> bytes:
    """What the lab's page needs, as JSON: hours, kinds and the packaged networks."""
    return msgspec.json.encode({"hours": HOURS, "kinds": KINDS, "networks": packaged()})
