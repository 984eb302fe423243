"""A network for running: packed weights, one step of one sequence or of many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from karussell.kernels import _native
from karussell.kernels.block import COMMON_BLOCK, Block
from karussell.kernels.checks import check_array, check_dimensions, check_threads
from karussell.kernels.packing import (
    NumberFormat,
    PackedMatrix,
    Rows,
    Tiles,
    pack_matrix,
    pack_together,
)
from karussell.kernels.results import Floats

Ids = npt.NDArray[np.int64]
Cell = Literal["lstm", "tanh", "relu"]

# More would take turns: a step is too short to share among them.
MOST_THREADS = 64


_Matrix = TypeVar("_Matrix", Rows, PackedMatrix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer(Generic[_Matrix]):
    """One layer: its matrices as they are, or packed as the kernels read them.

    Attributes:
        ih: Input weights (G, I).
        hh: Recurrent weights (G, H).
        bias: Bias (G,), float32; beside packed matrices in the order of their tiles.
        block: What its memory blocks are made of; of one cell for a plain layer.
        peepholes: What gates see of their block's cells: input, forget and output gate (3, H), or
            forget and output gate (2, H) if coupled, float32; None for nothing.
        cell: Memory blocks, or plain units with this nonlinearity: then G = H.
    """

    ih: _Matrix
    hh: _Matrix
    bias: Floats
    block: Block = COMMON_BLOCK
    peepholes: Floats | None = None
    cell: Cell = "lstm"


class States(NamedTuple):
    """The states of N sequences, each (L, N, H) float32: what was last said, and what is kept."""

    hidden: Floats
    cell: Floats


class Prediction(NamedTuple):
    """What may come next in each of N sequences.

    Attributes:
        states: The states after the step.
        ids: The k best words, best first, int64 (N, k); -1 where there are fewer.
        log_probs: The natural logs of their probabilities (N, k).
    """

    states: States
    ids: Ids
    log_probs: Floats


class Network:
    """Embedding, layers, projection and output on packed weights. Threads may share it.

    The embedding is read as input and scored as output: the score of word w is
    embedding[w] . projection hidden + bias[w].

    Args:
        layers: The recurrent layers, the first one first, all of one size.
        projection: Hidden state to embedding (E, H).
        embedding: One row a word that can be read (V or more, E).
        output_bias: One value a word that can be predicted (V,).

    Raises:
        ValueError: The parts do not fit each other.
    """

    __slots__ = ("_layers", "_native", "_readable", "hidden_size", "number_format", "words")

    def __init__(
        self,
        layers: Sequence[Layer[PackedMatrix]],
        projection: PackedMatrix,
        embedding: PackedMatrix,
        output_bias: Floats,
    ) -> None:
        self.number_format = embedding.number_format
        self.hidden_size = projection.columns
        self.words = len(output_bias)
        self._readable = embedding.rows
        self._layers = len(layers)
        _check_parts(layers, projection, embedding, output_bias)
        self._native = _native.Network(self.number_format)
        for layer in layers:
            self._native.add_layer(
                layer.cell,
                layer.ih.columns,
                layer.hh.columns // layer.block.cells,
                layer.block.cells,
                layer.block.coupled,
                layer.ih.parts(),
                layer.hh.parts(),
                layer.bias,
                layer.peepholes,
            )
        padded = np.zeros(embedding.places, np.float32)
        padded[: self.words] = output_bias
        self._native.finish(projection.parts(), embedding.parts(), padded, self.words)

    @classmethod
    def pack(
        cls,
        embedding: Rows,
        layers: Sequence[Layer[Rows]],
        projection: Rows,
        output_bias: Floats,
        number_format: NumberFormat = "int8",
    ) -> "Network":
        """Pack weights.

        Args:
            embedding: (V or more, E).
            layers: The layers, the first one first.
            projection: (E, H).
            output_bias: (V,).
            number_format: How to store the matrices.

        Raises:
            ValueError: The parts do not fit each other.
        """
        return cls(
            [pack_layer(layer, number_format) for layer in layers],
            pack_matrix(projection, number_format),
            pack_matrix(embedding, number_format),
            output_bias,
        )

    def zeros(self, batch: int = 1) -> States:
        """The states of N sequences before anything was read."""
        shape = (self._layers, batch, self.hidden_size)
        return States(np.zeros(shape, np.float32), np.zeros(shape, np.float32))

    def step(
        self,
        states: States,
        ids: Ids,
        *,
        into: States | None = None,
        gates: Floats | None = None,
        threads: int = 1,
    ) -> States:
        """Read one word in each sequence.

        Args:
            states: States (L, N, H); or (L, 1, H) to read each of N words from this one state.
            ids: The words read, int64 (N,).
            into: Where to put the states after (L, N, H), in new arrays if None. It may be `states`
                itself, if those are N.
            gates: Where to put what the gates did, float32 (L N G,), in the order of the gate rows.
            threads: How many threads to use; the result does not depend on it.

        Raises:
            TypeError: An array has another dtype.
            ValueError: A shape does not fit, or there is no such word.
        """
        after = self._room(len(ids)) if into is None else into
        try:
            self._native.step(ids, *states, *after, gates, threads)
        except (TypeError, ValueError):
            self._explain(states, threads, ids, after)
            raise
        return after

    def predict(
        self, states: States, ids: Ids, k: int, *, into: States | None = None, threads: int = 1
    ) -> Prediction:
        """Read one word in each sequence, and find the k words that may follow.

        Args:
            states: States (L, N, H); or (L, 1, H) to read each of N words from this one state.
            ids: The words read, int64 (N,).
            k: How many words to find.
            into: Where to put the states after, as for `step`.
            threads: How many threads to use; the result does not depend on it.

        Raises:
            TypeError: An array has another dtype.
            ValueError: A shape does not fit, or there is no such word.
        """
        after = self._room(len(ids)) if into is None else into
        found = np.empty((len(ids), k), np.int64), np.empty((len(ids), k), np.float32)
        try:
            self._native.predict(ids, *states, *after, *found, threads)
        except (TypeError, ValueError):
            self._explain(states, threads, ids, after)
            raise
        return Prediction(after, *found)

    def best(self, states: States, k: int, *, threads: int = 1) -> tuple[Ids, Floats]:
        """The k words that may follow, and the logs of their probabilities, (N, k) each.

        Raises:
            TypeError: An array has another dtype.
            ValueError: A shape does not fit.
        """
        self._check_states(states, threads)
        rows = states.hidden.shape[1]
        ids, log_probs = np.empty((rows, k), np.int64), np.empty((rows, k), np.float32)
        self._native.best(states.hidden, ids, log_probs, threads)
        return ids, log_probs

    def scores(
        self, states: States, first: int = 0, last: int | None = None, *, threads: int = 1
    ) -> Floats:
        """Score the words [first, last), all of them by default: (N, last - first).

        A word's score does not depend on the slice it is asked in.

        Raises:
            TypeError: An array has another dtype.
            ValueError: A shape or the range does not fit.
        """
        self._check_states(states, threads)
        last = self.words if last is None else last
        if not 0 <= first <= last <= self.words:
            raise ValueError(f"range {first}..{last} is not inside 0..{self.words}")
        scores = np.empty((states.hidden.shape[1], last - first), np.float32)
        self._native.scores(states.hidden, first, scores, threads)
        return scores

    def _room(self, rows: int) -> States:
        shape = (self._layers, rows, self.hidden_size)
        return States(np.empty(shape, np.float32), np.empty(shape, np.float32))

    def _explain(self, states: States, threads: int, ids: Ids, after: States) -> None:
        """Say what does not fit. The compiled module has refused it: it is quicker at that."""
        self._check_states(states, threads)
        check_dimensions("ids", ids, 1)
        check_array("ids", ids, ids.shape, np.int64)
        if states.hidden.shape[1] not in (1, len(ids)):
            raise ValueError(
                f"ids is {ids.shape}, expected ({states.hidden.shape[1]},) for as many states"
            )
        if ids.min() < 0 or ids.max() >= self._readable:
            raise ValueError(f"ids hold {ids.min()}..{ids.max()}, expected 0..{self._readable - 1}")
        shape = (self._layers, len(ids), self.hidden_size)
        check_array("into.hidden", after.hidden, shape)
        check_array("into.cell", after.cell, shape)

    def _check_states(self, states: States, threads: int) -> None:
        check_threads(threads, MOST_THREADS)
        check_dimensions("hidden", states.hidden, 3)
        shape = (self._layers, states.hidden.shape[1], self.hidden_size)
        check_array("hidden", states.hidden, shape)
        check_array("cell", states.cell, shape)


def pack_layer(layer: Layer[Rows], number_format: NumberFormat) -> Layer[PackedMatrix]:
    """Pack the weights of one layer.

    Raises:
        ValueError: A shape does not fit.
    """
    rows, size = layer.hh.weight.shape
    block = layer.block
    blocks = size // block.cells
    expected = block.gate_rows(size) if layer.cell == "lstm" else size
    if rows != expected or layer.ih.weight.shape[0] != expected:
        raise ValueError(
            f"weights have {layer.ih.weight.shape[0]} and {rows} rows, expected {expected} for "
            f"{blocks} blocks of {block.cells} cells"
        )
    check_array("bias", layer.bias, (rows,))
    if layer.peepholes is not None:
        check_array("peepholes", layer.peepholes, (block.gates, size))
    tiles = Tiles(rows, block if layer.cell == "lstm" else None)
    ih, hh = pack_together([layer.ih, layer.hh], number_format, tiles)
    return Layer(
        ih=ih,
        hh=hh,
        bias=tiles.place(layer.bias),
        block=block,
        peepholes=layer.peepholes,
        cell=layer.cell,
    )


def _check_parts(
    layers: Sequence[Layer[PackedMatrix]],
    projection: PackedMatrix,
    embedding: PackedMatrix,
    output_bias: Floats,
) -> None:
    """Raise unless the parts fit each other: the kernels trust every size."""
    if not layers:
        raise ValueError("a network has at least one layer")
    check_array("output_bias", output_bias, output_bias.shape)
    size, inputs = projection.columns, embedding.columns
    if projection.rows != inputs:
        raise ValueError(f"projection has {projection.rows} rows, expected {inputs}")
    if not 1 <= output_bias.size <= embedding.rows:
        raise ValueError(f"output_bias is {output_bias.shape}, expected 1..{embedding.rows} words")
    for number, layer in enumerate(layers):
        wanted = inputs if number == 0 else size
        if layer.ih.columns != wanted or layer.hh.columns != size or size % layer.block.cells:
            raise ValueError(
                f"layer {number} takes {layer.ih.columns} inputs and has {layer.hh.columns} cells, "
                f"expected {wanted} and {size}"
            )
        check_array("bias", layer.bias, (layer.hh.places,))
    formats = {matrix.number_format for matrix in (projection, embedding)}
    formats |= {matrix.number_format for layer in layers for matrix in (layer.ih, layer.hh)}
    if len(formats) > 1:
        raise ValueError(f"matrices are {', '.join(sorted(formats))}, expected one number format")
