import itertools
import math
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.text import LetterModel, Vocabulary

_CODE_POINTS = 0x110000
# "ж" stands for all code points that no word has, each as probable as any other.
_WORDS = ("a", "ab", "abba", "b")
_UNSEEN = "ж"


@pytest.fixture(scope="module")
def model() -> LetterModel:
    return LetterModel(Vocabulary(_WORDS))


def _copies(letter: str) -> int:
    """How many code points a letter stands for."""
    return _CODE_POINTS - 2 if letter == _UNSEEN else 1


@given(history=st.text("\0abж", min_size=3, max_size=3))
def test_what_follows_three_letters_sums_to_one(model: LetterModel, history: str) -> None:
    total = sum(
        _copies(letter) * model.probability(history, letter) for letter in ("a", "b", _UNSEEN, "\n")
    )
    assert total == pytest.approx(1, abs=1e-12)


def test_all_strings_together_sum_to_one(model: LetterModel) -> None:
    longest = 9
    sums = [
        sum(
            2 ** -model.bits("".join(letters)) * math.prod(map(_copies, letters))
            for letters in itertools.product("ab" + _UNSEEN, repeat=length)
        )
        for length in range(longest + 1)
    ]
    # The end comes with this probability at least, whatever is before it: few strings are longer.
    least = min(
        model.probability("".join(history), "\n")
        for history in itertools.product("ab" + _UNSEEN, repeat=3)
    )
    assert 1 - (1 - least) ** (longest + 1) <= sum(sums) <= 1 + 1e-9


def test_single_letters_are_interpolated_by_hand() -> None:
    model = LetterModel(Vocabulary(["a"]))
    # No history: a and the end once each, two kinds. After a known history: one letter, one kind.
    even = 1 / (_CODE_POINTS + 1)
    alone = (1 + 2 * even) / 4
    expected = alone
    for _ in range(3):
        expected = (1 + expected) / 2
    assert model.probability("\0\0\0", "a") == pytest.approx(expected)
    assert model.probability("жжж", "a") == pytest.approx(alone)


def test_a_new_word_like_the_known_ones_is_cheaper() -> None:
    model = LetterModel(Vocabulary(["asking", "baking", "making"]))
    assert model.bits("taking") < model.bits("gnikat")


def test_a_letter_never_seen_is_chosen_among_all(model: LetterModel) -> None:
    assert 20 < model.bits(_UNSEEN) - model.bits("") < 40


def test_emoji_spell_nothing() -> None:
    with_emoji = LetterModel(Vocabulary([":)", "a", "🙂"]))
    assert with_emoji.bits("a)") == LetterModel(Vocabulary(["a"])).bits("a)")


def test_ten_times_as_many_words_are_learnt_in_about_ten_times_the_time() -> None:
    def seconds(words: int) -> float:
        letters = itertools.product("etaoinsr", repeat=5)
        model = LetterModel(Vocabulary(sorted(map("".join, itertools.islice(letters, words)))))
        begin = process_time()
        model.bits("tea")
        return process_time() - begin

    assert min(seconds(30_000) for _ in range(3)) < 40 * min(seconds(3_000) for _ in range(3))
