"""The packaged English keyboard, without a memory of anybody's."""

from collections.abc import Iterator

import pytest

from karussell.keyboard import Predictor


@pytest.fixture(scope="module")
def english() -> Iterator[Predictor]:
    with Predictor.open() as predictor:
        yield predictor
