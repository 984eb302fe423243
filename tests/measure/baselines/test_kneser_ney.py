import itertools
import math
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.errors import UsageError
from karussell.measure import UnigramModel, evaluate
from karussell.measure.baselines.kenlm_model import open_kenlm
from karussell.measure.baselines.kneser_ney import KneserNeyModel, closed_form_discounts, estimate
from karussell.measure.baselines.ngram_counts import NgramCounts, count_ngrams
from karussell.measure.baselines.trie_size import lightest_pruning, pruning_ladder, trie_bytes
from karussell.text import UNKNOWN, Vocabulary
from tests.measure.baselines.arpa import write_arpa

_WORDS = Vocabulary(["a", "be", "cat", "day", "eat", "far", "go"])
_CLASSES = len(_WORDS) + 1
# float32 has 24 bits; some dozen roundings of numbers of one size.
_FEW_ROUNDINGS = 1e-6
# ARPA files are written with seven decimals, KenLM holds float32 to base 10 of up to ten.
_ARPA_DIGITS = 3e-6


def _counts(*lines: str, order: int = 3) -> NgramCounts:
    return count_ngrams((_WORDS.ids(line.split()) for line in lines), _WORDS, order)


def _long_text(words: int = 3000) -> list[list[int]]:
    """Sentences in which some words follow others more than they should."""
    chance = random.Random(5)
    text: list[list[int]] = []
    while sum(map(len, text)) < words:
        sentence = [chance.randrange(_CLASSES)]
        while chance.random() < 0.8:
            step = chance.choice([1, 1, 1, 2, 3, 5])
            sentence.append((sentence[-1] + step * chance.choice([1, 1, 1, 0])) % _CLASSES)
        text.append(sentence)
    return text


@pytest.fixture(scope="module")
def counts() -> NgramCounts:
    return count_ngrams(_long_text(), _WORDS, 4)


@pytest.fixture(scope="module")
def model(counts: NgramCounts) -> KneserNeyModel:
    return estimate(counts, (0, 0, 0, 0))


def _after(model: KneserNeyModel, words: list[int]) -> tuple[int, ...]:
    state = model.start()
    for word in words:
        state = model.step(state, word)
    return state


def test_ngrams_are_counted_by_hand() -> None:
    # START a be a | START a be: bigrams of (START), a, be; trigrams of (START a), (a be).
    counts = _counts("a be a", "a be")
    unigrams, bigrams, trigrams = counts.levels
    assert unigrams.raw.tolist() == [3, 2, 0, 0, 0, 0, 0, 0, 2]
    # a: after START and after be; be: after a; the start has nothing before it, as it stands.
    assert unigrams.adjusted.tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 2]
    # a be; be a; START a.
    assert bigrams.words.tolist() == [1, 0, 0]
    assert bigrams.first.tolist() == [0, 1, 2, 2, 2, 2, 2, 2, 2, 3]
    assert bigrams.raw.tolist() == [2, 1, 2]
    # a be after START only; be a after a; START a is a beginning, and counted as it stands.
    assert bigrams.adjusted.tolist() == [1, 1, 2]
    # a be a; START a be.
    assert trigrams.words.tolist() == [0, 1]
    assert trigrams.raw.tolist() == [1, 2]
    assert trigrams.first.tolist() == [0, 1, 1, 2]


@given(
    text=st.lists(st.lists(st.integers(0, _CLASSES - 1), max_size=7), min_size=1, max_size=9),
    order=st.integers(1, 5),
)
def test_raw_counts_are_those_of_a_plain_loop(text: list[list[int]], order: int) -> None:
    counts = count_ngrams(text, _WORDS, order)
    grams: list[tuple[int, ...]] = [(word,) for word in range(_CLASSES + 1)]
    for n in range(2, order + 1):
        level = counts.levels[n - 1]
        grams = [
            (*gram, word)
            for number, gram in enumerate(grams)
            for word in level.words[level.first[number] : level.first[number + 1]].tolist()
        ]
        expected: dict[tuple[int, ...], int] = {}
        for sentence in text:
            tokens = (_WORDS.start, *sentence)
            for end in range(n, len(tokens) + 1):
                gram = tokens[end - n : end]
                expected[gram] = expected.get(gram, 0) + 1
        assert dict(zip(grams, level.raw.tolist(), strict=True)) == expected


@given(context=st.lists(st.integers(0, _CLASSES - 1), max_size=6))
def test_probabilities_sum_to_one(counts: NgramCounts, context: list[int]) -> None:
    for pruning in ((0, 0, 0, 0), (0, 0, 2, 5), (0, 3, 5, 9), (0, 9999, 9999, 9999), (0, 1), (0,)):
        model = estimate(counts, pruning)
        log_probs = model.log_probs(_after(model, context))
        assert log_probs.shape == (_CLASSES,)
        assert log_probs.dtype == np.float32
        total = np.exp(log_probs.astype(np.float64)).sum()
        assert total == pytest.approx(1, abs=_FEW_ROUNDINGS)


def test_one_discount_for_all_counts_is_the_kneser_ney_of_nltk() -> None:
    # nltk differs from Chen and Goodman, and from us, in two things. Its unigrams are neither
    # discounted nor interpolated with an even choice: so are ours when their discount is nothing.
    # And an n-gram at the beginning of a sentence has a count of nothing below the highest order
    # (where ours is the raw count): so only contexts of full length are compared, which drop the
    # start first of all. It reads what we do where a sentence gets one start and no end.
    lm = pytest.importorskip("nltk.lm")
    everygrams = pytest.importorskip("nltk.util").everygrams
    text = _long_text(300)
    names = [*_WORDS.words, UNKNOWN, "<s>"]
    written = [["<s>", *(names[word] for word in sentence)] for sentence in text]
    theirs = lm.KneserNeyInterpolated(3, discount=0.6)
    theirs.fit(
        [list(everygrams(sentence, max_len=3)) for sentence in written],
        vocabulary_text=[word for sentence in written for word in sentence],
    )
    even = (0.6, 0.6, 0.6)
    counts = count_ngrams(text, _WORDS, 3)
    ours = estimate(counts, (0, 0, 0), [(0.0, 0.0, 0.0), even, even])
    for context in itertools.product([*range(_CLASSES), _WORDS.start], range(_CLASSES)):
        log_probs = ours.log_probs(context)
        shown = tuple(names[word] for word in context)
        for word in range(_CLASSES):
            expected = math.log(theirs.score(names[word], shown))
            assert log_probs[word] == pytest.approx(expected, rel=_FEW_ROUNDINGS, abs=1e-6)


def test_modified_discounts_by_hand() -> None:
    words = Vocabulary(["a", "b", "c", "d"])
    # a follows the start 4 times, b 3 times, c twice, d once; no other word stands anywhere.
    text = [[0]] * 4 + [[1]] * 3 + [[2]] * 2 + [[3]]
    counts = count_ngrams(text, words, 2)
    # n1 = n2 = n3 = n4 = 1: Y = 1/3; D1 = 1 - 2/3, D2 = 2 - 1, D3 = 3 - 4/3.
    expected = (1 / 3, 1.0, 5 / 3)
    assert closed_form_discounts(counts, 2, 2) == pytest.approx(expected)
    # Unigrams: a, b, c, d stand after the start only. All counts are 1, too few to tell.
    assert closed_form_discounts(counts, 1, 2) == (0.5, 1.0, 1.5)
    # P(w) = (1 - 0.5) / 4 + (4 * 0.5 / 4) / 5 classes; of UNKNOWN only the latter.
    unigram, unknown = 0.125 + 0.1, 0.1
    taken = (5 / 3 + 5 / 3 + 1 + 1 / 3) / 10
    model = estimate(counts, (0, 0))
    found = np.exp(model.log_probs(model.start()))
    assert found.tolist() == pytest.approx(
        [
            (4 - 5 / 3) / 10 + taken * unigram,
            (3 - 5 / 3) / 10 + taken * unigram,
            (2 - 1) / 10 + taken * unigram,
            (1 - 1 / 3) / 10 + taken * unigram,
            taken * unknown,
        ],
        rel=_FEW_ROUNDINGS,
    )
    # Pruned of what stands once or twice: their mass goes to the unigrams.
    pruned = estimate(counts, (0, 2))
    left = 1 - (4 - 5 / 3) / 10 - (3 - 5 / 3) / 10
    assert np.exp(pruned.log_probs(pruned.start()))[2:4].tolist() == pytest.approx(
        [left * unigram, left * unigram], rel=_FEW_ROUNDINGS
    )


def test_a_context_never_seen_is_that_without_its_first_word() -> None:
    model = estimate(_counts("a be cat", "day be eat"), (0, 0, 0))
    a, be, cat, day = _WORDS.ids(["a", "be", "cat", "day"])
    unseen = model.log_probs((cat, be))
    assert np.array_equal(unseen, model.log_probs((be,)))
    assert not np.array_equal(unseen, model.log_probs((a, be)))
    assert np.array_equal(model.log_probs((a, _WORDS.unknown)), model.log_probs(()))
    assert model.log_probs((a, be))[cat] > model.log_probs((day, be))[cat]


def test_only_the_last_words_are_remembered(model: KneserNeyModel) -> None:
    assert model.start() == (_WORDS.start,)
    assert _after(model, [1, 2]) == (_WORDS.start, 1, 2)
    assert _after(model, [1, 2, 3, 4]) == (2, 3, 4)


def test_pruning_drops_what_stands_too_rarely(counts: NgramCounts) -> None:
    for pruning in ((0, 0, 0), (0, 1, 1), (0, 3, 5)):
        kept = [
            int((level.raw > least).sum())
            for level, least in zip(counts.levels[1:], pruning[1:], strict=False)
        ]
        assert estimate(counts, pruning).sizes == (_CLASSES + 1, *kept)


@pytest.mark.parametrize("pruning", [(), (1, 1), (0, 2, 1), (0, 0, 0, 0, 0)])
def test_pruning_that_cannot_be_is_refused(counts: NgramCounts, pruning: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected 0 and then"):
        estimate(counts, pruning)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_a_lower_order_of_the_same_counts_is_as_if_counted_for_it(
    counts: NgramCounts, order: int
) -> None:
    pruning = (0, 0, 1, 2)[:order]
    found = estimate(counts, pruning)
    afresh = estimate(count_ngrams(_long_text(), _WORDS, order), pruning)
    for context in ([], [1], [3, 4], [5, 6, 0, 1]):
        state = _after(found, context)
        assert np.array_equal(found.log_probs(state), afresh.log_probs(state))


@pytest.mark.parametrize("budget", [12_000, 17_000, 24_700, 40_000, 10**9])
def test_a_budget_is_kept_with_the_lightest_pruning(counts: NgramCounts, budget: int) -> None:
    pruning = lightest_pruning(counts, 3, budget)
    assert estimate(counts, pruning).bytes <= budget
    for n, threshold in enumerate(pruning):
        lower = (*pruning[:n], threshold - 1, *pruning[n + 1 :])
        if n and lower[n - 1] <= lower[n]:
            assert estimate(counts, lower).bytes > budget
    rungs = list(pruning_ladder(3))
    fitting = next(rung for rung in rungs if estimate(counts, rung).bytes <= budget)
    assert all(low <= high for low, high in zip(pruning, fitting, strict=True))


def test_a_budget_that_no_pruning_fits_is_refused(counts: NgramCounts) -> None:
    with pytest.raises(UsageError, match="7 words takes"):
        lightest_pruning(counts, 3, 100)


def test_every_rung_of_the_ladder_drops_more() -> None:
    for order in range(1, 6):
        rungs = list(pruning_ladder(order))
        assert all(sorted(rung) == list(rung) for rung in rungs)
        for lighter, heavier in itertools.pairwise(rungs):
            assert lighter != heavier
            assert all(low <= high for low, high in zip(lighter, heavier, strict=True))
    assert (0, 3, 5) in pruning_ladder(3)
    assert (0, 0, 1, 1, 2) in pruning_ladder(5)


@pytest.mark.parametrize(
    ("sizes", "words", "letters", "size"),
    [
        ((20_003, 949_130, 1_088_353), 20_000, 137_101, 8_295_272),
        ((50_003, 5_210_577, 4_784_512, 4_457_871, 1_048_632), 50_000, 356_616, 73_849_782),
    ],
)
def test_the_size_is_that_of_real_files(
    sizes: tuple[int, ...], words: int, letters: int, size: int
) -> None:
    # Two models that KenLM wrote, and their vocabularies' words and letters.
    each, rest = divmod(letters - 5 * words, words)
    longest = each + 1
    listed = [f"{word:05}" + "x" * (each if word >= rest else longest) for word in range(words)]
    assert trie_bytes(sizes, Vocabulary(listed)) == pytest.approx(size, rel=1e-4)


def test_kenlm_reads_the_same_probabilities(counts: NgramCounts, tmp_path: Path) -> None:
    pytest.importorskip("kenlm")
    listed = tmp_path / "words.txt"
    listed.write_text("\n".join(_WORDS.words))
    for pruning in ((0, 0, 0, 0), (0, 2, 4, 4)):
        ours = estimate(counts, pruning)
        theirs = open_kenlm(write_arpa(ours, tmp_path / "model.arpa"), listed)
        for length in range(4):
            for words in itertools.product(range(_CLASSES), repeat=length):
                state, their_state = ours.start(), theirs.start()
                for word in words:
                    state, their_state = ours.step(state, word), theirs.step(their_state, word)
                found = theirs.log_probs(their_state)
                assert np.allclose(found, ours.log_probs(state), rtol=0, atol=_ARPA_DIGITS)


def test_a_model_that_remembers_beats_one_that_does_not() -> None:
    lines = ["go eat a cat", "go far a day", "be far go eat"] * 5
    counts = _counts(*lines)
    model = estimate(counts, (0, 0, 0))
    assert model.counts.tolist() == counts.levels[0].raw[:-1].tolist()
    found = evaluate(model, lines)
    assert found.perplexity < evaluate(UnigramModel(_WORDS, model.counts), lines).perplexity
    assert found.unknown_rate == 0
