"""Settings of any run: numbers of any kind are taken, what is none is refused by name."""

from typing import Any

import msgspec
import numpy as np
import pytest

from karussell.errors import UsageError
from karussell.training import SeriesSettings, Settings


def test_numbers_of_numpy_are_taken_as_a_plan_can_hold_them() -> None:
    found = SeriesSettings(
        horizon=np.int64(3),  # type: ignore[arg-type]
        learning_rate=np.float32(0.5),  # type: ignore[arg-type]
        quantiles=np.array([0.25, 0.5]),  # type: ignore[arg-type]
        dropout=0,
        seed=np.uint32(7),  # type: ignore[arg-type]
    )
    assert msgspec.json.decode(msgspec.json.encode(found), type=SeriesSettings) == found
    assert (found.horizon, found.quantiles, found.seed) == (3, (0.25, 0.5), 7)


@pytest.mark.parametrize(
    ("kind", "wrong", "message"),
    [
        (Settings, {"hidden_size": "16"}, "hidden_size is '16', expected a whole number"),
        (Settings, {"hidden_size": 16.0}, "hidden_size is '16.0', expected a whole number"),
        (Settings, {"epochs": "many"}, "epochs is 'many', expected numbers"),
        (Settings, {"epochs": float("inf")}, "epochs is inf, expected more than 0, and finite"),
        (Settings, {"seconds": float("inf")}, "seconds is inf"),
        (Settings, {"epochs": float("nan")}, "epochs is nan"),
        (Settings, {"learning_rate": float("inf")}, "learning_rate is inf"),
        (Settings, {"seed": -1}, "seed is -1, expected 0 or more"),
        (Settings, {"seed": 2**32}, "seed is 4294967296, expected less than 4294967296"),
        (Settings, {"threads": -1}, "threads is -1, expected 0 or more"),
        (SeriesSettings, {"quantiles": 0.5}, "quantiles is '0.5', expected numbers"),
        (SeriesSettings, {"quantiles": ("low",)}, r"quantiles is .* expected numbers"),
        (SeriesSettings, {"season": None}, "season is 'None', expected a whole number"),
    ],
)
def test_what_is_no_number_is_refused_by_name(
    kind: type[Settings | SeriesSettings], wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        kind(**wrong)


def test_threads_are_as_many_as_the_process_should_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: range(6), raising=False)
    for told, expected in (("", 6), ("2", 2), ("3,1", 3), ("99", 6), ("0", 6), ("many", 6)):
        monkeypatch.setenv("OMP_NUM_THREADS", told)
        assert Settings().for_this_machine().threads == expected
    assert Settings(threads=5).for_this_machine().threads == 5
