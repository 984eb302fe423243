"""Small shared fixtures: a model of ten words, written and opened like any other."""

import os
import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from numpy.typing import NDArray

from karussell import kernels
from karussell.kernels import NumberFormat
from karussell.model import (
    Card,
    Configuration,
    LanguageModel,
    RareWords,
    Source,
    Training,
    open_model,
    save_model,
    weight_shapes,
)
from karussell.text import Vocabulary

# A busy machine is no failure, and a model shared by all examples never changes.
settings.register_profile(
    "karussell", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("karussell")

# What the person who runs the tests taught their keyboard is neither read nor written.
_HOME = tempfile.TemporaryDirectory(prefix="karussell-tests-")
os.environ["XDG_DATA_HOME"] = f"{_HOME.name}/data"
os.environ["XDG_CONFIG_HOME"] = f"{_HOME.name}/config"
os.environ["XDG_RUNTIME_DIR"] = f"{_HOME.name}/run"
Path(_HOME.name, "run").mkdir(mode=0o700)

# A script's `make test &` ignores Ctrl-C, and every process started from here would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_WORDS = {
    "a": 5,
    "are": 3,
    "i": 7,
    "see": 2,
    "tea": 4,
    "ten": 1,
    "the": 9,
    "to": 8,
    "tomorrow": 0,
    "you": 6,
}
_UNKNOWN_COUNT = 5


class MakeCard(Protocol):
    def __call__(
        self,
        *,
        cell: Literal["lstm", "rnn"] = "lstm",
        layers: int = 1,
        cells_per_block: int = 1,
        coupled_gates: bool = False,
    ) -> Card: ...


class MakeWeights(Protocol):
    def __call__(self, card: Card, seed: int = 0) -> dict[str, NDArray[np.float32]]: ...


class WriteModel(Protocol):
    def __call__(
        self,
        path: Path,
        *,
        card: Card | None = None,
        weights: Mapping[str, NDArray[Any]] | None = None,
        number_format: NumberFormat = "int8",
        rare: RareWords | None = None,
        withheld: Sequence[int] = (),
    ) -> Path: ...


@pytest.fixture(scope="session")
def ten_words() -> Vocabulary:
    casing = ["I" if word == "i" else "" for word in _WORDS]
    return Vocabulary(_WORDS, casing)


@pytest.fixture(scope="session")
def ten_counts() -> NDArray[np.uint32]:
    return np.array([*_WORDS.values(), _UNKNOWN_COUNT], np.uint32)


@pytest.fixture(scope="session")
def make_card() -> MakeCard:
    def make(
        *,
        cell: Literal["lstm", "rnn"] = "lstm",
        layers: int = 1,
        cells_per_block: int = 1,
        coupled_gates: bool = False,
    ) -> Card:
        return Card(
            name="ten words",
            language="en",
            licence="CC0-1.0",
            sources=(Source(name="nobody", licence="CC0-1.0"),),
            configuration=Configuration(
                cell=cell,
                layers=layers,
                embedding_size=6,
                hidden_size=8,
                cells_per_block=cells_per_block,
                coupled_gates=coupled_gates,
                vocabulary_size=len(_WORDS),
            ),
            training=Training(command="none", seed=0, words=0, seconds=0.0, software="none"),
        )

    return make


@pytest.fixture(scope="session")
def make_weights() -> MakeWeights:
    def make(card: Card, seed: int = 0) -> dict[str, NDArray[np.float32]]:
        random = np.random.default_rng(seed)
        shapes = weight_shapes(card.configuration)
        return {
            name: random.normal(0, 0.7, shape).astype(np.float32) for name, shape in shapes.items()
        }

    return make


@pytest.fixture(scope="session")
def write_model(
    make_card: MakeCard,
    make_weights: MakeWeights,
    ten_words: Vocabulary,
    ten_counts: NDArray[np.uint32],
) -> WriteModel:
    def write(
        path: Path,
        *,
        card: Card | None = None,
        weights: Mapping[str, NDArray[Any]] | None = None,
        number_format: NumberFormat = "int8",
        rare: RareWords | None = None,
        withheld: Sequence[int] = (),
    ) -> Path:
        card = card or make_card()
        save_model(
            path,
            card=card,
            weights=make_weights(card) if weights is None else weights,
            vocabulary=ten_words,
            counts=ten_counts,
            number_format=number_format,
            rare=rare,
            withheld=withheld,
        )
        return path

    return write


@pytest.fixture(scope="session")
def ten_word_path(write_model: WriteModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model") / "ten.karussell")


@pytest.fixture(scope="session")
def ten_word_model(ten_word_path: Path) -> LanguageModel:
    return open_model(ten_word_path)


@pytest.fixture(params=kernels.levels())
def level(request: pytest.FixtureRequest) -> Iterator[str]:
    """Runs a test once at every level this machine has."""
    before = kernels.level()
    kernels.use_level(request.param)
    yield request.param
    kernels.use_level(before)
