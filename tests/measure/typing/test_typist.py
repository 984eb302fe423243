from collections.abc import Sequence

import pytest

from karussell.correction import Geometry, Tap
from karussell.measure.typing import (
    NO_NOISE,
    Answer,
    Key,
    Outcome,
    Part,
    Segment,
    curve,
    figures,
    segments,
    type_segments,
    type_string,
    type_text,
)


class Listed:
    """Changes some words into others, each with a score."""

    def __init__(self, changes: dict[str, tuple[str, float]]) -> None:
        self._changes = changes
        self.asked: list[tuple[str, str, str]] = []

    def answer(self, left: str, typed: str, taps: Sequence[Tap | None], after: str) -> Answer:
        self.asked.append((left, typed, after))
        if typed not in self._changes:
            return Answer(words=(typed,))
        change, score = self._changes[typed]
        return Answer(words=(change, typed), change=change, score=score)


_CHANGES = {"teh": ("the", 0.9), "tea": ("ten", 0.4), "thistea": ("this tea", 0.8)}


def _by_keys(typed: str, meant: str) -> list[Segment]:
    """Words of a text, as many typed as meant."""
    found = []
    for one, other in zip(typed.split(), meant.split(), strict=True):
        found.append(Segment(other, tuple(Key(each, None, 0) for each in one), " "))
    return found


def _outcomes(typed: str, meant: str, threshold: float = 0.5) -> list[Outcome]:
    return list(type_segments(Listed(_CHANGES), _by_keys(typed, meant), threshold))


def test_what_is_changed_stands_before_what_follows() -> None:
    listed = Listed(_CHANGES)
    made = list(type_segments(listed, _by_keys("teh tea", "the tea"), 0.5, "see "))
    assert listed.asked == [("see ", "teh", " "), ("see the ", "tea", " ")]
    assert [each.committed(0.5) for each in made] == ["the", "tea"]


def test_a_threshold_decides() -> None:
    outcome = _outcomes("tea", "tea")[0]
    assert (outcome.committed(0.3), outcome.committed(0.4), outcome.committed(0.5)) == (
        "ten",
        "ten",
        "tea",
    )


def test_a_space_that_came_in_parts_what_is_asked_about() -> None:
    listed = Listed(_CHANGES)
    segment = Segment("than", tuple(Key(each, None, 0) for each in "teh n"), ".")
    outcome = next(type_segments(listed, [segment], 0.5))
    assert listed.asked == [("", "teh", " "), ("the ", "n", ".")]
    assert outcome.committed(0.5) == "the n"
    assert outcome.words == ()


def test_taps_come_with_the_letters() -> None:
    seen: list[Sequence[Tap | None]] = []

    class Watching:
        def answer(self, left: str, typed: str, taps: Sequence[Tap | None], after: str) -> Answer:
            seen.append(taps)
            return Answer()

    qwerty = Geometry.named("qwerty")
    import numpy as np

    keys = type_text("i'm q\n", qwerty, NO_NOISE, np.random.default_rng(1))
    list(type_segments(Watching(), list(segments("i'm q\n", keys)), 0.5))
    assert seen == [[qwerty.keys["i"], None, qwerty.keys["m"]], [qwerty.keys["q"]]]


@pytest.mark.parametrize(
    ("string", "into"),
    [("teh", "the"), ("teh/teh", "the/the"), ("a-teh.b", "a-the.b"), ("", ""), ("x1", "x1")],
)
def test_a_string_is_asked_about_at_each_separator(string: str, into: str) -> None:
    assert type_string(Listed(_CHANGES), string, 0.5) == into


def test_figures_count_fixes_misses_wrong_changes_and_damage() -> None:
    lines = [_outcomes("teh tae tea teh", "the tea tea ten", 0.4)]
    made = figures(lines, 0.4)
    assert made.words == 4
    assert made.wrong_typed == 0.75
    assert made.fix == pytest.approx(1 / 3)  # teh; tae is missed, and the last is changed wrongly
    assert (made.damaged, made.right) == (1, 1)  # tea to ten
    assert made.precision == pytest.approx(1 / 3)
    assert made.errors_before == 0.75
    assert made.errors_after == 0.75
    # By hand three backspaces and letters would have to go and come, but for the first: and two
    # wrong changes cost a key each.
    assert made.net_keys == pytest.approx(1000 * (2 + 2 + 2 - 2) / 4)


def test_ranks_are_those_of_words_typed_wrong() -> None:
    made = figures([_outcomes("teh tea tae", "the ten tee", 2.0)], 2.0)
    assert made.first == pytest.approx(2 / 3)
    assert made.among_three == pytest.approx(2 / 3)
    assert made.fix == 0


def test_the_texts_own_slips_are_not_counted() -> None:
    made = figures([_outcomes("teh tea", "teh tea")], 0.5, {"teh"})
    assert (made.words, made.damaged) == (1, 0)


def test_case_is_no_damage() -> None:
    outcome = Outcome("i", "i", (Part("i", Answer(change="I", score=1.0), " "),), " ", 0.0)
    assert figures([[outcome]], 0.5).damaged == 0


def test_two_words_for_one_are_a_fix() -> None:
    made = figures([_outcomes("thistea", "thistea")], 0.5)
    assert made.damaged == 1
    segment = Segment("this tea", tuple(Key(each, None, 0) for each in "thistea"), ".")
    both = figures([list(type_segments(Listed(_CHANGES), [segment], 0.5))], 0.5)
    assert (both.fix, both.errors_before, both.errors_after) == (1.0, 1.0, 0.0)


def test_damage_is_measured_on_text_typed_right_if_it_is_given() -> None:
    made = figures([_outcomes("teh", "the")], 0.4, clean=[_outcomes("tea see", "tea see")])
    assert (made.damaged, made.right) == (1, 2)
    assert made.fix == 1


def test_doubtful_words_do_not_count_for_damage() -> None:
    made = figures(
        [_outcomes("teh", "the")], 0.4, clean=[_outcomes("tea see", "tea see")], doubtful={"tea"}
    )
    assert (made.damaged, made.right, made.fix) == (0, 1, 1.0)


def test_a_curve_goes_from_the_surest_to_all() -> None:
    wrong, right = [_outcomes("teh tae", "the tea")], [_outcomes("tea see", "tea see")]
    assert curve(wrong, right) == [(0.9, 0.5, 0.0), (0.4, 0.5, 500.0)]
