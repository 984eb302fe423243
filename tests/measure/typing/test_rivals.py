import pytest

from karussell.measure.typing import installed_rivals, is_plain
from karussell.measure.typing.rivals import open_hunspell, open_symspell


@pytest.mark.parametrize(
    ("left", "typed", "after", "plain"),
    [
        ("see ", "teh", " ", True),
        ('"', "Teh", ",", True),
        ("", "mp3", " ", False),
        ("", "iPad", " ", False),
        ("", "NASA", " ", False),
        ("foo.", "bar", " ", False),
        ("co-", "worker", " ", False),
        ("", "me", "@", False),
        ("", "don't", "\n", True),
    ],
)
def test_rivals_look_at_plain_words_alone(left: str, typed: str, after: str, plain: bool) -> None:
    assert is_plain(left, typed, after) is plain


def test_hunspell_changes_unknown_words() -> None:
    hunspell = open_hunspell("en")
    if hunspell is None:
        pytest.skip("Hunspell with en_US is not installed")
    assert hunspell.knows("the")
    assert hunspell.answer("see ", "the", (), " ").change is None
    answer = hunspell.answer("see ", "teh", (), " ")
    assert answer.change == answer.words[0] == "the"
    assert len(answer.words) <= 3
    assert hunspell.answer("foo.", "teh", (), " ") == ((), None, 0.0)


def test_symspell_is_surer_of_a_nearer_word() -> None:
    symspell = open_symspell("en")
    if symspell is None:
        pytest.skip("symspellpy is not installed")
    near, far = (symspell.answer("", word, (), " ") for word in ("becuse", "becsue"))
    assert near.change == far.change == "because"
    assert symspell.answer("", "because", (), " ").change is None
    assert symspell.answer("", "goodmorning", (), " ").change == "good morning"
    assert near.score > symspell.answer("", "bceuase", (), " ").score


def test_no_rival_speaks_a_language_without_a_dictionary() -> None:
    assert list(installed_rivals("tlh")) == []
    assert open_symspell("de") is None
