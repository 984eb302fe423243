"""How the machine was during a run."""

import itertools
from pathlib import Path

import pytest

from karussell.bench import machine
from karussell.bench.machine import Context, Moment, Watch, describe


def test_a_run_tells_its_loads_and_how_far_the_speed_of_a_core_drifted() -> None:
    moments = tuple(
        Moment(seconds, load, loop)
        for seconds, load, loop in ((0, 0.5, 4000.0), (9, 2.5, 5000.0), (20, 1.0, 4100.0))
    )
    context = Context(moments, 0.0, 0.5)
    assert context.loads == (0.5, 2.5)
    assert context.drift == pytest.approx(0.25)


def test_it_looks_before_between_and_after() -> None:
    watch = Watch()
    watch.look()
    context = watch.context()
    assert len(context.moments) == 3
    seconds = [one.seconds for one in context.moments]
    assert seconds == sorted(seconds)
    assert all(one.loop > 0 for one in context.moments)


def test_time_that_the_host_gave_to_others_is_a_part_of_all() -> None:
    names = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
    before = dict.fromkeys(names, 100)
    after = {**before, "user": 160, "idle": 120, "steal": 120}
    assert machine._parts(before, after) == (0.2, 0.6)
    assert machine._parts(after, after) == (None, None)
    assert machine._parts({}, {}) == (None, None)


@pytest.mark.parametrize("told", ["", "cpu", "cpu 1 2 3", "cpu a b c d e f g h i"])
def test_a_system_that_tells_no_times_is_no_error(
    monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda self: told)
    assert machine._times() == {}


def test_a_fixed_loop_is_the_best_of_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.chain.from_iterable(
        (10.0 * place, 10.0 * place + took) for place, took in enumerate((3, 2, 5, 4, 9))
    )
    monkeypatch.setattr("karussell.bench.machine.time.thread_time", lambda: next(clock))
    assert machine._loop() == pytest.approx(2e6)


def test_what_the_processor_has_for_small_numbers_is_told() -> None:
    found = describe(()).features
    assert set(found) <= set(machine._TOLD)
