"""What "auto" means: the level tells, or the quicker of two that were timed, once."""

import threading

import pytest

from karussell import kernels
from karussell.kernels import quickest


@pytest.fixture
def unknown_level(monkeypatch: pytest.MonkeyPatch) -> str:
    """A level of which nobody knows what is quick on it, and nothing chosen before."""
    monkeypatch.setattr(quickest, "level", lambda: "new")
    monkeypatch.setattr(quickest, "_precisions", {})
    monkeypatch.setattr(quickest, "_formats", {})
    return "new"


def timed_as(monkeypatch: pytest.MonkeyPatch, *found: float) -> list[int]:
    """Have measurements come to these gains; how often one was made is what it holds."""
    made: list[int] = []

    def gains(calls: list[object]) -> list[float]:
        made.append(len(calls))
        return list(found)

    monkeypatch.setattr(quickest, "gains", gains)
    return made


@pytest.mark.usefixtures("level")
def test_every_level_has_a_choice_that_is_kept_and_told() -> None:
    choice = kernels.quickest_precision()
    assert choice.format in ("float32", "bfloat16")
    assert choice.level == kernels.level()
    assert kernels.quickest_precision() is choice
    for rows in (1, 16):
        assert kernels.quickest_format(rows).format in ("float32", "bfloat16", "int8")
        assert kernels.quickest_format(rows) is kernels.quickest_format(rows)


@pytest.mark.usefixtures("level")
def test_where_no_instruction_multiplies_bfloat16_nothing_is_measured() -> None:
    if "bf16" not in kernels.level() and kernels.level() not in ("amx", "neon_i8mm"):
        choice = kernels.quickest_precision()
        assert (choice.format, choice.gains) == ("float32", {})
        assert choice.why == f"as {kernels.level()} tells"
    else:
        assert set(kernels.quickest_precision().gains) == {"bfloat16"}


@pytest.mark.parametrize(
    ("gain", "expected"),
    [(0.5, "float32"), (0.99, "float32"), (1.04, "float32"), (1.06, "bfloat16"), (2.0, "bfloat16")],
)
def test_bfloat16_is_chosen_where_it_is_quicker_by_more_than_an_error(
    monkeypatch: pytest.MonkeyPatch, unknown_level: str, gain: float, expected: str
) -> None:
    made = timed_as(monkeypatch, 1.0, gain)
    choice = kernels.quickest_precision()
    assert (choice.format, choice.level) == (expected, unknown_level)
    assert choice.why == f"measured: bfloat16 {gain:.2f} times float32's speed"
    assert kernels.quickest_precision() is choice
    assert made == [2]  # once for all of the process


@pytest.mark.usefixtures("unknown_level")
@pytest.mark.parametrize("best", ["float32", "bfloat16", "int8"])
def test_the_quickest_of_three_formats_is_chosen_by_rows(
    monkeypatch: pytest.MonkeyPatch, best: str
) -> None:
    made = timed_as(
        monkeypatch, 1.0, *(2.0 if name == best else 0.5 for name in ("bfloat16", "int8"))
    )
    assert kernels.quickest_format(4).format == best
    kernels.quickest_format(5)
    assert kernels.quickest_format(64) is kernels.quickest_format(1000)
    assert made == [3, 3, 3]
    assert set(kernels.quickest_format(4).gains) == {"bfloat16", "int8"}


def test_a_step_of_no_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="rows is 0"):
        kernels.quickest_format(0)


@pytest.mark.parametrize(
    ("longest", "expected", "left"), [(100.0, [1.0, 2.0], 0), (5.0, [1.0, 9.0], 4)]
)
def test_a_gain_is_that_of_the_best_turns_that_there_is_time_for(
    monkeypatch: pytest.MonkeyPatch, longest: float, expected: list[float], left: int
) -> None:
    # What each call takes, in turn, the first ones uncounted: the second is twice as quick, however
    # often it is disturbed.
    took = [20.0, 20.0, 9.0, 1.0, 2.0, 50.0, 3.0, 7.0]
    now = 0.0

    def call() -> None:
        nonlocal now
        now += took.pop(0)

    monkeypatch.setattr("karussell.kernels.quickest.time.thread_time", lambda: now)
    assert quickest.gains([call, call], turns=3, longest=longest) == expected
    assert len(took) == left


@pytest.mark.usefixtures("level")
def test_one_sequence_takes_bytes_where_several_are_multiplied_at_once_and_many_are_measured() -> (
    None
):
    if kernels.level() == "avx512":  # three instructions for a product of bytes, one for float32's
        assert kernels.quickest_format(1).format == "int8"
        assert kernels.quickest_format(1).gains == {}
        assert set(kernels.quickest_format(32).gains) == {"bfloat16", "int8"}
    elif kernels.level() not in ("baseline", "neon"):
        assert kernels.quickest_format(32).format == "int8"


@pytest.mark.usefixtures("unknown_level")
def test_threads_that_ask_at_once_get_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made = timed_as(monkeypatch, 1.0, 1.5)
    found: list[object] = []
    asking = [
        threading.Thread(target=lambda: found.append(kernels.quickest_precision()))
        for _ in range(4)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len({id(choice) for choice in found}) == 1
    assert made == [2]
