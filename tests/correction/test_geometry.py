import math

import pytest

from karussell.correction import Geometry
from karussell.errors import UsageError


@pytest.mark.parametrize(
    ("name", "letter", "centre"),
    [
        ("qwerty", "q", (0.5, 0.5)),
        ("qwerty", "a", (1.0, 1.5)),
        ("qwerty", "m", (8.0, 2.5)),
        ("qwertz", "z", (5.5, 0.5)),
        ("qwertz", "ä", (10.5, 1.5)),
        ("azerty", "a", (0.5, 0.5)),
        ("azerty", "é", (0.5, -0.5)),
        ("dvorak", "s", (9.5, 1.5)),
        ("qwerty-es", "ñ", (9.5, 1.5)),
    ],
)
def test_keys_of_usual_layouts_lie_where_they_are_drawn(
    name: str, letter: str, centre: tuple[float, float]
) -> None:
    assert Geometry.named(name).keys[letter] == centre


@pytest.mark.parametrize("name", Geometry.NAMES)
def test_a_tap_on_the_middle_of_a_key_writes_its_letter(name: str) -> None:
    geometry = Geometry.named(name)
    assert all(geometry.nearest(centre) == letter for letter, centre in geometry.keys.items())
    assert geometry.nearest((5.0, 3.5)) == " "


@pytest.mark.parametrize("name", Geometry.NAMES)
def test_keys_that_touch_touch_each_other(name: str) -> None:
    geometry = Geometry.named(name)
    for letter in geometry.keys:
        for near in geometry.neighbours(letter):
            assert letter in geometry.neighbours(near)


def test_a_language_has_its_layout() -> None:
    assert Geometry.of_language("de").neighbours("t")[0] in "rz"
    assert Geometry.of_language("de-CH").keys == Geometry.named("qwertz").keys
    assert Geometry.of_language("fi").keys == Geometry.named("qwerty").keys


def test_a_letter_without_a_key_lies_under_its_plain_one() -> None:
    geometry = Geometry.named("qwerty")
    assert geometry.key_of("é") == "e"
    assert geometry.key_of("ß") == "s"
    assert geometry.centre("ü") == geometry.keys["u"]
    assert geometry.key_of("я") is None
    assert geometry.distance("a", "я") == math.inf


def test_rows_of_ones_own_are_centred() -> None:
    geometry = Geometry.of_rows(["abc", "d"])
    assert geometry.keys == {"a": (0.5, 0.5), "b": (1.5, 0.5), "c": (2.5, 0.5), "d": (1.5, 1.5)}
    assert geometry.above_space("d")
    assert not geometry.above_space("b")


@pytest.mark.parametrize(
    "keys", [{}, {"ab": (0, 0)}, {"a": (math.nan, 0)}, {chr(65 + n): (n, 0) for n in range(300)}]
)
def test_a_layout_that_is_none_is_refused(keys: dict[str, tuple[float, float]]) -> None:
    with pytest.raises(UsageError, match=r"layout|key"):
        Geometry.of_keys(keys)


def test_an_unknown_layout_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="'colemak'"):
        Geometry.named("colemak")
    with pytest.raises(UsageError, match="1 offsets for 2 rows"):
        Geometry.of_rows(["ab", "c"], [0.0])
