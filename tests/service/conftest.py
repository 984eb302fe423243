from collections.abc import Iterator
from pathlib import Path

import pytest

from karussell.keyboard import Predictor
from tests.conftest import WriteModel
from tests.service.speaking import Keyboard


@pytest.fixture
def predictor(write_model: WriteModel, tmp_path: Path) -> Iterator[Predictor]:
    """Ten words, of which "tea" is withheld."""
    with Predictor.open(write_model(tmp_path / "m.karussell", withheld=[4])) as predictor:
        yield predictor


@pytest.fixture
def keyboard(predictor: Predictor) -> Keyboard:
    return Keyboard(predictor)
