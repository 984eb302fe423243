"""Sizes that no memory holds are refused by name before anything is taken or written."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from karussell.errors import TrainingError, UsageError
from karussell.training import SeriesSettings, Settings, check_memory, train

HUGE = [
    {"hidden_size": 999_999_999},
    {"layers": 10**9},
    {"embedding_size": 10**9},
    {"negatives": 10**13},
    {"cell": "rnn", "hidden_size": 10**8},
    {"hidden_size": 10**30},
]


@pytest.mark.parametrize("wrong", HUGE)
@pytest.mark.parametrize("kind", ["text", "tokens"])
def test_a_network_that_no_memory_holds_is_refused_by_name_and_leaves_nothing(
    tmp_path: Path, wrong: dict[str, Any], kind: str
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("see you soon\n" * 50)
    data: Any = [text] if kind == "text" else [["a", "b"]] * 40
    name = [*wrong][-1]
    with pytest.raises(UsageError, match=f"{name} is {wrong[name]}: .* choose a smaller {name}"):
        train(data, out=tmp_path / "out", settings=Settings(**wrong))
    assert list(tmp_path.iterdir()) == [text]


@pytest.mark.parametrize("wrong", [{"hidden_size": 10**9}, {"layers": 10**10}])
def test_so_is_one_for_series(tmp_path: Path, wrong: dict[str, Any]) -> None:
    name = next(iter(wrong))
    with pytest.raises(UsageError, match=f"choose a smaller {name}"):
        train(np.arange(200.0), out=tmp_path / "out", settings=SeriesSettings(**wrong))
    assert list(tmp_path.iterdir()) == []


def test_what_the_text_does_not_fill_takes_no_memory(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("see you soon\n" * 50)
    settings = Settings(
        vocabulary_size=10**12, rare_words=10**12, batch_words=10**12, hidden_size=8,
        embedding_size=4, epochs=0.5, negatives=0, threads=1,
    )  # fmt: skip
    assert len(train([text], settings=settings).vocabulary) == 3


def test_what_is_usual_fits_where_people_train(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("karussell.training.memory._memory", lambda: 2 * 10**9)
    check_memory(Settings(), words=28_000, read=10**9)
    check_memory(SeriesSettings(), read=10**6)
    monkeypatch.setattr("karussell.training.memory._memory", lambda: 10**8)
    with pytest.raises(UsageError, match=r"about [0-9]+ MB of memory, and there are 100 MB here"):
        check_memory(Settings(), words=28_000, read=10**9)
    monkeypatch.setattr("karussell.training.memory._memory", lambda: None)
    check_memory(Settings(), words=28_000, read=10**9)


@pytest.mark.parametrize(
    "error",
    [MemoryError(), RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate")],
)
def test_memory_that_ends_all_the_same_is_one_clear_error_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("karussell.training.loop.Loop._update", fail)
    with pytest.raises(TrainingError, match="not enough memory for this training"):
        train([["a", "b"]] * 40, out=tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
