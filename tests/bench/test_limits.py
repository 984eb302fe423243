"""What a task costs at least."""

import pytest

from karussell.bench.cost import cost, limit
from karussell.bench.machine import Bandwidth, Limits, Peak, measure_limits
from karussell.bench.task import A10, A30, Entrant, Sizes, Task

_LIMITS = Limits(
    bandwidths=(
        Bandwidth("L1", 1, 1000, 100.0),
        Bandwidth("L2", 1, 5000, 50.0),
        Bandwidth("memory", 1, None, 10.0),
    ),
    peaks=(Peak("float32", 1, 1000.0),),
)
_SMALL = Sizes("small", 2, 4, 10)


@pytest.mark.parametrize(
    ("count", "seconds"), [(500, 5.0), (1000, 10.0), (3000, 10 + 40), (7000, 10 + 80 + 200)]
)
def test_each_level_is_read_at_its_own_speed(count: float, seconds: float) -> None:
    assert _LIMITS.seconds_to_read(count, 1) == pytest.approx(seconds)


def test_what_was_not_measured_is_not_made_up() -> None:
    with pytest.raises(ValueError, match="no bandwidth for 2 threads"):
        _LIMITS.seconds_to_read(1, 2)
    with pytest.raises(ValueError, match="no peak for 1 threads"):
        _LIMITS.seconds_to_compute(1, "int8", 1)


def test_a_step_reads_every_weight_once() -> None:
    found = cost(Task("step", _SMALL), Entrant("karussell", "float32"))
    assert found is not None
    rows = 16
    weights = rows * (2 + 4) + 2 * 4 + 10 * 2
    assert found.bytes == 4 * (weights + rows + 10 + 2)
    assert found.operations == 2 * weights


def test_hypotheses_share_the_product_with_their_state() -> None:
    one, many = (
        cost(Task(work, _SMALL, batch=8), Entrant("karussell", "float32"))
        for work in ("hypotheses", "step")
    )
    assert one is not None
    assert many is not None
    assert many.operations - one.operations == 2 * 7 * 16 * 4


def test_shared_and_coupled_gates_are_fewer_bytes() -> None:
    plain = cost(Task("step", A10), Entrant("karussell", "int8"))
    coupled = cost(Task("step", A10), Entrant("karussell", "int8", coupled=True))
    shared = cost(Task("step", A10, cells_per_block=2), Entrant("karussell", "int8"))
    assert plain is not None
    assert coupled is not None
    assert shared is not None
    assert shared.bytes < coupled.bytes < plain.bytes


def test_a_letter_has_no_limit_to_speak_of() -> None:
    assert limit(Task("letter", A30), Entrant("karussell"), _LIMITS) is None


def test_the_limit_is_the_longer_of_reading_and_computing() -> None:
    few, many = (Task("step", _SMALL, batch=batch) for batch in (1, 1000))
    entrant = Entrant("karussell", "float32")
    read, computed = limit(few, entrant, _LIMITS), limit(many, entrant, _LIMITS)
    assert read == pytest.approx(_LIMITS.seconds_to_read(4 * (124 + 28), 1))
    assert computed == pytest.approx(1000 * 2 * 124 / 1000)


def test_this_machine_has_limits_at_every_level() -> None:
    found = measure_limits([1])
    assert [one.level for one in found.bandwidths][::-1][0] == "memory"
    assert all(one.bytes_per_second > 1e8 for one in found.bandwidths)
    assert {one.number_format for one in found.peaks} == {"int8", "bfloat16", "float32"}
