"""What is learned, what never is, and what is left once it is forgotten."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from karussell.errors import HistoryError, UsageError
from karussell.history import History, Rejection, Repair, Saving, Sentence
from karussell.keyboard import Context, Field, Memory, Predictor, Purpose
from karussell.model import LanguageModel, open_model
from tests.conftest import WriteModel

CANARY = "Quxzbrt"


@pytest.fixture
def model(write_model: WriteModel, tmp_path: Path) -> LanguageModel:
    """Ten words, of which "tea" is withheld."""
    return open_model(write_model(tmp_path / "m.karussell", withheld=[4]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "history"


@pytest.fixture(scope="module")
def english() -> Iterator[Predictor]:
    with Predictor.open() as predictor:
        yield predictor


def _offered(predictor: Predictor, text: str, field: Field | None = None) -> list[str]:
    strip = predictor.strip(Context(left=text), field=field)
    return [each.text for each in strip.slots if each]


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_made_up_word_and_a_name_behind_a_greeting(english: Predictor) -> None:
    first = english.session()
    first.type("Dear Zwetschgeria, see the blorptastic")
    first.learn(first.text)
    second = english.session()
    second.type("I like bl")
    assert "blorptastic" in [each.text for each in second.suggestions()]
    third = english.session("Dear ")
    assert third.suggestions()[0].text == "Zwetschgeria"
    parts = english.why(third.suggestions()[0], third.context, field=third.field).parts
    assert {part.source for part in parts} <= {"habit", "cache", "word"}
    assert sum(part.share for part in parts) == pytest.approx(1)
    rare = "Svetlana"  # known, but never offered unless one has begun it
    assert rare.lower() in english.model.rare.vocabulary
    greeting = english.session()
    greeting.paste(f"Good morning {rare},\nhow are you?")
    greeting.learn(greeting.text)
    assert english.session("Good morning ").suggestions()[0].text == rare
    assert english.forget(rare)
    assert english.forget("zwetschgeria")
    assert "Zwetschgeria" not in [each.text for each in english.session("Dear ").suggestions()]


def test_what_was_learned_outlives_the_program(model: LanguageModel, folder: Path) -> None:
    with History.open(folder) as history, Predictor(model, memory=Memory(history)) as predictor:
        assert predictor.memory.keeps
        predictor.learn("see Tomasz at the Zoo")
        predictor.reject("teh", "the")
        before = _offered(predictor, "see "), _offered(predictor, "see to")
        assert "Tomasz" in before[1]
    with History.open(folder) as history, Predictor(model, memory=Memory(history)) as predictor:
        assert (_offered(predictor, "see "), _offered(predictor, "see to")) == before
        assert [pair.typed for pair in predictor.recall().rejections] == ["teh"]
        assert predictor.forget("TOMASZ")
    assert b"omasz" not in _bytes(folder)
    with History.open(folder) as history, Predictor(model, memory=Memory(history)) as predictor:
        assert "Tomasz" not in _offered(predictor, "see to")


_SENTENCES = [
    "see you to the tea",
    "see Tomasz to the Zoo",
    "the Zoo are ten Zebras",
    "I see Tomasz, and you see the Zebras",
    "tomorrow the tea",
    "are you to see me tomorrow",
]


@pytest.mark.parametrize("word", ["tomasz", "Zebras", "tea", "see", "tomorrow"])
def test_forgetting_is_exact(model: LanguageModel, word: str) -> None:
    """Afterwards all is as it is for somebody who never wrote that, also once more was learned."""
    forgot, never = Memory(), Memory()
    for sentence in _SENTENCES[:4]:
        forgot.learn(sentence, language="en")
    forgot.forget(word)
    for sentence in _SENTENCES[4:]:
        forgot.learn(sentence, language="en")
    forgot.forget(word)
    never.add(entry for entry in forgot.since(-1, 0)[2])
    contexts = [each[:end] for each in _SENTENCES for end in range(len(each) + 1)]
    with Predictor(model, memory=forgot) as one, Predictor(model, memory=never) as other:
        for context in contexts:
            assert one.suggest(context, 20) == other.suggest(context, 20)
            assert one.strip(Context(left=context)) == other.strip(Context(left=context))


def test_what_was_forgotten_comes_back_in_its_place(model: LanguageModel, folder: Path) -> None:
    with History.open(folder) as history:
        memory = Memory(history)
        with Predictor(model, memory=memory) as predictor:
            for sentence in _SENTENCES:
                predictor.learn(sentence)
            before = [predictor.suggest(each[:9], 20) for each in _SENTENCES], memory.recall()
            forgotten = memory.forget("tomasz")
            assert (forgotten.entries, forgotten.copies) == (2, 0)
            assert memory.recall() != before[1]
            memory.recover(forgotten)
            after = [predictor.suggest(each[:9], 20) for each in _SENTENCES], memory.recall()
        assert after == before


def test_a_span_or_an_application_is_forgotten() -> None:
    memory = Memory()
    for number, app in enumerate(["mail", "chat", "mail"]):
        words = (f"wort{number}",)
        memory.add([Sentence(words=words, language="en", time=100 * number, app=app)])
    memory.tally(app="mail", keys=3, letters=9)
    assert memory.forget(since=50, until=200).entries == 1
    assert {each.word for each in memory.recall().words} == {"wort0", "wort2"}
    assert memory.forget(app="mail").entries == 3
    assert (memory.recall().words, memory.days()) == ((), ())
    for wrong in ({}, {"word": "a", "everything": True}):
        with pytest.raises(UsageError, match="expected a word, a time or an application"):
            memory.forget(**wrong)  # type: ignore[arg-type]


def test_words_are_offered_after_as_many_uses_as_one_wants(model: LanguageModel) -> None:
    with Predictor(model, memory=Memory(after_uses=3)) as predictor:
        for uses in range(4):
            assert ("Tomasz" in _offered(predictor, "see to")) == (uses >= 3)
            predictor.learn("see Tomasz")
    with pytest.raises(UsageError, match="0 uses"):
        Memory(after_uses=0)


def test_a_sentence_is_cut_where_a_number_stood(model: LanguageModel) -> None:
    with Predictor(model) as predictor:
        predictor.learn("see 12345 Tomasz")
        assert _offered(predictor, "see ") == _offered(Predictor(model), "see ")


SECRETS = [
    Field(purpose=Purpose.PASSWORD),
    Field(purpose=Purpose.PIN),
    Field(purpose=Purpose.CODE),
    Field(purpose=Purpose.CARD),
    Field(purpose=Purpose.NUMBER),
]
SILENT = [*SECRETS, Field(purpose=Purpose.URL), Field(purpose=Purpose.EMAIL), Field(private=True)]


@pytest.mark.parametrize("field", SILENT, ids=lambda field: f"{field.purpose}{field.private}")
def test_no_canary_gets_out_of_a_field_that_teaches_nothing(
    model: LanguageModel, folder: Path, field: Field, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with History.open(folder) as history, Predictor(model, memory=Memory(history)) as predictor:
        session = predictor.session()
        session.describe(purpose=field.purpose, private=field.private)
        for letter in f"see {CANARY} {CANARY} ":
            session.type(letter)
            strip = session.strip()
            if field.is_secret:
                assert (strip.literal, strip.best, strip.autocorrect) == (None, None, None)
                assert session.suggestions() == []
        assert session.learn(session.text) == ()
        assert predictor.reject(CANARY, "you", field=session.field) == ()
        assert CANARY not in [each.text for each in predictor.suggest("see qu", 20)]
        assert CANARY not in _offered(predictor, "see qu")
        assert predictor.recall().words == ()
        assert CANARY.lower().encode() not in history.export().lower()
    assert CANARY.lower().encode() not in _bytes(folder).lower()
    assert CANARY.lower() not in caplog.text.lower()


def test_what_was_known_is_offered_in_private_but_not_where_addresses_are_written(
    model: LanguageModel,
) -> None:
    with Predictor(model) as predictor:
        predictor.learn("see Tomasz")
        assert "Tomasz" in _offered(predictor, "see to", Field(private=True))
        for purpose in (Purpose.URL, Purpose.EMAIL):
            assert "Tomasz" not in _offered(predictor, "see to", Field(purpose=purpose))
        for field in SECRETS:
            assert _offered(predictor, "see to", field) == []


def test_a_private_memory_learns_nothing(model: LanguageModel, folder: Path) -> None:
    with History.open(folder) as history:
        Memory(history).learn("see Tomasz", language="en")
        memory = Memory(history, private=True)
        with Predictor(model, memory=memory) as predictor:
            assert predictor.learn(f"see {CANARY}") == ()
            assert predictor.reject(CANARY, "see") == predictor.repair(CANARY, "see") == ()
            memory.tally(keys=1, letters=2)
            assert "Tomasz" in _offered(predictor, "see to")
        assert len(history.entries()) == 1


def test_what_was_taken_back_is_never_learned(english: Predictor, folder: Path) -> None:
    with History.open(folder) as history:
        memory = Memory(history)
        with Predictor(english.model, memory=memory) as predictor:
            session = predictor.session("we ")
            session.type(CANARY)
            session.backspace(len(CANARY))
            session.type("recie")  # no word yet, and another is picked for it
            session.accept(next(each for each in session.suggestions() if each.text == "receive"))
            session.type("it ")
            session.learn(session.text)
            history.flush()
            known = {each.word for each in predictor.recall().words}
            assert known == {"we", "receive", "it"}
            assert predictor.recall().repairs == ()
    assert CANARY.lower().encode() not in _bytes(folder).lower()
    assert b"recie " not in _bytes(folder)
    assert b'"recie"' not in _bytes(folder)


def test_corrections_are_remembered_as_they_end(english: Predictor) -> None:
    with Predictor(english.model) as predictor:
        session = predictor.session("we ")
        session.type("definately saw it.\nwe recieve ")
        session.revert()
        session.learn(session.text)
        found = predictor.recall()
        assert [(each.typed, each.word) for each in found.repairs] == [("definately", "definitely")]
        assert [(each.typed, each.word) for each in found.rejections] == [("recieve", "receive")]
        session.clear()
        session.type("they definately ")
        session.backspace(11)  # what stood there is gone
        session.learn(session.text)
        assert predictor.recall().repairs[0].uses == 1


def test_a_correction_undone_in_private_is_not_made_again_and_not_remembered(
    english: Predictor,
) -> None:
    with Predictor(english.model) as predictor:
        session = predictor.session("we ")
        session.describe(private=True)
        session.type("recieve ")
        assert session.text == "we receive "
        session.revert()
        session.type("recieve ")
        assert session.text == "we recieve recieve "
        assert predictor.recall().rejections == ()


def test_a_slip_is_offered_once_it_was_confirmed(english: Predictor) -> None:
    with Predictor(english.model) as predictor:
        predictor.learn("see the tomorrowx")
        assert "tomorrowx" not in [each.text for each in predictor.suggest("the tomorrow", 9)]
        predictor.learn("see the tomorrowx", meant={"tomorrowx"})
        assert "tomorrowx" in [each.text for each in predictor.suggest("the tomorrow", 9)]
        predictor.forget("tomorrowx")
        predictor.learn("see the tomorrowx", meant={"tomorrowx"})
        assert "tomorrowx" in [each.text for each in predictor.suggest("the tomorrow", 9)]


def test_a_name_keeps_its_capital_when_it_begins_a_sentence(model: LanguageModel) -> None:
    with Predictor(model) as predictor:
        predictor.learn("see Tomasz. Tomasz to the tea. TOMASZ!")
        assert "Tomasz" in _offered(predictor, "see to")
        assert predictor.recall("tomasz").words[0].word == "Tomasz"
        predictor.memory.forget(everything=True)
        predictor.learn("Tomasz to the tea.")
        assert "tomasz" in _offered(predictor, "see to")


def test_what_another_program_learned_appears(
    model: LanguageModel, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("karussell.keyboard.memory.memory._LOOK", 0)
    with History.open(folder) as one, History.open(folder) as other:
        ours, theirs = Memory(one), Memory(other)
        with Predictor(model, memory=ours) as predictor:
            assert "Tomasz" not in _offered(predictor, "see to")
            theirs.learn("see Tomasz", language="en")
            other.flush()
            assert "Tomasz" in _offered(predictor, "see to")
            theirs.forget("tomasz")
            assert "Tomasz" not in _offered(predictor, "see to")


def test_entries_are_taken_in_as_they_are() -> None:
    memory = Memory()
    lesson = memory.add(
        [
            Sentence(words=("see", "Tomasz"), language="en", time=1, app="chat", meant=(1,)),
            Repair(typed="teh", word="the", language="en", time=2),
            Rejection(typed="tomsz", word="tomas", language="en", time=3),
            Saving(day="2026-11-27", keys=2, letters=4),
            Saving(day="2026-11-27", keys=3, letters=5, app="chat"),
        ]
    )
    found = memory.recall("t")
    assert [each.word for each in found.words] == ["Tomasz"]
    assert [each.typed for each in found.repairs] == ["teh"]
    assert [each.typed for each in found.rejections] == ["tomsz"]
    (day,) = memory.days()
    assert (day.keys, day.letters) == (5, 9)
    memory.unlearn(lesson)
    assert (memory.recall().words, memory.days()) == ((), ())


def test_counting_stays_off_once_it_was_switched_off(folder: Path) -> None:
    for path in (folder, None):
        with History.open(folder) as history:
            memory = Memory(history if path else None)
            assert memory.counts
            memory.counts = False
            memory.tally(keys=1, letters=3)
            assert memory.days() == ()
            assert Memory(history).counts is (path is None)
            memory.counts = True
            Memory(history).counts = True
            memory.tally(keys=1, letters=3)
            assert memory.days()[0].letters == 3


def test_what_a_failing_history_cannot_forget_is_not_forgotten_in_part(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise HistoryError("the disk is full; try again")

    with History.open(folder) as history:
        memory = Memory(history)
        memory.learn("see Tomasz", language="en")
        with monkeypatch.context() as broken:
            broken.setattr(history, "forget", fail)
            with pytest.raises(HistoryError):
                memory.forget("tomasz")
        assert memory.forget("tomasz").entries == 1
        assert history.entries() == []


def test_what_comes_in_at_the_end_costs_no_new_beginning(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("karussell.keyboard.memory.memory._LOOK", 0)
    with History.open(folder) as one, History.open(folder) as other:
        ours, theirs = Memory(one), Memory(other)
        ours.learn("see Tomasz", language="en")
        one.flush()
        rewrites, _, entries = ours.since(-1, 0)
        theirs.learn("see you", language="en")
        other.flush()
        assert ours.since(rewrites, len(entries))[1] is False
        assert len(ours.recall().words) == 3


@pytest.mark.parametrize(
    ("language", "kept"), [("en_US", "en-US"), ("italian", ""), ("und", "und"), ("", "")]
)
def test_any_name_of_a_language_can_be_learned_in(folder: Path, language: str, kept: str) -> None:
    with History.open(folder) as history:
        memory = Memory(history)
        memory.learn("see Tomasz", language=language)
        memory.reject("teh", "the", language=language)
        memory.repair("teh", "the", language=language)
        assert memory.languages == {kept}
        assert memory.forget("tomasz").entries == 1


def test_a_correction_into_two_words_is_remembered_and_forgotten_by_each(folder: Path) -> None:
    with History.open(folder) as history:
        memory = Memory(history)
        for word in ("thank", "You", "thank you", "thankyou"):
            memory.reject("thankyou", "thank you", language="en")
            memory.repair("thankyou", "thank you", language="en")
            history.flush()
            assert memory.recall().rejections[0].word == "thank you"
            assert history.entries() == list(memory._entries.items())
            assert memory.forget(word).entries == 2
    assert b"thank" not in _bytes(folder)
