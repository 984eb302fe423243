"""The words that may have been meant, found without looking at all of them."""

from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karussell.errors import UsageError
from karussell.kernels import (
    Arc,
    ArcsBehind,
    Lattice,
    SteadyScores,
    WordList,
    WordSearch,
    joined,
)
from tests.kernels import word_readings

LETTERS = "abcé😀"

log_probs = st.one_of(
    st.floats(-30, 0, width=32), st.sampled_from([0.0, -1.0, -2.0, -float("inf")])
)
word_lists = st.lists(st.text(LETTERS, min_size=1, max_size=6), unique=True, max_size=60).map(
    sorted
)


@st.composite
def arcs(draw: st.DrawFn, length: int) -> Arc:
    begin = draw(st.integers(0, length))
    end = draw(st.integers(begin, min(length, begin + 3)))
    text = draw(st.text(LETTERS + "z", min_size=int(begin == end), max_size=3))
    return begin, end, text, draw(log_probs)


@st.composite
def lattices(draw: st.DrawFn) -> Lattice:
    length = draw(st.integers(0, 5))
    missing = np.array([draw(log_probs) for _ in range(length + 1)], np.float32)
    return Lattice(length, draw(st.lists(arcs(length), max_size=25)), missing)


@st.composite
def scored_lists(draw: st.DrawFn) -> tuple[list[str], np.ndarray]:
    words = draw(word_lists)
    some = st.one_of(st.floats(-20, 5, width=32), st.sampled_from([-3.0, -float("inf"), np.nan]))
    return words, np.array([draw(some) for _ in words], np.float32)


@st.composite
def misspelled(draw: st.DrawFn, words: list[str]) -> Lattice:
    """A lattice that reads some of the words, in pieces of up to three letters, and more."""
    length = draw(st.integers(0, 5))
    missing = np.array([draw(log_probs) for _ in range(length + 1)], np.float32)
    some = draw(st.lists(arcs(length), max_size=10))
    for word in draw(st.lists(st.sampled_from(words), max_size=4)):
        at, gap = 0, 0
        while at < len(word):
            size, wide = draw(st.integers(1, 3)), draw(st.integers(0, 2))
            end = min(length, gap + wide)
            some.append((gap, end, word[at : at + size], draw(log_probs)))
            at, gap = at + size, end
    return Lattice(length, some, missing)


def plain(typed: str, *more: Arc, right: float = -0.125, missing: float = -5.0) -> Lattice:
    """Every letter as it was typed, left out at a price, and extra at another, and more arcs."""
    letters = [(i, i + 1, letter, right) for i, letter in enumerate(typed)]
    extra = [(i, i + 1, "", -6.0) for i in range(len(typed))]
    return Lattice(
        len(typed), [*letters, *extra, *more], np.full(len(typed) + 1, missing, np.float32)
    )


def search(*words: str) -> tuple[WordSearch, np.ndarray]:
    return WordSearch(WordList(sorted(words))), np.zeros(len(words), np.float32)


@given(scored_lists(), st.integers(1, 8), st.booleans(), st.data())
@settings(max_examples=300, deadline=None)
def test_the_words_are_those_that_reading_every_word_finds(
    scored: tuple[list[str], np.ndarray],
    limit: int,
    whole: bool,
    data: st.DataObject,
) -> None:
    words, scores = scored
    lattice = data.draw(misspelled(words) if words else lattices())
    begin = data.draw(st.integers(0, lattice.length))
    floor = data.draw(st.sampled_from([-np.inf, -20.0, -5.0, -1.0]))
    within = data.draw(st.sampled_from([np.inf, 8.0, 1.0, 0.0]))
    found = WordSearch(WordList(words)).best(
        scores, lattice, limit, whole=whole, begin=begin, floor=floor, within=within
    )
    assert found == word_readings.best(
        words, scores, lattice, limit, whole=whole, begin=begin, floor=floor, within=within
    )


@given(scored_lists(), st.integers(1, 4), st.sampled_from([-np.inf, -12.0, -4.0]), st.data())
@settings(max_examples=200, deadline=None)
def test_heads_are_the_best_words_for_each_beginning(
    scored: tuple[list[str], np.ndarray], limit: int, floor: float, data: st.DataObject
) -> None:
    words, scores = scored
    lattice = data.draw(misspelled(words) if words else lattices())
    found = WordSearch(WordList(words)).heads(scores, lattice, limit, floor=floor)
    assert found == word_readings.heads(words, scores, lattice, limit, floor)


def test_a_slip_a_letter_left_out_and_a_letter_too_many_are_read() -> None:
    words, scores = search("hello", "help", "hill")
    slip = plain("hwllo", (1, 2, "e", -2.0))
    for lattice in (slip, plain("hllo"), plain("heello")):
        ((first, _), *_) = words.best(scores, lattice, 3, whole=True)
        assert first == 0


def test_arcs_read_several_letters_as_several() -> None:
    words, scores = search("rough", "rn", "row")
    swapped = plain("orw", (0, 2, "ro", -1.0))
    assert words.best(scores, swapped, 1, whole=True)[0][0] == 2
    sound = plain("ruff", (2, 4, "gh", -1.5), (1, 1, "o", -1.0))
    word, log_prob = words.best(scores, sound, 1, whole=True)[0]
    assert (word, log_prob) == (1, -0.125 - 1.0 - 0.125 - 1.5)


def test_a_beginning_finds_what_goes_on_from_it() -> None:
    words, scores = search("then", "there", "this", "x")
    assert [word for word, _ in words.best(scores, plain("the"), 9, whole=False)] == [0, 1, 2, 3]
    found = words.best(scores, plain("the"), 9, whole=False, floor=-1.0)
    assert found == [(0, -0.375), (1, -0.375)]
    assert words.best(scores, plain("the"), 9, whole=True, floor=-1.0) == []
    assert [word for word, _ in words.best(scores, plain(""), 2, whole=False)] == [0, 1]


def test_equal_values_come_in_the_order_of_the_list() -> None:
    listed = [f"{i:04}a" for i in range(500)]
    words = WordSearch(WordList(listed))
    same = np.full(500, -2, np.float32)
    assert [i for i, _ in words.best(same, plain(""), 5, whole=False)] == [0, 1, 2, 3, 4]


def test_two_words_without_their_space_are_a_head_and_a_rest() -> None:
    words, scores = search("a", "he", "the", "there", "thethe")
    lattice = plain("thehe")
    ends = words.heads(scores, lattice, 2, floor=-1.0)
    assert [[word for word, _ in end] for end in ends] == [[], [], [], [2], [], []]
    rest = words.best(scores, lattice, 2, whole=True, begin=3, floor=-1.0)
    assert rest == [(1, -0.25)]


def test_a_budget_ends_a_search_with_what_it_has() -> None:
    words, scores = search(*(a + b + c for a in "abcdef" for b in "abcdef" for c in "abcdef"))
    lattice = plain("fff", right=-4.0, missing=-4.0)
    free = words.nodes(scores, lattice, 3, whole=True)
    assert words.nodes(scores, lattice, 3, whole=True, budget=10) < min(free, 20)
    assert words.best(scores, lattice, 3, whole=True, budget=free) == words.best(
        scores, lattice, 3, whole=True
    )
    assert words.best(scores, lattice, 3, whole=True, budget=1) == []


def test_a_floor_and_the_best_so_far_keep_most_of_the_tree_closed() -> None:
    listed = [a + b + c + d for a in LETTERS for b in LETTERS for c in LETTERS for d in LETTERS]
    words, scores = search(*listed)
    lattice = plain("abca")
    every = words.nodes(scores, lattice, len(listed), whole=True)
    assert words.nodes(scores, lattice, 1, whole=True) < every / 10
    assert words.nodes(scores, lattice, len(listed), whole=True, floor=-3.0) < every / 10
    assert words.nodes(scores, lattice, len(listed), whole=True, within=1.0) < every / 10


def test_long_words_are_found_and_long_typing_is_refused() -> None:
    words, scores = search("a" * 200, "a" * 32, "b")
    found = words.best(scores, plain("a" * 32), 2, whole=False)
    assert found == [(0, -4.0), (1, -4.0)]
    assert words.best(scores, plain("a" * 32), 1, whole=True)[0][0] == 0
    with pytest.raises(UsageError, match="33 letters"):
        words.best(scores, plain("a" * 33), 1, whole=True)


@given(st.lists(st.text(LETTERS, max_size=4), max_size=30), lattices(), st.booleans())
@settings(max_examples=50, deadline=None)
def test_a_packed_lattice_is_the_same(listed: list[str], lattice: Lattice, whole: bool) -> None:
    words = WordSearch(WordList(sorted(set(listed))))
    scores = np.zeros(len(words), np.float32)
    packed = lattice.pack()
    assert packed[:3] == lattice[:3]
    for _ in range(2):
        found = words.best(scores, packed, 40, whole=whole)
        assert found == words.best(scores, lattice, 40, whole=whole)
    longer = packed._replace(length=lattice.length + 1)
    with pytest.raises(ValueError, match="begin"):
        words.best(scores, longer, 1, whole=whole, begin=lattice.length + 1)


def test_lists_of_nothing_and_of_anything_are_searched() -> None:
    nothing = WordSearch(WordList([]))
    assert nothing.best(np.zeros(0, np.float32), plain("a"), 3, whole=False) == []
    assert nothing.heads(np.zeros(0, np.float32), plain("ab"), 3) == [[], [], []]
    empty, scores = search("")
    assert empty.best(scores, plain(""), 3, whole=True) == [(0, 0.0)]
    halves, scores = search("a\ud800", "a\udfff", "\ud83d")
    assert halves.best(scores, plain("a\udfff"), 1, whole=True)[0][0] == 1
    no_utf8 = WordList.of_lines(b"a\xff\nb\xc3\nc\xf0\x9f\nd")
    assert len(WordSearch(no_utf8).best(np.zeros(4, np.float32), plain(""), 9, whole=False)) == 4


@given(st.lists(st.text(LETTERS, max_size=4), max_size=30), lattices(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_words_in_a_wrong_order_are_only_not_found(
    listed: list[str], lattice: Lattice, whole: bool
) -> None:
    scores = np.zeros(len(listed), np.float32)
    found = WordSearch(WordList(listed)).best(scores, lattice, 40, whole=whole)
    for word, log_prob in found:
        assert log_prob == word_readings.channel(listed[word], lattice, whole)


def test_a_word_without_a_score_is_never_found() -> None:
    words, scores = search("aa", "ab", "ac")
    scores[:] = -np.inf, np.nan, -1
    for whole in (True, False):
        assert [word for word, _ in words.best(scores, plain("aa"), 3, whole=whole)] == [2]


@pytest.mark.parametrize(
    "arc",
    [
        (-1, 0, "a", -1.0),
        (0, 3, "a", -1.0),
        (2, 1, "a", -1.0),
        (1, 1, "", -1.0),
        (0, 1, "abcd", -1.0),
        (0, 1, "a", 0.5),
        (0, 1, "a", float("nan")),
    ],
)
def test_an_arc_that_cannot_be_is_refused(arc: Arc) -> None:
    words, scores = search("a")
    lattice = plain("ab")
    with pytest.raises(ValueError, match="arc 4"):
        words.best(scores, lattice._replace(arcs=[*lattice.arcs, arc]), 1, whole=True)


@given(scored_lists(), scored_lists(), st.data())
@settings(max_examples=100, deadline=None)
def test_lattices_packed_once_find_the_same_in_any_list_and_order(
    one: tuple[list[str], np.ndarray], other: tuple[list[str], np.ndarray], data: st.DataObject
) -> None:
    lattices_ = [data.draw(misspelled(one[0]) if one[0] else lattices()) for _ in range(3)]
    packed = [each.pack() for each in lattices_]
    searches = [(WordSearch(WordList(words)), scores) for words, scores in (one, other)]
    for _ in range(2):  # more of them than steps are kept of
        for each, ready in zip(lattices_, packed, strict=True):
            for words, scores in searches:
                for whole in (True, False):
                    expected = words.best(scores, each, 5, whole=whole)
                    assert words.best(scores, ready, 5, whole=whole) == expected


@given(scored_lists(), st.data())
@settings(max_examples=100, deadline=None)
def test_arcs_joined_by_the_gap_where_they_begin_find_the_same(
    scored: tuple[list[str], np.ndarray], data: st.DataObject
) -> None:
    words, scores = scored
    lattice = data.draw(misspelled(words) if words else lattices())
    behind = [
        ArcsBehind(
            [(0, end - gap, text, cost) for begin, end, text, cost in lattice.arcs if begin == gap]
        )
        for gap in range(lattice.length + 1)
    ]
    found = WordSearch(WordList(words))
    ready = lattice._replace(packed=joined(behind, lattice.missing))
    in_order = lattice._replace(arcs=sorted(lattice.arcs, key=itemgetter(0)))
    for whole in (True, False):
        assert found.best(scores, ready, 5, whole=whole) == found.best(
            scores, in_order, 5, whole=whole
        )


@pytest.mark.parametrize("arc", [(0, 0, "", -1.0), (0, 1, "abcd", -1.0), (0, 1, "a", 0.5)])
def test_an_arc_from_a_gap_that_cannot_be_is_refused(arc: Arc) -> None:
    with pytest.raises(ValueError, match="arc 0"):
        ArcsBehind([arc])


def test_arcs_that_leave_the_letters_typed_are_refused() -> None:
    missing = np.full(3, -1.0, np.float32)
    two = ArcsBehind([(0, 2, "a", -1.0)])
    with pytest.raises(ValueError, match="ends behind"):
        joined([two, two], missing)
    with pytest.raises(ValueError, match="more gaps"):
        joined([ArcsBehind([])] * 4, missing)


def test_wrong_arrays_and_numbers_are_refused() -> None:
    words, scores = search("a", "b")
    lattice = plain("ab")
    with pytest.raises(ValueError, match="scores"):
        words.best(scores[:1], lattice, 1, whole=True)
    with pytest.raises(TypeError, match="scores"):
        words.best(scores.astype(np.float64), lattice, 1, whole=True)
    with pytest.raises(ValueError, match="missing"):
        words.best(scores, lattice._replace(length=3), 1, whole=True)
    with pytest.raises(ValueError, match="missing 0"):
        words.best(scores, lattice._replace(missing=-lattice.missing), 1, whole=True)
    with pytest.raises(ValueError, match="begin"):
        words.best(scores, lattice, 1, whole=True, begin=3)
    with pytest.raises(ValueError, match="limit"):
        words.best(scores, lattice, 0, whole=True)
    with pytest.raises(ValueError, match="floor"):
        words.best(scores, lattice, 1, whole=True, floor=float("nan"))


def test_scores_that_change_are_looked_at_anew_and_others_once() -> None:
    words = [f"a{each:03}" for each in range(300)]
    found = WordSearch(WordList(words))
    scores = np.full(300, -9.0, np.float32)
    typed = plain("a")
    for word in (7, 250):
        scores[word] += 5.0
        scores[: word - 1] = -20.0
        assert found.best(scores, typed, 1, whole=False)[0][0] == word
    steady = SteadyScores(scores.copy())
    for each in (steady, scores, steady):
        scores[9] += 8.0
        assert found.best(each, typed, 1, whole=False)[0][0] == (9 if each is scores else 250)
    assert steady.known(300) is steady.known(300)
    for wrong in (SteadyScores(scores[1:]), steady.row[1:]):
        with pytest.raises(ValueError, match="expected"):
            found.best(wrong, typed, 1, whole=False)
    with pytest.raises(ValueError, match="expected"):
        WordSearch(WordList(words[1:])).best(steady, typed, 1, whole=False)


def test_nothing_is_looked_at_where_no_score_is_above_the_floor() -> None:
    found, scores = search("sea", "see", "tea")
    for whole in (True, False):
        assert found.best(scores, plain("see"), 3, whole=whole, floor=float(scores.max())) == []
        assert found.nodes(scores, plain("see"), 3, whole=whole, floor=0.0) == 1
    assert found.heads(scores, plain("see"), 3, floor=0.0) == [[], [], [], []]


def test_threads_search_at_once() -> None:
    words, scores = search(*(a + b for a in "abcdefgh" for b in "abcdefgh"))
    typed = [a + b for a in "abcd" for b in "efgh"] * 20

    def first(text: str) -> int:
        return words.best(scores, plain(text), 1, whole=True)[0][0]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(first, typed)) == list(map(first, typed))
