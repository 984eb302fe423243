"""A model of sequences at run time: what comes next, how likely a sequence is, new sequences."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from karussell.blocks import State
from karussell.errors import ModelFileError, UsageError
from karussell.files import AnyPath
from karussell.kernels import NumberFormat, States, log_sum_exp, quickest_format
from karussell.model import Configuration, network_of, pack_weights, weight_tensors
from karussell.sequences.scales import FARTHEST
from karussell.sequences.tokens import Tokens
from karussell.store import ModelCard, Stored, Tensor, checked, fingerprint, load, save

AnyFormat = NumberFormat | Literal["auto"]

_FINGERPRINT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What may come next.

    Attributes:
        token: A token, or ``END``.
        probability: How likely it is, 0..1.
    """

    token: Hashable
    probability: float


class TokensCard(ModelCard, frozen=True, kw_only=True, tag="tokens"):
    """What the file of a model of tokens says about itself.

    Attributes:
        configuration: Its sizes.
    """

    configuration: Configuration

    def layout(self) -> dict[str, Tensor]:
        """Its weights in float32, then its tokens."""
        tokens = Tensor(dtype="uint8", shape=(-1,))
        return {**weight_tensors(self.configuration), "tokens": tokens}


class SequenceModel:
    r"""Predicts the next token of a sequence from those before it. It never changes once made.

    $P(w \mid h) \propto \exp(e_w \cdot P h + b_w)$, as a model of words; ``END`` and ``UNKNOWN``
    are predicted like any token, so the probabilities of all finite sequences sum to one.

    Args:
        tokens: What it knows.
        configuration: Its sizes; ``vocabulary_size`` is ``tokens.predicted``.
        weights: Every weight named by ``weight_shapes(configuration)``, float32.
        scores: What was measured, by name.
        number_format: How its matrices are held in memory; "auto" is the quickest on this machine
            for one stream.

    Raises:
        ModelFileError: If the weights are not those of the configuration.
    """

    def __init__(
        self,
        tokens: Tokens,
        configuration: Configuration,
        weights: Mapping[str, NDArray[Any]],
        *,
        scores: Mapping[str, float] | None = None,
        number_format: AnyFormat = "float32",
    ) -> None:
        if configuration.vocabulary_size != tokens.predicted:
            raise ModelFileError(
                f"vocabulary_size is {configuration.vocabulary_size}, expected {tokens.predicted} "
                f"for {len(tokens)} tokens and {tokens.token(tokens.end)!r}"
            )
        self.weights = checked(weights, weight_tensors(configuration))
        self.tokens = tokens
        self.configuration = configuration
        self.scores = dict(scores or {})
        known = quickest_format().format if number_format == "auto" else number_format
        packed = pack_weights(configuration, known, self.weights)
        self.network = network_of(configuration, known, packed)

    def predict(self, sequence: Iterable[Hashable] = (), k: int = 3) -> list[Next]:
        """The k likeliest continuations by one token, the best first.

        Args:
            sequence: What came before, from its beginning.
            k: How many.

        Raises:
            UsageError: If k is less than 1, or a token cannot be hashed.
        """
        return self.stream().read(sequence).predict(k)

    def log_probs(self, sequence: Iterable[Hashable], *, end: bool = True) -> NDArray[np.float64]:
        """The natural log of the probability of each token, given those before it.

        Args:
            sequence: The sequence, T tokens.
            end: Whether it ended there: then the last value is that of ``END``, (T + 1,) in all;
                otherwise (T,).
        """
        ids = self.tokens.ids(sequence) + [self.tokens.end] * end
        stream = self.stream()
        return np.array([stream._push(number) for number in ids])

    def score(self, sequence: Iterable[Hashable], *, end: bool = True) -> float:
        """The natural log of the probability of a sequence; see ``log_probs``."""
        return float(self.log_probs(sequence, end=end).sum())

    def sample(
        self,
        sequence: Iterable[Hashable] = (),
        *,
        most: int = 1000,
        temperature: float = 1.0,
        seed: int | None = None,
    ) -> list[Hashable]:
        """Draw how a sequence goes on, until it ends.

        Args:
            sequence: How it begins.
            most: Tokens at most.
            temperature: Below 1 likelier tokens are drawn oftener than they should be, above 1
                less often.
            seed: Fixes the draw.

        Returns:
            The tokens after those given, without ``END``.

        Raises:
            UsageError: If the temperature is not more than 0.
        """
        if not temperature > 0:
            raise UsageError(f"temperature is {temperature}, expected more than 0")
        random = np.random.default_rng(seed)
        stream = self.stream().read(sequence)
        drawn: list[Hashable] = []
        while len(drawn) < most:
            scores = stream._scores()[: self.tokens.predicted] / temperature
            shares = np.exp(scores - scores.max())
            number = int(random.choice(len(shares), p=shares / shares.sum()))
            if number == self.tokens.end:
                break
            stream._step(number)
            drawn.append(self.tokens.token(number))
        return drawn

    def stream(self, saved: bytes | None = None) -> "Stream":
        """A sequence that comes token by token, from its beginning or from where one was saved.

        Args:
            saved: What ``Stream.saved`` gave.

        Raises:
            UsageError: If it is of another model, or damaged.
        """
        if saved is None:
            zeros = self.network.zeros()
            return Stream(self, self.network.step(zeros, np.array([self.tokens.start])))
        shape = (2, self.configuration.layers, 1, self.configuration.hidden_size)
        fingerprint, state = saved[:_FINGERPRINT], saved[_FINGERPRINT:]
        if fingerprint != self.fingerprint or len(state) != 4 * np.prod(shape):
            raise UsageError("the saved state is of another model, or damaged; start a new stream")
        hidden, cell = np.frombuffer(state, np.float32).reshape(shape).copy()
        # No state comes near this, and NaN is not below it.
        if not all((np.abs(each) <= FARTHEST).all() for each in (hidden, cell)):
            raise UsageError("the saved state is damaged; start a new stream")
        return Stream(self, States(hidden, cell))

    def __reduce__(self) -> tuple[Any, ...]:
        """What makes it again in another process, packed anew there."""
        given = (self.tokens, self.configuration, self.weights)
        return _made, (*given, self.scores, self.network.number_format)

    @property
    def card(self) -> TokensCard:
        """What its file says about itself."""
        return TokensCard(configuration=self.configuration, scores=self.scores)

    @cached_property
    def fingerprint(self) -> bytes:
        """A digest of its weights, which tells models apart."""
        return fingerprint(self.weights.values())

    def save(self, path: AnyPath) -> None:
        """Write the model to a file, whole or not at all; usually ``NAME.karussell``.

        Raises:
            UsageError: If a token is made of anything but strings, numbers, booleans, None, tuples.
            ModelFileError: If the file cannot be written.
        """
        save(
            path,
            self.card,
            {**self.weights, "tokens": self.tokens.stored()},
            self._of_stored,
        )

    @classmethod
    def open(cls, path: AnyPath, *, number_format: AnyFormat = "float32") -> "SequenceModel":
        """The model that ``save`` wrote.

        Raises:
            ModelFileError: If the file is missing, damaged, foreign, of another kind or version, or
                lies about what it holds.
        """
        understand = partial(cls._of_stored, number_format=number_format)
        return load(path, TokensCard, understand, mapped=True)

    @classmethod
    def _of_stored(
        cls, stored: Stored[TokensCard], number_format: AnyFormat = "float32"
    ) -> "SequenceModel":
        weights = dict(stored.tensors)
        return cls(
            Tokens.of_stored(weights.pop("tokens")),
            stored.card.configuration,
            weights,
            scores=stored.card.scores,
            number_format=number_format,
        )


def _made(
    tokens: Tokens,
    configuration: Configuration,
    weights: Mapping[str, NDArray[Any]],
    scores: Mapping[str, float],
    number_format: NumberFormat,
) -> SequenceModel:
    return SequenceModel(tokens, configuration, weights, scores=scores, number_format=number_format)


class Stream:
    """A sequence as it comes, token by token. What was read is its state, whatever its length.

    Made by ``SequenceModel.stream``.
    """

    __slots__ = ("_model", "_states")

    def __init__(self, model: SequenceModel, states: States) -> None:
        self._model = model
        self._states = states

    def push(self, token: Hashable) -> float:
        """Read one more token; returns the natural log of how likely it was.

        Raises:
            UsageError: If it cannot be hashed.
        """
        return self._push(self._model.tokens.id(token))

    def read(self, tokens: Iterable[Hashable]) -> "Stream":
        """Read more tokens, and return this stream."""
        for number in self._model.tokens.ids(tokens):
            self._step(number)
        return self

    def predict(self, k: int = 3) -> list[Next]:
        """The k tokens, ``END`` among them, that are likeliest to come next, the best first.

        Raises:
            UsageError: If k is less than 1.
        """
        tokens = self._model.tokens
        if not k >= 1:
            raise UsageError(f"k is {k}, expected at least 1")
        # One more, in whose place UNKNOWN may stand, which nobody can be offered.
        ids, log_probs = self._model.network.best(self._states, min(k, tokens.predicted) + 1)
        found = zip(ids[0].tolist(), np.exp(log_probs[0]).tolist(), strict=True)
        kept = [Next(token=tokens.token(n), probability=p) for n, p in found if n != tokens.unknown]
        return kept[:k]

    def probabilities(self) -> dict[Hashable, float]:
        """How likely each token, ``END`` and ``UNKNOWN`` are to come next; they sum to one."""
        scores = self._scores()
        shares = np.exp(scores - log_sum_exp(scores)).tolist()
        return {self._model.tokens.token(number): share for number, share in enumerate(shares)}

    @property
    def state(self) -> State:
        """Hidden and cell state of all layers, (L, H) each."""
        return State(hidden=self._states.hidden[:, 0].copy(), cell=self._states.cell[:, 0].copy())

    def saved(self) -> bytes:
        """The state, to go on later: 8 bytes for each cell of each layer and a few more."""
        states = b"".join(np.ascontiguousarray(part).tobytes() for part in self._states)
        return self._model.fingerprint + states

    def copy(self) -> "Stream":
        """Another stream that has read the same."""
        return Stream(self._model, States(*(part.copy() for part in self._states)))

    def __iter__(self) -> Iterator[Next]:
        """All tokens that may come next, the likeliest first."""
        return iter(self.predict(self._model.tokens.predicted))

    def _push(self, number: int) -> float:
        scores = self._scores()
        self._step(number)
        return float(scores[number]) - float(log_sum_exp(scores))

    def _step(self, number: int) -> None:
        self._states = self._model.network.step(self._states, np.array([number]))

    def _scores(self) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = self._model.network.scores(self._states)[0]
        return scores
