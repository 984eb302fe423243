"""`karussell lab memory`."""

import json
from pathlib import Path

import pytest

from karussell import lab as library
from karussell.lab import Memories, Memory, Remembered
from tests.cli.conftest import Run

_LAGS = [0, 1, 10, 100, 1000]


@pytest.fixture(autouse=True)
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is measured: what is found is made up."""
    lost = Memory.of(_LAGS, [[1.0, 0.9, 0.3, -0.02, -0.01]] * 3)
    held = Memory.of(_LAGS, [[1.0] * 5] * 3)

    def network(marked: Memory) -> Remembered:
        memory = {"untrained: marked": lost, "untrained: other": lost}
        memory |= {"trained: marked": marked, "trained: other": lost}
        return Remembered(
            weights=5, state=32, rate=0.003, sequences=96, error=[0.1] * 3, memory=memory
        )

    names = ("plain RNN", "plain RNN, equal weights", "LSTM, forget bias 1", "LSTM, biases for T")
    found = Memories(networks={name: network(held if "T" in name[:5] else lost) for name in names})
    monkeypatch.setattr(library, "measure_memories", lambda asked, watch: found)


def test_it_says_what_is_held(run: Run) -> None:
    outcome = run("lab", "memory", "--quick")
    assert (outcome.code, outcome.err) == (0, "")
    marked = [line.split() for line in outcome.out.splitlines() if "trained: marked" in line]
    trained = [line[-5:] for line in marked if "untrained:" not in line]
    assert trained[0] == ["0.90", "0.30", "0.00", "0.00", "10"]
    assert trained[-1] == ["1.00", "1.00", "1.00", ">", "1,000"]


def test_it_tells_programs_all(run: Run) -> None:
    found = json.loads(run("lab", "memory", "--quick", "--json").out)
    assert found["networks"]["plain RNN"]["memory"]["trained: other"]["span"] == [10, 10, 10]


@pytest.mark.parametrize("name", ["memory.svg", "memory.png"])
def test_it_draws(run: Run, tmp_path: Path, name: str) -> None:
    assert run("lab", "memory", "--plot", tmp_path / name).code == 0
    assert (tmp_path / name).stat().st_size > 10_000
