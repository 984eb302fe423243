import pytest

from karussell.writing import Shout, Style, style_of, toned

_BROWN = "\U0001f3fd"


@pytest.mark.parametrize(
    ("before", "style"),
    [
        ("", Style()),
        ("PLEASE COME ", Style(Shout.YES)),
        ("PLEASE ", Style(Shout.MAYBE)),
        ("PLEASE come ", Style()),
        ("I AM ", Style(Shout.MAYBE)),
        ("I A 3 ", Style()),
        ("PLEASE COME 3 ", Style(Shout.YES)),
        ("PLEASE COME\n", Style()),
        ("NASA ", Style()),
        ("NASA LAUNCHED ", Style(Shout.YES)),
        ("don\u2019t ", Style(apostrophe="\u2019")),
        ("don\u2019t and can't ", Style()),
        ("\u201cno\u201d ", Style(apostrophe="\u2019")),
        ("gro\u1e9e ", Style(sharp_s=True)),
        (f"\U0001f44d{_BROWN} ", Style(tone=_BROWN)),
    ],
)
def test_the_style_of_a_text_is_its_writers(before: str, style: Style) -> None:
    assert style_of(before, {"nasa"}.__contains__) == style


@pytest.mark.parametrize(
    ("emoji", "expected"),
    [
        ("\U0001f44d", f"\U0001f44d{_BROWN}"),
        ("\u270c\ufe0f", f"\u270c{_BROWN}"),
        ("\U0001f9d1\u200d\U0001f4bb", f"\U0001f9d1{_BROWN}\u200d\U0001f4bb"),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
        ("\U0001f600", "\U0001f600"),
        ("tea", "tea"),
    ],
)
def test_one_persons_emoji_takes_a_skin_tone(emoji: str, expected: str) -> None:
    assert toned(emoji, _BROWN) == expected
    assert toned(emoji, "") == emoji
