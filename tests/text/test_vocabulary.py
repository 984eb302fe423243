import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.text import UNKNOWN, Vocabulary

_WORDS = st.sets(st.text("abc'\u00e9\u4e2d", min_size=1, max_size=4), min_size=1).map(sorted)


@given(_WORDS)
def test_the_id_of_a_word_is_its_position(listed: list[str]) -> None:
    vocabulary = Vocabulary(listed)
    assert vocabulary.ids(listed) == list(range(len(listed)))
    assert [vocabulary.word(number) for number in range(len(listed))] == listed
    assert vocabulary.words == tuple(listed)
    assert len(vocabulary) == len(listed)


@given(_WORDS, st.text("abc'\u00e9\u4e2d", max_size=3))
def test_the_words_with_a_prefix_are_one_slice(listed: list[str], prefix: str) -> None:
    first, last = Vocabulary(listed).prefix(prefix)
    assert listed[first:last] == [word for word in listed if word.startswith(prefix)]


def test_a_prefix_of_the_last_letter_there_is() -> None:
    assert Vocabulary(["a", "\U0010ffff", "\U0010ffffa"]).prefix("\U0010ffff") == (1, 3)


def test_unknown_words_and_the_start_lie_beyond_the_words() -> None:
    vocabulary = Vocabulary(["tea", "to"])
    assert vocabulary.id("cake") == vocabulary.unknown == 2
    assert vocabulary.start == 3
    assert vocabulary.word(2) == UNKNOWN
    assert "tea" in vocabulary
    assert "cake" not in vocabulary
    assert "" not in vocabulary


def test_a_word_is_shown_as_it_is_usually_written() -> None:
    vocabulary = Vocabulary(["monday", "tea"], ["Monday", ""])
    assert [vocabulary.display(number) for number in range(2)] == ["Monday", "tea"]


@pytest.mark.parametrize("listed", [["b", "a"], ["a", "a"], ["", "a"]])
def test_words_out_of_order_are_refused(listed: list[str]) -> None:
    with pytest.raises(ValueError, match="not sorted"):
        Vocabulary(listed)


def test_casing_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1 casings for 2 words"):
        Vocabulary(["a", "b"], ["A"])
