"""All formats at all levels, and what "auto" is there."""

import itertools

import msgspec
import pytest

from karussell import kernels
from karussell.bench import Formats, compare_levels, levels
from karussell.bench.task import Sizes


def formats(auto: str, **milliseconds: float) -> Formats:
    fields = {
        "level": "new", "work": "training", "rows": 0, "auto": auto, "why": "measured",
        "milliseconds": milliseconds,
    }  # fmt: skip
    return msgspec.convert(fields, Formats)


@pytest.mark.parametrize(("auto", "loss"), [("float32", 2.0), ("bfloat16", 1.0)])
def test_what_auto_loses_to_the_quickest(auto: str, loss: float) -> None:
    assert formats(auto, float32=10.0, bfloat16=5.0).loss == loss


def test_the_least_time_of_each_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    # Asked for the end of a turn, before and after a call: so three times a call.
    took = [9.0, 1.0, 2.0, 50.0]
    clock = itertools.chain.from_iterable(
        (100.0 * place, 100.0 * place, 100.0 * place + each) for place, each in enumerate(took)
    )
    monkeypatch.setattr("karussell.bench.levels.time.process_time", lambda: next(clock))
    assert levels.least_times([lambda: None, lambda: None], rounds=2) == [2000.0, 1000.0]


def test_every_level_is_compared_in_every_work_and_then_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tiny = Sizes("tiny", 8, 16, 50)
    monkeypatch.setattr(levels, "_TRAINED", tiny)
    monkeypatch.setattr(levels, "_STEPPED", tiny)
    monkeypatch.setattr(levels, "_TURN", 0.0)
    before, told = kernels.level(), set[str]()
    found = compare_levels(rounds=1, tell=lambda level, what: told.add(level))
    assert kernels.level() == before
    assert {one.level for one in found} == told == {*kernels.levels()}
    for one in found:
        assert set(one.milliseconds) == {"float32", "bfloat16"} | ({"int8"} if one.rows else set())
        assert one.auto in one.milliseconds
        assert one.loss >= 1
    assert [one.rows for one in found if one.level == before] == [0, 0, 1, 4, 16, 64]
