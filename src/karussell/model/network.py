"""A language model at run time: a word in, a new state; a state in, the score of every word."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from karussell.blocks import GateTrace, State
from karussell.errors import UsageError
from karussell.kernels import OutputScores, StreamingLSTM, StreamingRNN, Trace, log_sum_exp
from karussell.model.card import Card, Configuration
from karussell.model.file import StoredModel, map_model_file
from karussell.model.layout import scale_name
from karussell.text import Vocabulary

Array = NDArray[np.float32]


class LanguageModel:
    r"""Predicts the next word of a sentence from those before it.

    $P(w \mid h) \propto \exp(e_w \cdot P h + b_w)$: the embedding $e$ is shared by input and output
    (Press and Wolf 2017), $P$ projects the top layer's hidden state $h$. It never changes once
    made, and a ``State`` is a value: any number of texts can be read at once.

    Attributes:
        card: What the model says about itself.
        configuration: Its sizes: L layers, H cells each, V words.
        vocabulary: Its words.
        counts: How often each word, and UNKNOWN, stood in the training text, uint32, (V+1,).
    """

    def __init__(self, stored: StoredModel) -> None:
        self.card: Card = stored.card
        self.configuration: Configuration = stored.card.configuration
        self.vocabulary: Vocabulary = stored.vocabulary
        self.counts: NDArray[np.uint32] = stored.counts
        self._embedding: NDArray[Any] = stored.tensors["embedding.weight"]
        self._scale: Array | None = stored.tensors.get(scale_name("embedding.weight"))
        self._layers = [_layer(stored, number) for number in range(self.configuration.layers)]
        self._projection = _projection(stored)
        self._output = _output(stored)
        self._start: State | None = None
        self._check_uncut = stored.check_uncut
        self._check_uncut()

    def start(self) -> State:
        """The state before the first word of a sentence: START was read, nothing else."""
        if self._start is None:
            shape = (self.configuration.layers, self.configuration.hidden_size)
            zeros = State(hidden=np.zeros(shape, np.float32), cell=np.zeros(shape, np.float32))
            self._start = self.step(zeros, self.vocabulary.start)
        return self._start

    def step(self, state: State, word_id: int) -> State:
        """The state after one more word.

        Args:
            state: Hidden state and cell state, each float32 (L, H); a plain RNN's cells stay zero.
            word_id: The word read: a word's id, ``vocabulary.unknown`` or ``vocabulary.start``.

        Raises:
            UsageError: If the model has no such id.
        """
        return self._advance(state, word_id)[0]

    def read(self, ids: Sequence[int]) -> State:
        """The state after START and these words."""
        state = self.start()
        for word_id in ids:
            state = self.step(state, word_id)
        return state

    def scores(self, state: State) -> Array:
        """The score of every word and of UNKNOWN, (V+1,): log probabilities but for a constant."""
        projected = self._projection.slice(state.hidden[-1], 0, self.configuration.embedding_size)
        scores = self._output.slice(projected, 0, len(self.vocabulary) + 1)
        self._check_uncut()
        return scores

    def log_probs(self, state: State) -> Array:
        """The natural log of P(word) for every word and for UNKNOWN, (V+1,)."""
        scores = self.scores(state)
        scores -= np.float32(log_sum_exp(scores))
        return scores

    def trace(self, ids: Sequence[int]) -> list[GateTrace]:
        """What every gate did at every word, read from START: one trace per layer, with N = 1.

        Raises:
            UsageError: If the model is a plain RNN, which has no gates.
        """
        if self.configuration.cell == "rnn":
            raise UsageError(f"{self.card.name} is a plain RNN and has no gates; use an LSTM model")
        layers, cells = self.configuration.layers, self.configuration.hidden_size
        hidden = np.empty((layers, len(ids), 1, cells), np.float32)
        cell = np.empty_like(hidden)
        gates = np.empty((layers, len(ids), 1, self.configuration.gate_rows), np.float32)
        state = self.start()
        for time, word_id in enumerate(ids):
            state, opened = self._advance(state, word_id)
            hidden[:, time, 0], cell[:, time, 0] = state.hidden, state.cell
            gates[:, time, 0] = opened
        return [
            GateTrace.of(Trace(*parts), self.configuration.cells_per_block)
            for parts in zip(hidden, cell, gates, strict=True)
        ]

    def _advance(self, state: State, word_id: int) -> tuple[State, list[Array]]:
        """The next state, and what the gates of each layer were."""
        x = self._embed(word_id)
        hidden, cell, gates = [], [], []
        for layer, before, kept in zip(self._layers, state.hidden, state.cell, strict=True):
            x, cells, opened = layer.step(x, before, kept)
            hidden.append(x)
            cell.append(cells)
            gates.append(opened)
        self._check_uncut()
        return State(hidden=np.stack(hidden), cell=np.stack(cell)), gates

    def _embed(self, word_id: int) -> Array:
        if not 0 <= word_id < len(self._embedding):
            raise UsageError(f"word id {word_id}, expected 0 to {len(self._embedding) - 1}")
        row: Array = self._embedding[word_id].astype(np.float32)
        if self._scale is not None:
            row *= self._scale[word_id]
        return row


def open_model(path: Path) -> LanguageModel:
    """The model in a file, which must stay as long as the model is used.

    The file may be replaced by another, but not changed: if it is cut, the next step or score is a
    ``ModelFileError``.

    Raises:
        ModelFileError: If the file is missing, damaged, foreign, made by a newer version, or lies.
    """
    return LanguageModel(map_model_file(path))


class _Layer(Protocol):
    """One recurrent layer reading one step."""

    def step(self, x: Array, hidden: Array, cell: Array) -> tuple[Array, Array, Array]:
        """The new hidden state, cell state, and gates."""
        ...


class _PlainLayer:
    """A plain RNN, which has neither cells nor gates."""

    def __init__(self, weight_ih: Array, weight_hh: Array, bias: Array) -> None:
        self._rnn = StreamingRNN(weight_ih, weight_hh, bias)

    def step(self, x: Array, hidden: Array, cell: Array) -> tuple[Array, Array, Array]:
        return self._rnn.step(x, hidden), cell, np.empty(0, np.float32)


def _layer(stored: StoredModel, number: int) -> _Layer:
    configuration = stored.card.configuration
    parts = ("weight_ih", "weight_hh", "bias")
    weights = [stored.weight(f"{configuration.cell}.{number}.{part}") for part in parts]
    if configuration.cell == "rnn":
        return _PlainLayer(*weights)
    return StreamingLSTM(*weights, cells_per_block=configuration.cells_per_block)


def _projection(stored: StoredModel) -> OutputScores:
    """The projection: a product with a matrix like the output's, and as quick."""
    rows = stored.card.configuration.embedding_size
    return _scores(stored, "projection.weight", np.zeros(rows, np.float32))


def _output(stored: StoredModel) -> OutputScores:
    """The tied output: START is read, never predicted, so its row is left out."""
    return _scores(stored, "embedding.weight", stored.tensors["output.bias"])


def _scores(stored: StoredModel, name: str, bias: Array) -> OutputScores:
    """The first rows of a weight, as many as the bias has."""
    weight = stored.tensors[name][: len(bias)]
    scale = stored.tensors.get(scale_name(name))
    return OutputScores(weight, bias, None if scale is None else scale[: len(bias)])
