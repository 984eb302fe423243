import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from karussell.decoder import candidates, model_sources
from karussell.errors import TextError
from karussell.keyboard import Context, Predictor
from karussell.measure import (
    Evaluation,
    ModelMeter,
    Tally,
    UnigramModel,
    evaluate,
    keyboard_channel,
)
from karussell.model import LanguageModel, RareWords, embedded_path, open_model
from karussell.text import LetterModel, Vocabulary, words

# The ten words by count: the 9, to 8, i 7, you 6, a 5, tea 4, are 3, see 2, ten 1, tomorrow 0;
# UNKNOWN 5. With one added to each: 61 in all.
_ALL = 61


@pytest.fixture(scope="module")
def unigram(ten_words: Vocabulary, ten_counts: NDArray[np.uint32]) -> UnigramModel:
    return UnigramModel(ten_words, ten_counts)


def test_keystroke_savings_counted_by_hand(unigram: UnigramModel) -> None:
    # Shown before a letter: the, to, i.
    # see: after "s", 2 keys of 4. you: after "y", 2 of 4. tomorrow: after "to" (t: the, to, tea),
    # 3 of 9. the: at once, 1 of 4. ten: after "te", 3 of 4. banana: unknown, 7 of 7.
    found = evaluate(unigram, ["See you tomorrow!", "the ten, banana"])
    assert found.lines == 2
    assert found.words == 6
    assert found.keystroke_savings == pytest.approx(1 - (2 + 2 + 3 + 1 + 3 + 7) / 32)
    assert found.keystroke_savings_ceiling == pytest.approx(1 - 6 / 32)
    assert found.unknown_rate == pytest.approx(1 / 6)


def test_recall_counted_by_hand(unigram: UnigramModel) -> None:
    found = evaluate(unigram, ["the to I you banana"])
    assert found.recall_at_1 == pytest.approx(1 / 5)
    assert found.recall_at_3 == pytest.approx(3 / 5)


def test_perplexity_by_hand(unigram: UnigramModel) -> None:
    found = evaluate(unigram, ["the tea banana"])
    expected = (10 / _ALL * 5 / _ALL * 6 / _ALL) ** (-1 / 3)
    assert found.perplexity == pytest.approx(expected, rel=1e-6)


def test_bits_per_character_by_hand(unigram: UnigramModel) -> None:
    spelled = LetterModel(unigram.vocabulary).bits("eat")
    expected = -math.log2(10 / _ALL) - math.log2(6 / _ALL) + spelled
    found = evaluate(unigram, ["the eat"])
    assert found.bits_per_character == pytest.approx(expected / 8, rel=1e-6)


def test_a_model_is_measured_by_what_it_predicts(ten_word_model: LanguageModel) -> None:
    message = ["see", "you", "banana", "to", "the", "tea"]
    ids = ten_word_model.vocabulary.ids(message)
    nats = []
    for place, word_id in enumerate(ids):
        scores = ten_word_model.scores(ten_word_model.read(ids[:place])).astype(np.float64)
        nats.append(np.log(np.exp(scores).sum()) - scores[word_id])
    found = evaluate(ten_word_model, ["See you, banana; to the tea!"])
    # The product's own logarithms are float32: right to about 1e-6 each.
    assert found.perplexity == pytest.approx(math.exp(np.mean(nats)), rel=1e-5)


_LINES = st.lists(
    st.lists(
        st.sampled_from(["see", "You", "tea", "the.", "I", "banana", "tomorrow!", "ten"]),
        max_size=6,
    ).map(" ".join),
    min_size=1,
    max_size=4,
)


@given(_LINES)
def test_keys_are_those_of_someone_typing(ten_word_model: LanguageModel, lines: list[str]) -> None:
    tally = ModelMeter(ten_word_model).measure(lines)
    keys: list[list[int]] = []
    ranks: list[int] = []
    for line in lines:
        for sentence in line.replace("!", ".").split("."):
            read: list[int] = []
            for word in words(sentence):
                log_probs = ten_word_model.log_probs(ten_word_model.read(read))
                sources = model_sources(ten_word_model.vocabulary, log_probs, RareWords.none())
                word_id = ten_word_model.vocabulary.id(word)
                shown = [
                    [
                        ten_word_model.vocabulary.id(found.text.lower())
                        for found in candidates(sources, word[:letters], 5)
                    ]
                    for letters in range(len(word))
                ]
                keys.append([_keys_of_someone(word, word_id, shown, slots) for slots in (1, 3, 5)])
                ranks.append(shown[0].index(word_id) if word_id in shown[0] else 5)
                read.append(word_id)
    assert tally.measured["keys"].tolist() == keys
    found = tally.measured["rank"]
    assert np.where((found < 0) | (found > 4), 5, found).tolist() == ranks


def _keys_of_someone(word: str, word_id: int, shown: list[list[int]], slots: int) -> int:
    """Letters are typed until the word is seen, which is then picked."""
    for typed, offered in enumerate(shown):
        if word_id in offered[:slots]:
            return typed + 1
    return len(word) + 1


def test_longer_lists_save_more(ten_word_model: LanguageModel) -> None:
    found = evaluate(ten_word_model, ["see you tomorrow", "are the ten to tea", "I see a ten"])
    at_1, at_3, at_5 = (
        found.keystroke_savings_at_1,
        found.keystroke_savings,
        found.keystroke_savings_at_5,
    )
    assert at_1 < at_3 < at_5 < found.keystroke_savings_ceiling
    assert found.keystroke_savings_share == pytest.approx(at_3 / found.keystroke_savings_ceiling)


def test_emoji_are_read_but_not_counted(ten_word_model: LanguageModel) -> None:
    plain = ModelMeter(ten_word_model).measure(["see you"])
    smiling = ModelMeter(ten_word_model).measure(["see 🙂 you :-)"])
    for name in ("line", "known", "letters"):
        assert np.array_equal(smiling.measured[name], plain.measured[name])
    assert smiling.measured["nats"][0] == plain.measured["nats"][0]
    vocabulary = ten_word_model.vocabulary
    context = ten_word_model.read([vocabulary.id("see"), vocabulary.unknown])
    expected = -ten_word_model.log_probs(context)[vocabulary.id("you")]
    assert smiling.measured["nats"][1] == expected


def test_a_text_of_emoji_alone_cannot_be_measured(unigram: UnigramModel) -> None:
    with pytest.raises(TextError, match="no words"):
        evaluate(unigram, ["🙂 :D", "<3"])


def test_a_word_knows_its_line(unigram: UnigramModel) -> None:
    assert ModelMeter(unigram).measure(["see you", "", "the. tea"]).measured["line"].tolist() == [
        0,
        0,
        2,
        2,
    ]


@given(first=_LINES, second=_LINES)
def test_two_texts_joined_are_one_text(
    unigram: UnigramModel, first: list[str], second: list[str]
) -> None:
    both = ModelMeter(unigram).measure([*first, *second])
    joined = Tally.joined([ModelMeter(unigram).measure(first), ModelMeter(unigram).measure(second)])
    assert joined.lines == both.lines
    for name in ("line", "known", "letters", "keys", "rank", "nats", "bits"):
        assert np.array_equal(joined.measured[name], both.measured[name])


def test_nothing_is_carried_from_line_to_line_or_sentence_to_sentence(
    ten_word_model: LanguageModel,
) -> None:
    apart = evaluate(ten_word_model, ["see you", "the tea"])
    together = evaluate(ten_word_model, ["see you. the tea"])
    assert apart.perplexity == together.perplexity
    assert apart.perplexity != evaluate(ten_word_model, ["see you the tea"]).perplexity


def test_lines_without_words_count_as_lines(unigram: UnigramModel) -> None:
    assert evaluate(unigram, ["", "...", "tea"]).lines == 3


def test_a_text_without_words_cannot_be_measured(unigram: UnigramModel) -> None:
    with pytest.raises(TextError, match="no words"):
        evaluate(unigram, ["...", ""])


def test_every_line_is_told(unigram: UnigramModel) -> None:
    told: list[int] = []
    evaluate(unigram, ["tea", "", "to"], on_line=lambda: told.append(1))
    assert len(told) == 3


def test_latency_is_the_time_of_the_product_path(ten_word_model: LanguageModel) -> None:
    found = evaluate(ten_word_model, ["see you to the tea"] * 20)
    assert 0 < found.latency_ms.median <= found.latency_ms.p99


def test_a_model_that_is_hopelessly_wrong_has_a_finite_perplexity(unigram: UnigramModel) -> None:
    tally = ModelMeter(unigram).measure(["tea"])
    tally.measured["nats"] = 1e9
    assert math.isfinite(Evaluation.of(tally).perplexity)


def test_rare_words_are_suggested_and_new_ones_share_the_rest(unigram: UnigramModel) -> None:
    rare = RareWords.of_counts(["teapot", "zebra"], ["", ""], [3, 1], 4)
    without = ModelMeter(unigram).measure(["teapot xyzzy"]).measured
    tally = ModelMeter(unigram, rare).measure(["teapot xyzzy"]).measured
    assert without["known"].tolist() == [False, False]
    assert tally["known"].tolist() == [True, False]
    # "tea" and "teapot" are all that goes on from "te" and "tea".
    assert tally["keys"][0, 1] < 7
    shares = np.array([rare.log_shares[0], rare.log_new])
    assert tally["nats"] == pytest.approx(without["nats"] - shares, rel=1e-5)


def test_keys_are_those_of_the_strip_with_its_corrections() -> None:
    model = open_model(embedded_path())
    text = "we definitely received their letter from the quiet village, though nobody believed it"
    tally = ModelMeter(model, model.rare, channel=keyboard_channel(model)).measure([text])
    with Predictor(model) as predictor:
        at = 0
        for word, keys in zip(words(text), tally.measured["keys"][:, 1], strict=True):
            at = text.index(word, at)
            shown = [
                word in {slot.text.lower() for slot in strip.slots if slot is not None}
                for strip in (
                    predictor.strip(Context(left=text[: at + letters]))
                    for letters in range(len(word))
                )
            ]
            assert keys == (shown.index(True) + 1 if any(shown) else len(word) + 1), word
