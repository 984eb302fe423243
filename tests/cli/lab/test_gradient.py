"""`karussell lab gradient`."""

import json
from pathlib import Path

import numpy as np
import pytest

from karussell import lab as library
from karussell.cli.lab.gradient import shown
from karussell.lab import Gradients, Reach, Trained, Untrained
from karussell.lab.gradient.measuring import UNTRAINED
from tests.cli.conftest import Run


def _reach(rate: float, lag: int = 1000) -> Reach:
    return Reach.of([rate ** np.arange(lag + 1.0)[:, None] * np.ones(3)] * 2)


@pytest.fixture(autouse=True)
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is measured: what is found is made up."""
    after = Trained(
        weights=7, rate=0.003, sequences=96, wrong=[0.0, 0.5], error=[0.1, 0.5],
        reach={moment: _reach(0.9, 100) for moment in ("start", "during", "after")},
    )  # fmt: skip
    found = Gradients(
        untrained={
            name: Untrained(
                weights=5,
                whole=_reach(0.3 if "RNN" in name else 0.99),
                inside=None if "RNN" in name else _reach(1.0),
            )
            for name in UNTRAINED
        },
        trained={"T = 100: plain RNN": after, "T = 100: LSTM, biases for T": after},
    )
    monkeypatch.setattr(library, "measure_gradients", lambda asked, watch: found)


def test_it_says_what_arrives(run: Run) -> None:
    outcome = run("lab", "gradient", "--quick")
    assert (outcome.code, outcome.err) == (0, "")
    (plain,) = [line for line in outcome.out.splitlines() if line.startswith("plain RNN  ")]
    # 0.3 ** 1000 is no number of float64.
    assert plain.split()[2:] == ["5", "6e-06", "5e-53", "<", "5e-324", "0.300", "4", "12"]
    (learned,) = [line for line in outcome.out.splitlines() if "T = 100: LSTM" in line]
    assert "1 of 2" in learned


def test_it_tells_programs_all(run: Run) -> None:
    found = json.loads(run("lab", "gradient", "--quick", "--json").out)
    assert found["untrained"]["plain RNN"]["whole"]["left"][0][-1] == 0
    assert set(found["trained"]["T = 100: plain RNN"]["reach"]) == {"start", "during", "after"}


@pytest.mark.parametrize("name", ["gradient.svg", "gradient.png"])
def test_it_draws(run: Run, tmp_path: Path, name: str) -> None:
    assert run("lab", "gradient", "--quick", "--plot", tmp_path / name).code == 0
    assert (tmp_path / name).stat().st_size > 10_000


@pytest.mark.parametrize(
    ("left", "text"), [(1.0, "1"), (0.0123, "0.012"), (2.5e-71, "2e-71"), (0.0, "< 5e-324")]
)
def test_nothing_is_shown_as_zero_that_is_only_too_small(left: float, text: str) -> None:
    assert shown(left) == text
