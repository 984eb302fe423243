"""The packaged English keyboard, which each test finds without a memory of anybody's."""

from collections.abc import Iterator

import pytest

from karussell.keyboard import Predictor


@pytest.fixture(scope="module")
def english() -> Iterator[Predictor]:
    with Predictor.open() as predictor:
        yield predictor


@pytest.fixture(autouse=True)
def nothing_learned(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "english" in request.fixturenames:
        predictor: Predictor = request.getfixturevalue("english")
        predictor.memory.forget(everything=True)
