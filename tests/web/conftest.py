from collections.abc import Iterator
from pathlib import Path

import pytest

from karussell.keyboard import Predictor
from tests.web.serving import Running, serving


@pytest.fixture(scope="module")
def running(ten_word_path: Path) -> Iterator[Running]:
    with Predictor.open(ten_word_path) as predictor, serving(predictor) as server:
        yield server
