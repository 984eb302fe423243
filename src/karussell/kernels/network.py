"""A network for running: packed weights, one step of one sequence or of many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from karussell.kernels import _native
from karussell.kernels.checks import (
    Row,
    check_array,
    check_dimensions,
    check_row,
    check_threads,
)
from karussell.kernels.packed import Layer, NumberFormat, PackedMatrix, Rows

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from karussell.kernels.results import Floats

    Ids = npt.NDArray[np.int64]

SequenceState = _native.SequenceState
"""What one sequence has come to: its hidden and its cell states, (L, H) each, float32.

They lie in ``hidden`` and ``cell``, arrays that cannot be changed, and take ``nbytes``.
"""

# More would take turns: a step is too short to share among them.
MOST_THREADS = 64


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
        output_bias: Row,
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
        padded = memoryview(bytearray(4 * embedding.places)).cast("f")
        padded[: self.words] = memoryview(output_bias)
        self._native.finish(projection.parts(), embedding.parts(), padded, self.words)

    @classmethod
    def pack(
        cls,
        embedding: Rows,
        layers: Sequence[Layer[Rows]],
        projection: Rows,
        output_bias: Floats,
        number_format: NumberFormat = "int8",
    ) -> Network:
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
        from karussell.kernels.packing import pack_layer, pack_matrix

        return cls(
            [pack_layer(layer, number_format) for layer in layers],
            pack_matrix(projection, number_format),
            pack_matrix(embedding, number_format),
            output_bias,
        )

    def start(self) -> SequenceState:
        """What one sequence has come to before anything was read: zeros."""
        return self._native.start()

    def after(self, state: SequenceState, word: int) -> SequenceState:
        """What one sequence has come to after one more word: as `step` has it.

        Raises:
            ValueError: There is no such word, or the state is another network's.
        """
        return self._native.after(state, word)

    def log_probs(self, state: SequenceState) -> memoryview:
        """The natural logs of the probabilities of the words that may follow, float32 (V,).

        Raises:
            ValueError: The state is another network's.
        """
        return self._native.log_probs(state)

    def zeros(self, batch: int = 1) -> States:
        """The states of N sequences before anything was read."""
        states = self._room(batch)
        for each in states:
            each[:] = 0
        return states

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
        found = _room(len(ids), k, dtype="int64"), _room(len(ids), k)
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
        ids, log_probs = _room(rows, k, dtype="int64"), _room(rows, k)
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
        scores = _room(states.hidden.shape[1], last - first)
        self._native.scores(states.hidden, first, scores, threads)
        return scores

    def _room(self, rows: int) -> States:
        shape = (self._layers, rows, self.hidden_size)
        return States(_room(*shape), _room(*shape))

    def _explain(self, states: States, threads: int, ids: Ids, after: States) -> None:
        """Say what does not fit. The compiled module has refused it: it is quicker at that."""
        self._check_states(states, threads)
        check_dimensions("ids", ids, 1)
        check_array("ids", ids, ids.shape, "int64")
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


def _room(*shape: int, dtype: str = "float32") -> npt.NDArray[Any]:
    """An array, its contents undefined."""
    import numpy as np

    return np.empty(shape, dtype)


def _check_parts(
    layers: Sequence[Layer[PackedMatrix]],
    projection: PackedMatrix,
    embedding: PackedMatrix,
    output_bias: Row,
) -> None:
    """Raise unless the parts fit each other: the kernels trust every size."""
    if not layers:
        raise ValueError("a network has at least one layer")
    check_row("output_bias", output_bias, len(output_bias))
    size, inputs = projection.columns, embedding.columns
    if projection.rows != inputs:
        raise ValueError(f"projection has {projection.rows} rows, expected {inputs}")
    if not 1 <= len(output_bias) <= embedding.rows:
        raise ValueError(
            f"output_bias is ({len(output_bias)},), expected 1..{embedding.rows} words"
        )
    for number, layer in enumerate(layers):
        wanted = inputs if number == 0 else size
        if layer.ih.columns != wanted or layer.hh.columns != size or size % layer.block.cells:
            raise ValueError(
                f"layer {number} takes {layer.ih.columns} inputs and has {layer.hh.columns} cells, "
                f"expected {wanted} and {size}"
            )
        check_row("bias", layer.bias, layer.hh.places)
    formats = {matrix.number_format for matrix in (projection, embedding)}
    formats |= {matrix.number_format for layer in layers for matrix in (layer.ih, layer.hh)}
    if len(formats) > 1:
        raise ValueError(f"matrices are {', '.join(sorted(formats))}, expected one number format")
