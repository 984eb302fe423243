"""What is made of a memory is the same whether it grew, shrank, or was read at once."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karussell.decoder import Source
from karussell.history import Entry, Rejection, Sentence
from karussell.keyboard import Context, Memory, Predictor
from karussell.model import LanguageModel
from karussell.personal import Personal, Reason
from karussell.text import fold

_FORMS = ["see", "you", "Zwusch", "zwusch", "ZWUSCH", "teh", "Istambol", "\u0131stambol", "xy"]
_LANGUAGES = st.sampled_from(["en", "tr"])
_ENTRIES: st.SearchStrategy[Entry] = st.one_of(
    st.builds(
        lambda words, language, time, sure: Sentence(
            words=tuple(words), language=language, time=time, meant=(0,) if sure else ()
        ),
        st.lists(st.sampled_from(_FORMS), min_size=1, max_size=4),
        _LANGUAGES,
        st.integers(1, 9),
        st.booleans(),
    ),
    st.builds(
        lambda typed, language, time: Rejection(
            typed=typed, word="the", language=language, time=time
        ),
        st.sampled_from(_FORMS),
        _LANGUAGES,
        st.integers(1, 9),
    ),
)


@pytest.fixture(scope="module")
def predictors() -> Iterator[tuple[Predictor, Predictor]]:
    """One whose memory changes, and one that reads another memory."""
    with Predictor.open(memory=Memory()) as one, Predictor.open(memory=Memory()) as other:
        yield one, other


def _state(predictor: Predictor) -> tuple[object, ...]:
    habits = predictor._habits
    learned = habits.now()
    stream = habits._personal._stream
    return (
        (learned.kept, learned.withheld),
        (habits._forms, habits._meant, habits._hidden),
        (stream.sentences, stream.words, stream.forms, stream.times),
        list(map(stream.language, range(len(stream.words)))),
        (stream.counts, stream.tokens.tolist(), stream._numbers),
        [list(habits._personal._places.listed)],
    )


def _shown(predictor: Predictor) -> list[tuple[str, ...]]:
    return [
        tuple(str(each) for each in predictor.strip(Context(left=left)).slots)
        for left in ("", "see ", "see zw", "you i")
    ]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_memory_that_changed_is_as_one_read_at_once(
    predictors: tuple[Predictor, Predictor], data: st.DataObject
) -> None:
    one, other = predictors
    one.memory.forget(everything=True)
    for _ in range(data.draw(st.integers(1, 4))):
        one.memory.add(data.draw(st.lists(_ENTRIES, max_size=6)))
        if data.draw(st.booleans()):
            one._habits.now()
        kind = data.draw(st.sampled_from(["word", "time", "unlearn", "back", "none"]))
        if kind == "word":
            one.memory.forget(data.draw(st.sampled_from(_FORMS)))
        elif kind == "time":
            start = data.draw(st.integers(1, 9))
            one.memory.forget(since=start, until=start + 2)
        elif kind == "unlearn":
            one.memory.unlearn(tuple(data.draw(st.sets(st.integers(0, 30)))))
        elif kind == "back":
            gone = one.memory.forget(data.draw(st.sampled_from(_FORMS)))
            one._habits.now()
            one.memory.recover(gone)
        if data.draw(st.booleans()):
            one._habits.now()
    other.memory.forget(everything=True)
    other._habits.clear()
    other.memory.add(one.memory._entries.values())
    assert _state(one) == _state(other)
    assert _shown(one) == _shown(other)
    left = {form for each in one.memory._entries.values() for form in _words(each)}
    assert {form for form, _ in one._habits._own} <= left
    assert one._habits._slips.keys() <= {
        fold(form, language) for form in left for language in ("en", "tr")
    }


def _words(entry: Entry) -> tuple[str, ...]:
    return entry.words if isinstance(entry, Sentence) else (entry.typed,)  # type: ignore[union-attr]


def test_a_long_sentence_is_weighed_word_by_word_for_its_last_words_alone(
    ten_word_model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    mixed = Personal.mixed

    def counted(personal: Personal, sources: list[Source], words: Sequence[str]) -> list[Source]:
        asked.append(len(words))
        return mixed(personal, sources, words)

    explain = Personal.why

    def explained(
        personal: Personal, word: str, sources: list[Source], words: Sequence[str]
    ) -> Reason:
        asked.append(len(words))
        return explain(personal, word, sources, words)

    monkeypatch.setattr(Personal, "mixed", counted)
    monkeypatch.setattr(Personal, "why", explained)
    with Predictor(ten_word_model) as predictor:
        predictor.learn("see Tomasz")
        for count in (10, 31, 32, 100, 2000):
            predictor.suggest("a " * count)
        context = Context(left="a " * 2000)
        suggestion = predictor.suggestions(context)[0]
        asked_before = len(asked)
        predictor.why(suggestion, context)
    assert len(asked) > asked_before
    assert max(asked) < 32
    assert asked[:2] == [10, 31]


def test_a_sentence_that_is_nothing_like_the_writers_own_is_no_fault(
    ten_word_model: LanguageModel,
) -> None:
    with Predictor(ten_word_model) as predictor:
        for each in ("see Tomasz at the tea", "zwx qpf " * 200, "a " * 500):
            predictor.learn(each)
        for text in ("the tea at see " * 300, "zwx " * 999, "to the tomorrow " * 9, "you " * 31):
            assert predictor.suggest(text)


def test_a_name_that_a_model_knows_otherwise_is_offered_as_it_is_written() -> None:
    with Predictor.open(language="en") as predictor:
        assert predictor.suggest("I saw mcka")[0].text == "mckay"
        predictor.learn("We met McKay yesterday.")
        assert predictor.suggest("I saw mcka")[0].text == "McKay"
        assert predictor.suggest("Mcka")[0].text == "McKay"
        predictor.learn("Then mckay left.")
        assert predictor.suggest("I saw mcka")[0].text == "mckay"
        predictor.memory.forget(everything=True)
        assert predictor.suggest("I saw mcka")[0].text == "mckay"
