import numpy as np
import pytest

from karussell.lab import calendar


@pytest.mark.parametrize("entries", [1, 2, 3, 10, 60])
def test_a_day_has_one_fixed_appointment_in_its_first_third(entries: int) -> None:
    days = calendar.draw_days(np.random.default_rng(1), 50, entries)
    assert days.hours.shape == days.kinds.shape == (entries, 50)
    assert days.fixed.max() <= max(0, entries // 3 - 1)
    for number in range(50):
        assert days.entries(number)[-1].hour == calendar.HOURS[days.latest[number]]
        (fixed,) = [entry for entry in days.entries(number) if entry.is_fixed]
        assert fixed.hour == calendar.HOURS[days.kept[number]]


def test_a_seed_draws_the_same_days() -> None:
    one, same, other = (
        calendar.draw_days(np.random.default_rng(seed), 20, 10).x for seed in (1, 1, 2)
    )
    assert (one == same).all()
    assert not (one == other).all()


def test_entries_are_read_as_drawn_days_are() -> None:
    days = calendar.draw_days(np.random.default_rng(3), 4, 12)
    for number in range(4):
        assert (calendar.inputs_of(days.entries(number)) == days.x[:, number : number + 1]).all()
    assert (days.x.sum(-1) == 2 + days.x[..., -1]).all()


@pytest.mark.parametrize("entry", [(7, "call", False), (20, "call", False), (9, "nap", True)])
def test_no_entry_is_read_as_another(entry: tuple[int, str, bool]) -> None:
    with pytest.raises(ValueError, match="not in"):
        calendar.inputs_of([calendar.Entry(*entry)])
