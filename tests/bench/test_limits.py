"""What a task costs at least."""

import itertools

import pytest

from karussell.bench.cost import cost, limit
from karussell.bench.limits import (
    FORMATS,
    Bandwidth,
    Ceilings,
    Limits,
    Peak,
    best_of,
    measure_limits,
)
from karussell.bench.report import Board, Measurement, beaten, beside
from karussell.bench.task import A10, A30, OURS, Entrant, Sizes, Task

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


def test_a_shared_cache_is_read_as_far_as_it_is_surely_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes: list[tuple[int, int]] = []

    def read(size: int, threads: int, tries: int) -> float:
        sizes.append((size, threads))
        return 1.0

    monkeypatch.setattr("karussell.bench.limits.kernels.read_bandwidth", read)
    # A guest sees the whole cache of a processor of many cores, and has a share of it at best.
    caches = ((48 << 10, False), (2 << 20, False), (256 << 20, True))
    monkeypatch.setattr("karussell.bench.limits._caches", lambda: caches)
    measure_limits([1, 2], tries=1)
    own = [24 << 10, 1 << 20, 8 << 20]
    assert sizes == [
        *((size, 1) for size in (*own, 1 << 30)),
        *((size, 2) for size in (*own, 1 << 29)),
    ]
    # One that is small is filled by half, as before.
    sizes.clear()
    caches = ((32 << 10, False), (512 << 10, False), (2 << 20, True))
    measure_limits([2], tries=1)
    assert [size for size, _ in sizes][2] == 512 << 10


def limits(near: float, far: float, *peaks: float) -> Limits:
    """A round that measured these."""
    return Limits(
        (Bandwidth("L1", 1, 1000, near), Bandwidth("memory", 1, None, far)),
        tuple(Peak(name, 1, each) for name, each in zip(FORMATS, peaks, strict=True)),
    )


def test_a_limit_that_one_round_measured_low_is_healed_by_another() -> None:
    rounds = [limits(11, 9, 3, 2, 1), limits(100, 8, 1, 5, 1), limits(90, 10, 2, 2, 2)]
    for order in itertools.permutations(rounds):
        assert best_of(order) == limits(100, 10, 3, 5, 2)


def test_more_threads_can_do_what_fewer_can() -> None:
    peaks = (Peak("int8", 1, 10), Peak("int8", 2, 7), Peak("float32", 1, 3), Peak("float32", 2, 6))
    reads = (Bandwidth("L1", 1, 9, 5), Bandwidth("L1", 2, 18, 4), Bandwidth("memory", 2, None, 1))
    found = best_of([Limits(reads, peaks)])
    assert [one.operations_per_second for one in found.peaks] == [10, 10, 3, 6]
    assert [one.bytes_per_second for one in found.bandwidths] == [5, 5, 1]


def test_each_look_makes_a_round_and_keeps_the_best() -> None:
    made = iter([limits(11, 9, 3, 2, 1), limits(10, 10, 1, 1, 1), limits(100, 1, 1, 1, 4)])
    ceilings = Ceilings(lambda tries: next(made))
    assert ceilings.limits == limits(11, 9, 3, 2, 1)
    ceilings.look()
    ceilings.look()
    assert (ceilings.limits, ceilings.rounds) == (limits(100, 10, 3, 2, 4), 3)


def a_board(microseconds: float) -> Board:
    """Ours, and a peer that no limit is told of."""
    task = Task("step", _SMALL)
    measured = [
        Measurement(
            name=engine, task=task, entrant=Entrant(engine), median=microseconds,
            p99=microseconds, rounds=(),
        )
        for engine in (OURS, "numpy")
    ]  # fmt: skip
    return Board("step", "a step", tuple(measured), ())


def test_nothing_is_above_its_limit_and_what_was_is_noted() -> None:
    board = a_board(1e6)  # a second
    least = limit(Task("step", _SMALL), Entrant(OURS), _LIMITS)
    assert least is not None
    slow, quick = a_board(2e6 * least), a_board(0.5e6 * least)
    assert not beaten([slow], _LIMITS)
    assert beaten([slow, quick], _LIMITS)
    ours, peer = beside(slow, _LIMITS).measurements
    assert ours.part_of_limit == pytest.approx(0.5)
    assert (peer.limit, peer.part_of_limit) == (None, None)
    shown = beside(quick, _LIMITS)
    assert shown.measurements[0].part_of_limit == 1
    assert shown.notes == ("karussell, 1 thread: 200% of the limits as they were measured",)
    assert beside(board, _LIMITS).title == board.title
