"""Layers as the lab measures them: equations in float64, and the first weights that they get."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from karussell.blocks import (
    LayerWeights,
    State,
    lstm_step,
    lstm_step_backward,
    lstm_weights,
    rnn_step,
    rnn_step_backward,
    rnn_weights,
)
from karussell.kernels import COMMON_BLOCK, Block, Floats, OnlineNetwork

Doubles = npt.NDArray[np.float64]

# So far open or shut that the gate is 1 or 0 to the last bit of float64.
_FOR_GOOD = 1e3


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A recurrent layer, and what reads it at the end.

    Attributes:
        weights: Of the layer, in float64.
        block: What its blocks are made of; None for a plain recurrent layer.
        answer: Weights of the outputs on the hidden state (O, H).
        answer_bias: Their bias (O,).
    """

    weights: LayerWeights[Floats]
    block: Block | None = None
    answer: Doubles
    answer_bias: Doubles

    @property
    def units(self) -> int:
        """H."""
        return int(self.weights.weight_hh.shape[1])

    @property
    def size(self) -> int:
        """How many weights there are."""
        return self.weights.size + self.answer.size + self.answer_bias.size

    def run(self, x: Doubles) -> Iterator[State]:
        """The states after each step of sequences (T, N, I), the first of which are zeros."""
        gates = self.weights.weight_gh
        zeros = np.zeros((x.shape[1], self.units))
        fed = None if gates is None else np.zeros((x.shape[1], gates.shape[1]))
        state = State(hidden=zeros, cell=zeros, gates=fed)
        for x_t in x:
            state = self.step(x_t, state)
            yield state

    def step(self, x_t: Doubles, state: State) -> State:
        """The state after one step; the cell state of a plain layer is not used."""
        if self.block is None:
            return replace(state, hidden=rnn_step(x_t, state.hidden, *self.weights[:3]))
        return lstm_step(x_t, state, self.weights, block=self.block).state

    def back(
        self, x_t: Doubles, before: State, after: State, error: State, *, truncated: bool
    ) -> State:
        """Carry an error on the state after a step to the state before it.

        Args:
            x_t: What the step read (N, I).
            before: The state before it.
            after: The state after it.
            error: On what was carried on to the next step, and on the output.
            truncated: Whether it goes along the carousel only, as in 1997.
        """
        weights = self.weights
        if self.block is None:
            given = after.hidden, x_t, before.hidden, weights.weight_ih, weights.weight_hh
            hidden = rnn_step_backward(*given, error.hidden).hidden
            return State(hidden=hidden, cell=error.cell)
        step = lstm_step_backward(
            x_t, before, weights, error, block=self.block, truncated=truncated
        )
        return step.state

    def answers(self, state: State) -> Doubles:
        """What it says (N, O), between 0 and 1."""
        net = state.hidden @ self.answer.T + self.answer_bias
        return np.asarray(0.5 + 0.5 * np.tanh(net / 2))

    def holding(self, forget: bool) -> "Layer":
        """The same with its forget gates held shut, or open."""
        if self.block is None or not self.block.forgets:
            raise ValueError("there are no forget gates to hold; give a layer that has some")
        weights = self.weights.each(np.copy)
        rows = self.block.sections(self.units)["forget"]
        weights.weight_ih[rows] = weights.weight_hh[rows] = 0
        weights.bias[rows] = -_FOR_GOOD if forget else _FOR_GOOD
        return replace(self, weights=weights)


def _answer(rng: np.random.Generator, units: int, outputs: int) -> tuple[Doubles, Doubles]:
    bound = units**-0.5
    return rng.uniform(-bound, bound, (outputs, units)), rng.uniform(-bound, bound, outputs)


def plain_layer(
    inputs: int, units: int, outputs: int, rng: np.random.Generator, *, orthogonal: bool = True
) -> Layer:
    """Draw a plain layer: uniform as torch does it, or with orthogonal recurrent weights."""
    weights = rnn_weights(inputs, units, rng, dtype=np.float64)
    if orthogonal:
        weights = weights._replace(weight_hh=_orthogonal(units, rng))
    answer, bias = _answer(rng, units, outputs)
    return Layer(weights=weights, answer=answer, answer_bias=bias)


def _orthogonal(units: int, rng: np.random.Generator) -> Doubles:
    q, r = np.linalg.qr(rng.standard_normal((units, units)))
    return np.asarray(q * np.sign(np.diag(r)))


def block_layer(
    inputs: int,
    units: int,
    outputs: int,
    rng: np.random.Generator,
    *,
    forget_bias: float = 1.0,
    block: Block = COMMON_BLOCK,
) -> Layer:
    """Draw a layer of memory blocks: uniform, biases of forget gates as they are given."""
    weights = lstm_weights(inputs, units, rng, block=block, dtype=np.float64)
    if block.forgets:
        weights.bias[block.sections(units)["forget"]] = forget_bias
    answer, bias = _answer(rng, units, outputs)
    return Layer(weights=weights, block=block, answer=answer, answer_bias=bias)


def online_layer(network: OnlineNetwork, weights: Floats) -> Layer:
    """One of the networks that learn online, as a layer.

    Args:
        network: What it is; without peepholes, its outputs see cells alone.
        weights: Its weights (W,).
    """
    if network.peepholes or network.outputs_see_inputs:
        raise ValueError(f"{network} has peepholes or outputs that see inputs, expected neither")
    own = np.asarray(weights, np.float64)
    part = {name: own[rows].reshape(shape) for name, (rows, shape) in network.sections.items()}
    answer = part.pop("answer")
    ends = np.cumsum([network.inputs, network.hidden, network.gates])
    ih, hh, gh, bias = np.split(np.concatenate([*part.values()]), ends, axis=1)
    return Layer(
        weights=LayerWeights(ih, hh, bias[:, 0], weight_gh=gh if network.gates else None),
        block=network.block,
        answer=answer[:, :-1],
        answer_bias=answer[:, -1],
    )
