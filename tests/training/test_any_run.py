"""One function that trains on whatever is given."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import karussell as ka
from karussell.errors import UsageError
from karussell.model import LanguageModel

TOKENS = ka.Settings(embedding_size=4, hidden_size=8, epochs=1, batch_words=64, threads=1)


def test_each_kind_of_data_gives_its_kind_of_model(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("see you soon\n" * 100)
    assert isinstance(ka.train([text], settings=TOKENS), LanguageModel)
    assert isinstance(ka.train([["a", 1], ("a", 1)] * 9, settings=TOKENS), ka.SequenceModel)
    few = ka.SeriesSettings(horizon=1, updates=1, hidden_size=4, threads=1)
    assert isinstance(ka.train(np.arange(50.0), settings=few), ka.SeriesModel)
    assert isinstance(ka.train([np.arange(50), np.arange(60)], settings=few), ka.SeriesModel)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("letters.txt", "data is a str; expected a list of text files"),
        ([["a"], "letters.txt"], "data mix files and sequences"),
        ([1, 2, 3], "data hold a int; expected names of text files"),
        ([{"a": 1}], "data hold a dict"),
    ],
)
def test_other_data_are_refused(data: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ka.train(data)
