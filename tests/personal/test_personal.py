"""What a writer's own text adds, and that nothing of what was dropped remains."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.decoder import Origin, Source, candidates, model_sources, ranked
from karussell.model import LANGUAGES, RareWords, Reader, embedded_path, open_model
from karussell.personal import Personal, Taught
from karussell.text import Vocabulary

_WORDS = Vocabulary(["a", "at", "see", "tea", "the", "to", "you"])
_RARE = RareWords.of_counts(["tearoom", "zebra"], ["", "Zebra"], [30, 10], 60)
_SENTENCES = st.lists(
    st.lists(st.sampled_from(["see", "you", "tea", "Zebra", "Bofi", "zoom"]), min_size=1).map(
        lambda words: Taught(tuple(words), "en")
    ),
    max_size=8,
)


def _base(words: Sequence[str]) -> list[Source]:
    """A model that is not sure, but not always in the same way."""
    scores = np.cos(np.arange(8, dtype=np.float32) + len(words))
    scores -= np.float32(np.log(np.exp(scores).sum()))
    return model_sources(_WORDS, scores, _RARE)


def _scores(personal: Personal, words: Sequence[str]) -> list[tuple[tuple[str, ...], bytes, float]]:
    return [
        (source.vocabulary.words, source.scores.tobytes(), source.offset)
        for source in personal.mixed(_base(words), words)
    ]


@given(_SENTENCES, st.lists(st.sampled_from(["see", "you", "bofi", "never"]), max_size=4))
def test_all_words_together_are_sure(sentences: list[Taught], words: list[str]) -> None:
    def known(sources: list[Source]) -> float:
        return sum(
            float(np.exp(np.asarray(source.scores).astype(float) + source.offset).sum())
            for source in sources
        )

    mixed = Personal(_base, sentences).mixed(_base(words), words)
    assert known(mixed) <= 1 + 1e-5
    assert known(mixed) >= known(_base(words)) - 1e-5


@given(_SENTENCES, _SENTENCES)
def test_what_was_dropped_is_as_if_it_had_never_been(
    kept: list[Taught], dropped: list[Taught]
) -> None:
    one_by_one = Personal(_base)
    for taught in kept:
        one_by_one.add(taught)
    rebuilt = Personal(_base, [*dropped, *kept])
    rebuilt.mixed(_base(["see"]), ["see"])
    rebuilt.rebuild(kept)
    for words in [], ["see"], ["see", "you"], ["bofi"]:
        assert _scores(rebuilt, words) == _scores(one_by_one, words)


@given(_SENTENCES, st.data())
def test_dropping_some_sentences_is_as_if_they_had_never_been(
    sentences: list[Taught], data: st.DataObject
) -> None:
    personal = Personal(_base, sentences)
    later = Taught(("zoom", "Never"), "de", 7)
    for asked in data.draw(st.booleans()), False:
        if asked:
            _scores(personal, ["see"])
        personal.add(later)
    every = [*sentences, later, later]
    gone = data.draw(st.sets(st.sampled_from(range(len(every)))))
    instead = {
        place: taught._replace(words=(taught.words[0].upper(), *taught.words[1:]))
        for place, taught in enumerate(every)
        if place not in gone and data.draw(st.booleans())
    }
    personal.drop(sorted(gone), instead)
    left = [instead.get(place, each) for place, each in enumerate(every) if place not in gone]
    rebuilt = Personal(_base, left)
    for taught in None, Taught(("tea", "Bofis"), "en", 9):
        if taught is not None:
            personal.add(taught)
            rebuilt.add(taught)
        for words in [], ["see"], ["see", "you"], ["bofi"]:
            assert _scores(personal, words) == _scores(rebuilt, words)
        for word in "see", "zebra", "bofi", "zoom", "never":
            assert personal.knows(word) == rebuilt.knows(word)
            assert personal.why(word, _base([]), []) == rebuilt.why(word, _base([]), [])


def test_words_that_come_in_one_by_one_or_all_at_once_are_sorted() -> None:
    words = [f"x{number * 7919 % 1009}" for number in range(1009)]
    one_by_one = Personal(_base)
    for start in range(0, len(words), 3):
        one_by_one.add(Taught(tuple(words[start : start + 3]), "en"))
        if start % 2 or 300 < start < 600:
            _scores(one_by_one, [])
    rebuilt = Personal(_base, one_by_one.sentences)
    assert _scores(one_by_one, ["x0"]) == _scores(rebuilt, ["x0"])
    assert _scores(rebuilt, [])[-1][0] == tuple(sorted(words))


def test_nothing_learned_changes_nothing() -> None:
    sources = _base(["see"])
    mixed = Personal(_base).mixed(sources, ["see"])
    for before, after in zip(sources, mixed, strict=True):
        np.testing.assert_array_equal(before.scores, after.scores)


def test_a_word_of_the_writers_own_is_a_source_of_its_own() -> None:
    personal = Personal(_base, [Taught(("see", "Bofi"), "en")])
    *_, own = personal.mixed(_base(["see"]), ["see"])
    assert own.origin is Origin.LEARNED
    assert own.vocabulary.words == ("bofi",)
    assert own.display(0) == "Bofi"
    assert personal.knows("bofi") == 1
    assert personal.knows("zebra") == 0


def test_a_word_written_long_ago_is_still_known() -> None:
    personal = Personal(
        _base, [Taught(("Bofi",), "en"), *[Taught(("see", "you") * 50, "en")] * 900]
    )
    *_, own = personal.mixed(_base([]), [])
    assert own.log_prob(0) > math.log(1e-9)


def test_a_word_of_two_lists_gains_where_it_is_likelier() -> None:
    scores = np.log(np.full(7, 0.1, np.float32))
    hidden = scores.copy()
    hidden[2] = -np.inf
    words = _base([])[0]
    again = Vocabulary(_WORDS.words)
    sources = [
        words._replace(scores=hidden),
        words._replace(scores=np.where(np.arange(7) == 2, scores, -np.inf), vocabulary=again),
    ]
    personal = Personal(_base, [Taught(("see", "see"), "en")])
    first, second = personal.mixed(sources, ["see"])
    assert first.log_prob(2) == -math.inf
    assert second.log_prob(2) > math.log(0.1)


def test_what_the_writer_uses_more_than_others_is_likelier() -> None:
    model = open_model(embedded_path("de"))
    vocabulary = model.vocabulary

    def base(words: Sequence[str]) -> list[Source]:
        return model_sources(vocabulary, model.log_probs(model.start()), model.rare)

    taught = [Taught(("gestern", "gab", "es", "Kuchen"), "de")] * 20
    word = vocabulary.id("kuchen")
    with_tilt = Personal(base, taught, models=[model]).mixed(base(()), ["nie"])
    without = Personal(base, taught).mixed(base(()), ["nie"])
    assert with_tilt[0].log_prob(word) > without[0].log_prob(word)
    total = sum(float(np.exp(np.asarray(each.scores) + each.offset).sum()) for each in with_tilt)
    assert total <= 1 + 1e-4


def test_a_sentence_as_the_models_expect_it_drops_the_writers_words() -> None:
    taught = [Taught(("see", "you"), "en")] * 5

    def gain(words: list[str]) -> float:
        mixed = Personal(_base, taught).mixed(_base(words), words)
        return mixed[0].log_prob(6) - _base(words)[0].log_prob(6)

    assert gain(["see", "you", "see"]) > gain(["tea", "tea", "see"]) > 0


def test_reasons_name_the_words_that_it_followed() -> None:
    personal = Personal(_base, [Taught(("see", "you", "Bofi"), "en", 5)] * 2)
    reason = personal.why("bofi", _base(["see", "you"]), ["see", "you"])
    assert math.isclose(sum(part.share for part in reason.parts), 1)
    habit = next(part for part in reason.parts if part.source == "habit")
    assert habit.after in {("you",), ("see", "you")}
    assert (habit.uses, habit.last, habit.language) == (2, 5, "en")


@pytest.fixture(scope="module")
def english() -> tuple[Reader, Personal]:
    assert "en" in LANGUAGES
    reader = Reader(open_model(embedded_path("en")))

    def base(words: Sequence[str]) -> list[Source]:
        model = reader.model
        return model_sources(
            model.vocabulary, reader.log_probs(model.vocabulary.ids(words)), model.rare
        )

    return reader, Personal(base)


def _shown(english: tuple[Reader, Personal], words: str, prefix: str) -> list[str]:
    reader, personal = english
    vocabulary = reader.model.vocabulary
    before = words.split()
    sources = model_sources(vocabulary, reader.log_probs(vocabulary.ids(before)), reader.model.rare)
    return [each.text.lower() for each in candidates(personal.mixed(sources, before), prefix, 3)]


def test_a_made_up_word_comes_at_once(english: tuple[Reader, Personal]) -> None:
    _, personal = english
    sentence = Taught(("we", "met", "at", "the", "Brimbola", "today"), "en")
    personal.rebuild([sentence])
    assert "brimbola" in _shown(english, "i like", "br")
    personal.add(sentence)
    assert _shown(english, "we met at the", "b")[0] == "brimbola"


def test_a_name_follows_dear(english: tuple[Reader, Personal]) -> None:
    _, personal = english
    personal.rebuild([Taught(("dear", "Hrothgar"), "en")])
    assert "hrothgar" in _shown(english, "dear", "")
    found = ranked(personal.mixed(personal._base(["dear"]), ["dear"]), "hrothgar")
    assert found is not None
    assert found.ranks[0] < 3


def test_the_models_are_asked_once_what_comes_behind_some_words() -> None:
    asked: list[tuple[str, ...]] = []

    def base(words: Sequence[str]) -> list[Source]:
        asked.append(tuple(words))
        return _base(words)

    personal = Personal(base, [Taught(("see", "you", "zoom"), "en")])
    for word in ("you", "the", "tea", "to"):
        personal.mixed(_base(["see", word]), ["see", word])
    assert asked == [(), ("see",)]
