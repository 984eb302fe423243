"""The packaged English model, and a predictor of it."""

from collections.abc import Iterator

import pytest

from karussell.keyboard import Predictor
from karussell.model import LanguageModel, embedded_path, open_model


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model(embedded_path())


@pytest.fixture
def predictor(model: LanguageModel) -> Iterator[Predictor]:
    with Predictor(model) as opened:
        yield opened
