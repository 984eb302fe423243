"""A language model at run time: a word in, a new state; a state in, the score of every word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from karussell.blocks import State
from karussell.errors import UsageError
from karussell.files import AnyPath
from karussell.kernels import SequenceState, States, log_sum_exp
from karussell.model.card import Card
from karussell.model.configuration import Configuration
from karussell.model.packed import network_of
from karussell.model.rare import RareWords
from karussell.model.stored import StoredModel, map_model_file
from karussell.text import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from karussell.blocks import GateTrace

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
        rare: More words, of which the network knows only that one of them comes.
        views: Its tensors by name as memoryviews: "counts", "withheld", and those of the network.
        network: Its packed network, for many texts at once or many next words of one.
    """

    def __init__(self, stored: StoredModel) -> None:
        self.card: Card = stored.card
        self.configuration: Configuration = stored.card.configuration
        self.vocabulary: Vocabulary = stored.vocabulary
        self.rare: RareWords = stored.rare
        self.views: Mapping[str, Any] = stored.views
        self.network = network_of(self.configuration, stored.card.number_format, stored.views)
        self._start: SequenceState | None = None
        self._check_uncut = stored.check_uncut
        self._check_uncut()

    @property
    def counts(self) -> NDArray[np.uint32]:
        """How often each word, and UNKNOWN, stood in the training text, uint32, (V+1,)."""
        return _array(self.views["counts"])

    @property
    def withheld(self) -> NDArray[np.uint32]:
        """The ids of words never suggested unless the writer used them, ascending, uint32."""
        return _array(self.views["withheld"])

    def begun(self) -> SequenceState:
        """What ``start`` gives, as the network keeps it: nobody needs NumPy to read on with it."""
        if self._start is None:
            self._start = self.after(self.network.start(), self.vocabulary.start)
        return self._start

    def after(self, state: SequenceState, word_id: int) -> SequenceState:
        """What ``step`` gives, as the network keeps it.

        Raises:
            UsageError: If the model has no such id.
        """
        self._check_id(word_id)
        after = self.network.after(state, word_id)
        self._check_uncut()
        return after

    def expected(self, state: SequenceState) -> memoryview:
        """What ``log_probs`` gives, float32, (V+1,), which cannot be changed."""
        log_probs = self.network.log_probs(state)
        self._check_uncut()
        return log_probs

    def start(self) -> State:
        """The state before the first word of a sentence: START was read, nothing else."""
        begun = self.begun()
        return State(hidden=begun.hidden, cell=begun.cell)

    def step(self, state: State, word_id: int) -> State:
        """The state after one more word.

        Args:
            state: Hidden state and cell state, each float32 (L, H); a plain RNN's cells stay zero.
            word_id: The word read: a word's id, ``vocabulary.unknown`` or ``vocabulary.start``.

        Raises:
            UsageError: If the model has no such id.
        """
        return self._advance(state, word_id)

    def read(self, ids: Sequence[int]) -> State:
        """The state after START and these words."""
        state = self.start()
        for word_id in ids:
            state = self.step(state, word_id)
        return state

    def read_each(self, texts: Sequence[Sequence[int]]) -> States:
        """The states after START and each of N texts, 1 or more, (L, N, H): what ``read`` finds.

        What several begin with is read once, and the next word of all at once.

        Raises:
            UsageError: If the model has no such id.
        """
        import numpy as np

        keys = [tuple(text) for text in texts]
        start = _one_row(self.start())
        shape = (start.hidden.shape[0], len(keys), start.hidden.shape[2])
        after = States(np.empty(shape, np.float32), np.empty(shape, np.float32))
        states, read = start, dict[tuple[int, ...], int]({(): 0})
        for length in range(max(map(len, keys), default=0) + 1):
            for number, key in enumerate(keys):
                if len(key) == length:
                    for into, each in zip(after, states, strict=True):
                        into[:, number] = each[:, read[key]]
            longer = list(dict.fromkeys(key[: length + 1] for key in keys if len(key) > length))
            if longer:
                before = [read[key[:-1]] for key in longer]
                rows = States(*(np.take(each, before, axis=1) for each in states))
                states = self._step(rows, [key[-1] for key in longer])
                read = {key: row for row, key in enumerate(longer)}
        return after

    def scores(self, state: State) -> Array:
        """The score of every word and of UNKNOWN, (V+1,): log probabilities but for a constant."""
        scores: Array = self.network.scores(_one_row(state))[0]
        self._check_uncut()
        return scores

    def log_probs(self, state: State) -> Array:
        """The natural log of P(word) for every word and for UNKNOWN, (V+1,)."""
        scores = self.scores(state)
        _normalise(scores)
        return scores

    def log_probs_each(self, states: States) -> Array:
        """The natural log of P(word) after each of N texts as ``log_probs`` has it, (N, V+1)."""
        scores: Array = self.network.scores(states)
        self._check_uncut()
        for row in scores:
            _normalise(row)
        return scores

    def trace(self, ids: Sequence[int]) -> list[GateTrace[Array]]:
        """What every gate did at every word, read from START: one trace per layer, with N = 1.

        Raises:
            UsageError: If the model is a plain RNN, which has no gates.
        """
        if self.configuration.cell == "rnn":
            raise UsageError(f"{self.card.name} is a plain RNN and has no gates; use an LSTM model")
        import numpy as np

        from karussell.blocks import GateTrace
        from karussell.kernels import Trace

        layers, cells = self.configuration.layers, self.configuration.hidden_size
        hidden = np.empty((layers, len(ids), 1, cells), np.float32)
        cell = np.empty_like(hidden)
        gates = np.empty((len(ids), layers, self.configuration.gate_rows), np.float32)
        state = self.start()
        for time, word_id in enumerate(ids):
            state = self._advance(state, word_id, gates[time].reshape(-1))
            hidden[:, time, 0], cell[:, time, 0] = state.hidden, state.cell
        return [
            GateTrace.of(
                Trace(hidden[layer], cell[layer], gates[:, None, layer]),
                self.configuration.block,
            )
            for layer in range(layers)
        ]

    def _advance(self, state: State, word_id: int, gates: Array | None = None) -> State:
        after = self._step(_one_row(state), [word_id], gates)
        return State(hidden=after.hidden[:, 0], cell=after.cell[:, 0])

    def _step(self, states: States, ids: Sequence[int], gates: Array | None = None) -> States:
        import numpy as np

        for word_id in ids:
            self._check_id(word_id)
        after = self.network.step(states, np.array(ids), gates=gates)
        self._check_uncut()
        return after

    def _check_id(self, word_id: int) -> None:
        if not 0 <= word_id < len(self.vocabulary) + 2:
            raise UsageError(f"word id {word_id}, expected 0 to {len(self.vocabulary) + 1}")


def _array(view: Any) -> NDArray[Any]:
    import numpy as np

    return np.asarray(view)


def _normalise(scores: Array) -> None:
    """Make log probabilities of scores."""
    import numpy as np

    scores -= np.float32(log_sum_exp(scores))


def _one_row(state: State) -> States:
    """The state of one sequence as the network wants it, (L, 1, H)."""
    return States(state.hidden[:, None], state.cell[:, None])


def open_model(path: AnyPath) -> LanguageModel:
    """The model in a file, which must stay as long as the model is used.

    The file may be replaced by another, but not changed: if it is cut, the next step or score is a
    ``ModelFileError``.

    Raises:
        ModelFileError: If the file is missing, damaged, foreign, of another kind or version, or
            lies.
    """
    return LanguageModel(map_model_file(path))
