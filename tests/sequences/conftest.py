"""Small models of sequences and series with random weights: nothing is trained here."""

import numpy as np
import pytest
from numpy.typing import NDArray

from karussell.model import Configuration, weight_shapes
from karussell.sequences import SequenceModel, SeriesConfiguration, SeriesModel, Tokens

TOKENS = ("go", ("turn", 90), 7, None, 0.5, True and "stop")


@pytest.fixture(scope="session")
def configuration() -> Configuration:
    return Configuration(
        cell="lstm",
        layers=2,
        embedding_size=5,
        hidden_size=6,
        cells_per_block=2,
        vocabulary_size=len(TOKENS) + 1,
    )


@pytest.fixture(scope="session")
def weights(configuration: Configuration) -> dict[str, NDArray[np.float32]]:
    random = np.random.default_rng(1)
    shapes = weight_shapes(configuration)
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


@pytest.fixture(scope="session")
def model(configuration: Configuration, weights: dict[str, NDArray[np.float32]]) -> SequenceModel:
    return SequenceModel(Tokens(TOKENS), configuration, weights, scores={"perplexity": 3.5})


@pytest.fixture(scope="session")
def series_configuration() -> SeriesConfiguration:
    return SeriesConfiguration(
        variables=2,
        horizon=5,
        season=3,
        quantiles=(0.1, 0.5, 0.9),
        hidden_size=6,
        layers=2,
        cells_per_block=3,
    )


@pytest.fixture(scope="session")
def arrays(series_configuration: SeriesConfiguration) -> dict[str, NDArray[np.floating]]:
    random = np.random.default_rng(2)
    return {
        name: random.uniform(0.1, 1, tensor.shape).astype(tensor.dtype)
        for name, tensor in series_configuration.tensors().items()
    }


@pytest.fixture(scope="session")
def series_model(
    series_configuration: SeriesConfiguration, arrays: dict[str, NDArray[np.floating]]
) -> SeriesModel:
    return SeriesModel(series_configuration, arrays, scores={"loss": 0.5})


@pytest.fixture(scope="session")
def series() -> NDArray[np.float64]:
    return np.random.default_rng(3).normal(size=(20, 2)).cumsum(0)
