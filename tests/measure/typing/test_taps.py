import math
from collections.abc import Sequence

import numpy as np
import pytest

from karussell.correction import Geometry
from karussell.measure.typing import CARELESS, NO_NOISE, Key, Noise, segments, type_text

_TEXT = "see you at anna's, ok? the ten tea \U0001f642 don't wait until tomorrow. 3rd floor"


def _typed(text: str, noise: Noise, layout: str = "qwerty", seed: int = 7) -> Sequence[Key]:
    return type_text(text, Geometry.named(layout), noise, np.random.default_rng(seed))


def _string(keys: Sequence[Key]) -> str:
    return "".join(key.character for key in keys)


@pytest.mark.parametrize("layout", Geometry.NAMES)
def test_keys_hit_at_their_centres_type_the_text(layout: str) -> None:
    keys = _typed(_TEXT, NO_NOISE, layout)
    assert _string(keys) == _TEXT
    assert [key.meant for key in keys] == list(range(len(_TEXT)))


def test_the_same_seed_gives_the_same_slips() -> None:
    assert _typed(_TEXT, CARELESS) == _typed(_TEXT, CARELESS)
    assert _typed(_TEXT, CARELESS) != _typed(_TEXT, CARELESS, seed=8)


def test_what_has_no_key_is_exact() -> None:
    keys = _typed("l'été, 42!", Noise(sigma=5.0))
    exact = [key for key in keys if key.tap is None]
    assert [key.character for key in exact] == ["'", "é", "é", ",", "4", "2", "!"]
    assert all("l'été, 42!"[key.meant] == key.character for key in exact)


def test_an_inner_key_is_missed_as_often_as_the_spread_says() -> None:
    """G has neighbours left and right one width away, and above and below half a width aside."""
    sigma, count = 0.29, 20_000
    keys = _typed("g" * count, Noise(sigma=sigma))
    wrong = sum(key.character != "g" for key in keys) / count
    beside = math.erfc(0.5 / sigma / math.sqrt(2))
    # Rows are 1.4 widths apart; keys there begin half a width aside, so that the border is a
    # little farther than half of that.
    beyond = math.erfc(0.7 / sigma / math.sqrt(2))
    error = 4 * math.sqrt(beside / count)
    assert beside - error < wrong < beside + beyond + error


def test_taps_can_be_kept_inside_their_keys() -> None:
    keys = _typed(_TEXT, Noise(sigma=0.5, inside=True))
    assert _string(keys) == _TEXT
    assert len({key.tap for key in keys if key.character == "e"}) > 1


def test_capitals_stay_capitals_beside_the_key() -> None:
    keys = _typed("G" * 200, Noise(sigma=0.5))
    assert _string(keys).replace(" ", "").isupper()
    assert set(_string(keys)) > {"G"}


@pytest.mark.parametrize(
    ("noise", "typed"),
    [
        (Noise(sigma=0, omission=1), " "),
        (Noise(sigma=0, doubling=1), "tteenn tteeaa"),
        (Noise(sigma=0, transposition=1), "etn eta"),
        (Noise(sigma=0, missing_space=1), "tentea"),
    ],
)
def test_each_slip_can_be_had_alone(noise: Noise, typed: str) -> None:
    assert _string(_typed("ten tea", noise)) == typed


def test_a_slipped_space_is_a_letter_above_the_bar() -> None:
    found = {_string(_typed("ten tea", Noise(sigma=0, slipped_space=1), seed=n)) for n in range(99)}
    assert found == {f"ten{letter}tea" for letter in "xcvbn"}


def test_a_space_beside_punctuation_is_never_lost() -> None:
    assert _string(_typed("ten, tea", Noise(sigma=0, missing_space=1))) == "ten, tea"


def test_the_space_bar_is_hit_for_letters_above_it() -> None:
    typed = _string(_typed("b" * 2000, Noise(sigma=0.4)))
    assert " " in typed


def _pieces(text: str, noise: Noise, seed: int = 7) -> list[tuple[str, str, str]]:
    return [
        (segment.meant, segment.typed, segment.after)
        for segment in segments(text, _typed(text, noise, seed=seed))
    ]


def test_segments_are_words_where_boundaries_are_right() -> None:
    assert _pieces("ten, tea", NO_NOISE) == [("ten", "ten", ","), ("", "", " "), ("tea", "tea", "")]


def test_words_without_the_space_between_them_are_one_segment() -> None:
    pieces = _pieces("the ten tea.", Noise(sigma=0, missing_space=1))
    assert pieces == [("the ten tea", "thetentea", ".")]


@pytest.mark.parametrize("seed", range(30))
def test_segments_hold_all_that_was_meant_and_typed(seed: int) -> None:
    careless = Noise(sigma=0.35, omission=0.1, doubling=0.1, transposition=0.1, missing_space=0.2)
    pieces = _pieces(_TEXT, careless, seed)
    assert "".join(meant + after for meant, _, after in pieces) == _TEXT
    assert "".join(typed + after for _, typed, after in pieces) == _string(
        _typed(_TEXT, careless, seed=seed)
    )
