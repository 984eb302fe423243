from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.keyboard.place import MOST_WORDS, _unicode_prefix, find_place, typed_prefix
from karussell.text import words


@pytest.mark.parametrize(
    ("left", "read", "prefix", "starts"),
    [
        ("", (), "", True),
        ("see you to", ("see", "you"), "to", False),
        ("see you to ", ("see", "you", "to"), "", False),
        ("See you. ", (), "", True),
        ("See you. Bring", (), "Bring", True),
        ("See you! Bring c", ("bring",), "c", False),
        ("see you.", (), "", True),
        ("see you,", ("see", "you"), "", False),
        ("see you\n", (), "", True),
        ("see you\nbring ca", ("bring",), "ca", False),
        ("don'", (), "don'", True),
        ("I don\u2019t", ("i",), "don\u2019t", False),
        ("'tis", (), "tis", True),
        ("I can`t", ("i",), "can`t", False),
        ("I don\u00b4t", ("i",), "don\u00b4t", False),
        ("I can`t g", ("i", "can't"), "g", False),
        ("the dogs''", ("the", "dogs"), "", False),
        ("at 3.1", ("at", "3"), "1", False),
        ("well-kn", ("well",), "kn", False),
        ("(", (), "", True),
        ('she said "no." ', (), "", True),
        ("yes 1\ufe0f\u20e3", ("yes", "1\u20e3"), "", False),
        ("un cafe\u0301", ("un",), "cafe\u0301", False),
        ("\u0600a", ("\u0600a",), "", False),
    ],
)
def test_the_place_of_the_cursor(
    left: str, read: tuple[str, ...], prefix: str, starts: bool
) -> None:
    place = find_place(left)
    assert (place.prefix, place.starts_sentence) == (prefix, starts)
    if "\u0600" not in left:
        assert place.words == read


@given(st.lists(st.sampled_from([*"abAé'\u2019 .!\n3-", "o\u0301"])))
def test_words_and_prefix_are_the_words_of_the_last_sentence(pieces: list[str]) -> None:
    left = "".join(pieces)
    place = find_place(left)
    read = [*place.words, *words(place.prefix)]
    everything = words(left)
    assert everything[len(everything) - len(read) :] == read
    assert left.endswith(place.prefix)
    assert place.starts_sentence == (not place.words)


@given(st.text(st.sampled_from("ab .!\n"), max_size=40), st.sampled_from("abé"))
def test_a_letter_more_never_changes_the_words_read(left: str, letter: str) -> None:
    place = find_place(left + letter)
    assert find_place(left + letter + "a").words == place.words


@given(st.text("ab3' .\n-\u2019\u00e9\u0301\u0600\u4e2d", max_size=12) | st.text(max_size=6))
def test_the_short_way_through_ascii_finds_the_same_prefix(left: str) -> None:
    assert typed_prefix(left) == _unicode_prefix(left)


def test_a_text_without_sentences_is_read_from_fixed_places() -> None:
    text = "the cat " * 3000
    lengths = [len(find_place(text[:end]).words) for end in range(16384, 24000, 8)]
    # It grows by one word a step but where reading starts anew, once every 32 words.
    assert sum(after != before + 2 for before, after in pairwise(lengths)) <= len(lengths) / 16 + 1
    assert max(lengths) < MOST_WORDS


def test_of_a_long_sentence_the_last_words_stand_from_fixed_places() -> None:
    words = [f"{letter}{number}" for letter in "abcd" for number in range(60)]
    for end in range(len(words)):
        read = find_place(" ".join([*words[:end], ""])).words
        assert read == tuple(words[:end][-len(read) :])
        assert len(read) == end if end < MOST_WORDS else len(read) == end % 32 + 32
