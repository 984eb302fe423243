"""Random networks, and what the equations make of them in float64."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from karussell import blocks
from karussell.blocks import State, lstm_step, rnn_step
from karussell.kernels import Block, Floats
from karussell.kernels.network import Network, States
from karussell.kernels.packed import Layer, NumberFormat, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How large a network is: E, H, S, V, L, and what its blocks are."""

    embedding: int = 17
    hidden: int
    cells: int = 1
    words: int = 130
    layers: int = 1
    coupled: bool = False
    peepholes: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weights of a network, float32."""

    embedding: Floats
    layers: list[Layer[Rows]]
    projection: Floats
    bias: Floats

    def pack(self, number_format: NumberFormat) -> Network:
        return Network.pack(
            Rows(weight=self.embedding),
            self.layers,
            Rows(weight=self.projection),
            self.bias,
            number_format,
        )


def random_weights(sizes: Sizes, seed: int = 0) -> Weights:
    """Weights of the usual order of magnitude. Two more rows can be read than predicted."""
    random = np.random.default_rng(seed)

    def uniform(*shape: int) -> Floats:
        limit = 1 / np.sqrt(sizes.hidden)
        return random.uniform(-limit, limit, shape).astype(np.float32)

    blocks = sizes.hidden // sizes.cells
    rows = sizes.hidden + (0 if sizes.plain else (2 if sizes.coupled else 3) * blocks)
    peepholes = uniform(2 if sizes.coupled else 3, sizes.hidden) * 5 if sizes.peepholes else None
    return Weights(
        embedding=random.standard_normal((sizes.words + 2, sizes.embedding)).astype(np.float32),
        layers=[
            Layer(
                ih=Rows(weight=uniform(rows, sizes.hidden if layer else sizes.embedding)),
                hh=Rows(weight=uniform(rows, sizes.hidden)),
                bias=uniform(rows),
                block=Block(cells=sizes.cells, coupled=sizes.coupled),
                peepholes=peepholes,
                cell="tanh" if sizes.plain else "lstm",
            )
            for layer in range(sizes.layers)
        ],
        projection=uniform(sizes.embedding, sizes.hidden),
        bias=random.standard_normal(sizes.words).astype(np.float32),
    )


def random_states(sizes: Sizes, rows: int, seed: int = 1) -> States:
    random = np.random.default_rng(seed)
    shape = (sizes.layers, rows, sizes.hidden)
    return States(
        random.uniform(-1, 1, shape).astype(np.float32),
        random.standard_normal(shape).astype(np.float32),
    )


def exact_step(weights: Weights, states: States, ids: npt.NDArray[np.int64]) -> States:
    """One step in float64."""
    x: Floats = weights.embedding[ids].astype(np.float64)
    hidden, cell = [], []
    for layer, y, s in zip(weights.layers, *states, strict=True):
        before = State(hidden=y.astype(np.float64), cell=s.astype(np.float64))
        parts = (layer.ih.weight, layer.hh.weight, layer.bias)
        if layer.cell == "tanh":
            x, kept = rnn_step(x, before.hidden, *parts), before.cell
        else:
            own = blocks.LayerWeights(*parts, peepholes=layer.peepholes)
            after = lstm_step(x, before, own, block=layer.block).state
            x, kept = after.hidden, after.cell
        hidden.append(x)
        cell.append(kept)
    return States(np.stack(hidden), np.stack(cell))


def exact_scores(weights: Weights, states: States) -> Floats:
    """The scores of all words in float64."""
    projected = states.hidden[-1].astype(np.float64) @ weights.projection.T.astype(np.float64)
    words = len(weights.bias)
    scores: Floats = projected @ weights.embedding[:words].T.astype(np.float64) + weights.bias
    return scores
