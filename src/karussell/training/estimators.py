"""Models of sequences and series in the style of scikit-learn: ``pip install 'karussell[learn]'``.

They are cloned, put into pipelines and searched as its own estimators are. What they hold after
``fit`` in ``model_`` runs without torch and scikit-learn, and can be saved.
"""

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
from msgspec import structs
from numpy.typing import ArrayLike, NDArray

from karussell.errors import UsageError, needing
from karussell.sequences import SequenceModel, SeriesModel, series_of
from karussell.training.engine import Device
from karussell.training.series import train_series
from karussell.training.settings import SeriesSettings
from karussell.training.tokens import sequence_settings, train_tokens

with needing("the estimators need", extra="learn"):
    from joblib import effective_n_jobs  # type: ignore[import-untyped]
    from sklearn.base import BaseEstimator
    from sklearn.utils import check_array, check_random_state
    from sklearn.utils.validation import check_is_fitted, validate_data

RandomState = int | np.random.RandomState | np.random.Generator | None

Sequences = Sequence[Sequence[Hashable]]


class DataError(UsageError, ValueError):
    """Data that cannot work, which scikit-learn expects to be a ``ValueError``."""


class NextToken(BaseEstimator):  # type: ignore[misc]
    """Predicts the next token of sequences of anything hashable.

    ``X`` is a list of sequences everywhere; ``y`` is what came after each of them, and is only
    looked at by ``score``.

    Args:
        embedding_size: Numbers per token, E; chosen by how many tokens there are if None.
        hidden_size: Memory cells a layer, H; chosen likewise.
        layers: Layers, one on the other.
        cells_per_block: Memory cells that share one set of gates, S.
        epochs: Passes over the sequences; chosen by their number if None.
        least_count: How often a token must stand in the sequences to be known.
        learning_rate: Peak step size; chosen likewise if None.
        dropout: Part of embeddings and outputs set to zero while training.
        random_state: Fixes every random choice: an int, a ``RandomState`` or a ``Generator``, from
            which one is drawn, or None for another one each time.
        n_jobs: Processor threads; one per core if None, all but one for -2.
        device: Where it is trained: "cpu", "cuda", or "auto", a GPU where there is one.

    Attributes:
        model_: The ``karussell.sequences.SequenceModel`` that ``fit`` made.
        classes_: All tokens, and ``END``; an array of objects, (V,).
    """

    def __init__(
        self,
        *,
        embedding_size: int | None = None,
        hidden_size: int | None = None,
        layers: int = 1,
        cells_per_block: int = 1,
        epochs: float | None = None,
        least_count: int = 2,
        learning_rate: float | None = None,
        dropout: float = 0.3,
        random_state: RandomState = 1,
        n_jobs: int | None = None,
        device: Device = "auto",
    ) -> None:
        self.embedding_size = embedding_size
        self.hidden_size = hidden_size
        self.layers = layers
        self.cells_per_block = cells_per_block
        self.epochs = epochs
        self.least_count = least_count
        self.learning_rate = learning_rate
        self.dropout = dropout
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.device = device

    def fit(self, X: Sequences, y: object = None) -> Self:
        """Train on whole sequences, each from its beginning to its end."""
        _check_sequences(X)
        chosen = {name: each for name, each in _settings(self).items() if each is not None}
        if self.n_jobs is None:
            del chosen["threads"]  # as many as so many tokens need
        with _told():
            settings = sequence_settings(sum(len(each) for each in X))
            settings = structs.replace(settings, **chosen)
            self.model_: SequenceModel = train_tokens(X, settings=settings, device=self.device)
        tokens = self.model_.tokens
        self.classes_ = _objects([tokens.token(number) for number in range(tokens.predicted)])
        return self

    def predict(self, X: Sequences) -> NDArray[np.object_]:
        """The likeliest token after each sequence, which is ``END`` for one that seems whole."""
        check_is_fitted(self)
        _check_sequences(X)
        return _objects([self.model_.predict(each, k=1)[0].token for each in X])

    def predict_proba(self, X: Sequences) -> NDArray[np.float64]:
        """How likely each of ``classes_`` is to come next, if it is one of them: (N, V)."""
        check_is_fitted(self)
        _check_sequences(X)
        rows = [list(self.model_.stream().read(each).probabilities().values())[:-1] for each in X]
        shares = np.array(rows).reshape(len(rows), len(self.classes_))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    def score(self, X: Sequences, y: Sequence[Hashable] | None = None) -> float:
        """With ``y``, how often ``predict`` is right; without, the mean log probability of tokens.

        That is the natural log, over all tokens of all sequences and their ends.
        """
        check_is_fitted(self)
        _check_sequences(X)
        if y is not None:
            found = self.predict(X)
            return float(np.mean([a == b for a, b in zip(found, y, strict=True)]))
        return float(np.concatenate([self.model_.log_probs(each) for each in X]).mean())

    def sample(self, n_samples: int = 1, random_state: RandomState = 1) -> list[list[Hashable]]:
        """New sequences, drawn."""
        check_is_fitted(self)
        first = _seed(random_state)
        return [self.model_.sample(seed=first + number) for number in range(n_samples)]

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn may expect: sequences of anything are no table."""
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        return tags


class SeriesForecaster(BaseEstimator):  # type: ignore[misc]
    """Forecasts the steps after a series of numbers, with quantiles.

    ``X`` is an array (T, D) or (T,) everywhere, in the order of time, or for ``fit`` a list of
    them; ``y`` is not looked at.

    Args:
        horizon: Steps forecast at once, F.
        season: Steps after which a series is like itself; 1 for no season.
        quantiles: Which quantiles are forecast, ascending; 0.5 is the forecast itself.
        hidden_size: Memory cells a layer, H.
        layers: Layers, one on the other.
        window: Steps that gradients reach back.
        updates: Steps of training.
        learning_rate: Peak step size.
        dropout: Part of the layers' outputs set to zero while training.
        random_state: Fixes every random choice: an int, a ``RandomState`` or a ``Generator``, from
            which one is drawn, or None for another one each time.
        n_jobs: Processor threads; one per core if None, all but one for -2.
        device: Where it is trained: "cpu", "cuda", or "auto", a GPU where there is one.

    Attributes:
        n_features_in_: How many variables there are, D, if it was fitted on (T, D).
        feature_names_in_: Their names, if the table had names for them.
        model_: The ``karussell.sequences.SeriesModel`` that ``fit`` made.
    """

    def __init__(
        self,
        *,
        horizon: int = 24,
        season: int = 1,
        quantiles: tuple[float, ...] = (0.1, 0.5, 0.9),
        hidden_size: int = 64,
        layers: int = 1,
        window: int = 128,
        updates: int = 1000,
        learning_rate: float = 3e-3,
        dropout: float = 0.1,
        random_state: RandomState = 1,
        n_jobs: int | None = None,
        device: Device = "auto",
    ) -> None:
        self.horizon = horizon
        self.season = season
        self.quantiles = quantiles
        self.hidden_size = hidden_size
        self.layers = layers
        self.window = window
        self.updates = updates
        self.learning_rate = learning_rate
        self.dropout = dropout
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.device = device

    def fit(self, X: ArrayLike | list[ArrayLike], y: object = None) -> Self:
        """Train; the last tenth of each series decides which weights are kept."""
        for name in ("n_features_in_", "feature_names_in_"):
            if hasattr(self, name):
                delattr(self, name)
        if not isinstance(X, list | tuple):
            X = _checked(self, X, reset=True)
        with _told():
            settings = SeriesSettings(**_settings(self))
            self.model_: SeriesModel = train_series(X, settings=settings, device=self.device)
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        """The medians of the F steps after a series, (F, D), or (F,) after (T,)."""
        check_is_fitted(self)
        with _told():
            return self.model_.forecast(_checked(self, X)).median

    def predict_quantiles(self, X: ArrayLike) -> NDArray[np.float64]:
        """All quantiles of the F steps after a series, (F, D, Q), or (F, Q) after (T,)."""
        check_is_fitted(self)
        with _told():
            return self.model_.forecast(_checked(self, X)).values

    def score(self, X: ArrayLike, y: object = None) -> float:
        """By how much the medians are better than the naive forecast, from all places of a series.

        1 - mean absolute error / that of the values a season before: 0 is no better, 1 perfect.
        """
        check_is_fitted(self)
        with _told():
            scores = self.model_.score(_checked(self, X))
            if "skill" not in scores:
                raise UsageError(f"no median is forecast by quantiles {self.quantiles}; add 0.5")
            return scores["skill"]


@contextmanager
def _told() -> Iterator[None]:
    """What cannot work is told as scikit-learn's users expect it."""
    try:
        yield
    except UsageError as error:
        raise DataError(str(error)) from None


def _check_sequences(X: Any) -> None:
    """Refuse what is no list of sequences.

    Raises:
        DataError: If it is not.
    """
    if isinstance(X, str) or not hasattr(X, "__len__") or hasattr(X, "toarray"):
        raise DataError(f"X is a {type(X).__name__}, expected a list of sequences")
    for number, each in enumerate(X):
        if not hasattr(each, "__len__") or not hasattr(each, "__iter__"):
            raise DataError(
                f"X holds a {type(each).__name__} at {number}, expected a sequence of tokens"
            )


def _checked(estimator: SeriesForecaster, X: Any, *, reset: bool = False) -> NDArray[np.float64]:
    """A series (T, D) or (T,), with the checks and messages of scikit-learn.

    Raises:
        DataError: If there are masked numbers.
        ValueError: If it is no series, or of other variables than the estimator was fitted on.
    """
    if isinstance(X, np.ma.MaskedArray):
        with _told():
            return series_of(X, "X")[0]
    if np.ndim(X) == 1 and not hasattr(X, "toarray"):
        return np.asarray(check_array(X, ensure_2d=False, dtype=np.float64))
    return np.asarray(
        validate_data(
            estimator,
            X,
            reset=reset or not hasattr(estimator, "n_features_in_"),
            dtype=np.float64,
            ensure_min_samples=2,
        )
    )


def _settings(estimator: BaseEstimator) -> dict[str, Any]:
    """An estimator's parameters under the names that settings have."""
    chosen: dict[str, Any] = estimator.get_params()
    chosen["seed"] = _seed(chosen.pop("random_state"))
    del chosen["device"]  # no setting: it decides nothing about the model
    jobs = chosen.pop("n_jobs")
    chosen["threads"] = 0 if jobs is None else effective_n_jobs(jobs)
    return chosen


def _seed(random_state: RandomState) -> int:
    """A seed out of whatever scikit-learn calls a random state."""
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**31))
    if random_state is None or isinstance(random_state, np.random.RandomState):
        return int(check_random_state(random_state).randint(2**31 - 1))
    return random_state


def _objects(tokens: list[Hashable]) -> NDArray[np.object_]:
    """An array of objects, whatever they are: tuples would become rows otherwise."""
    found = np.empty(len(tokens), object)
    found[:] = tokens
    return found
