"""Rounds in turn, and the statistics of them."""

from collections.abc import Iterator, Sequence

import pytest

from karussell.bench.rounds import Round, Turn, alternate, middle, ratio, summary


def a_turn(*medians: int) -> tuple[Iterator[int], Turn]:
    """What is left of the medians, in microseconds, and a turn that takes the next one."""
    left = iter(medians)
    return left, lambda: [1000 * next(left)] * 3


def rounds_of(*medians: float) -> tuple[Round, ...]:
    return tuple(Round(median=median, p99=2 * median, calls=10) for median in medians)


def test_a_round_is_the_median_and_the_99th_percentile_of_its_calls() -> None:
    found = summary([1000 * number for number in range(200, 0, -1)])
    assert (found.median, found.p99, found.calls) == (100.5, 198.0, 200)


def test_of_few_calls_the_longest_is_the_99th_percentile() -> None:
    assert summary([3000, 1000, 2000]) == Round(median=2.0, p99=3.0, calls=3)


def test_everybody_takes_turns() -> None:
    order: list[str] = []

    def turn(name: str) -> Sequence[int]:
        order.append(name)
        return [1000]

    alternate([lambda: turn("a"), lambda: turn("b")], rounds=3, pause=0)
    assert order == ["a", "b"] * 3


def test_quiet_rounds_are_kept_as_they_are() -> None:
    _, a = a_turn(10, 12, 11)
    _, b = a_turn(20, 21, 22)
    found = alternate([a, b], rounds=3, pause=0)
    assert [[one.median for one in kept] for kept in found.kept] == [[10, 12, 11], [20, 21, 22]]
    assert found.repeated == (0, 0)


def test_a_round_in_which_somebody_stalls_is_repeated_by_all() -> None:
    left, a = a_turn(10, 11, 12, 13)
    _, b = a_turn(20, 90, 21, 22)
    found = alternate([a, b], rounds=3, pause=0)
    assert [[one.median for one in kept] for kept in found.kept][1] == [20, 22, 21]
    assert found.repeated[1] == 1
    assert list(left) == []


def test_who_stalls_again_and_again_is_reported_in_the_end() -> None:
    _, a = a_turn(10, 10, 100, 100, 100, 100)
    found = alternate([a], rounds=3, pause=0)
    assert [one.median for one in found.kept[0]] == [10, 10, 100]
    assert found.repeated == (3,)


def test_one_round_alone_cannot_stall() -> None:
    _, a = a_turn(10)
    assert alternate([a], rounds=1, pause=0).repeated == (0,)


def test_the_middle_of_rounds_forgets_the_odd_one() -> None:
    assert middle(rounds_of(10, 12, 29)) == Round(median=12, p99=24, calls=30)


def test_a_ratio_compares_what_was_measured_in_the_same_round() -> None:
    # The machine is half as quick in the second round, for both.
    assert ratio(rounds_of(20, 40, 21), rounds_of(10, 20, 10)) == pytest.approx(2.0)
