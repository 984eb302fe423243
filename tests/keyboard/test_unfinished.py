"""What was typed and taken back, or written where nothing is learned, is never learned."""

from collections.abc import Callable

import pytest

from karussell.history import Rejection, Repair, Sentence
from karussell.keyboard import Context, Kind, Memory, Predictor, Purpose, Session
from karussell.model import LanguageModel


def _known(predictor: Predictor) -> str:
    """All text that was learned, as one."""
    found = []
    for entry in predictor.memory.since(-1, 0)[2]:
        if isinstance(entry, Sentence):
            found.append(" ".join(entry.words))
        elif isinstance(entry, Rejection | Repair):
            found.append(f"{entry.typed}>{entry.word}")
    return "|".join(found)


def _literal(session: Session) -> None:
    literal = session.strip().literal
    assert literal is not None
    session.accept(literal)


def _reverted(session: Session) -> None:
    session.type("definately ")
    session.revert()


def _kept(session: Session) -> None:
    session.type("definately")
    _literal(session)


def _restored(session: Session) -> None:
    session.type("definately ")
    session.move(len(session.text) - 1)
    literal = session.strip().literal
    assert literal is not None
    assert literal.kind is Kind.RESTORED
    session.accept(literal)
    session.move(len(session.text))


def _small(session: Session) -> None:
    session.type("i ")
    assert session.text.endswith("I ")
    session.revert()


def _reverted_pick(session: Session) -> None:
    session.type("definately")
    session.accept(next(each for each in session.suggestions() if each.text == "definitely"))
    session.revert()


REFUSED = [_reverted, _kept, _restored, _small, _reverted_pick]


@pytest.mark.parametrize("refuse", REFUSED)
@pytest.mark.parametrize("how", ["erased", "cleared", "edited", "other line", "left open"])
def test_a_refused_correction_of_a_word_that_went_is_not_learned(
    predictor: Predictor, refuse: Callable[[Session], None], how: str
) -> None:
    session = predictor.session()
    session.type("we ")
    refuse(session)
    assert _known(predictor) == ""
    if how == "erased":
        session.backspace(len(session.text) - 3)
    elif how == "cleared":
        session.clear()
        session.type("we ")
    elif how == "edited":
        session.replace(Context(left="we "))
    elif how == "other line":
        session.type("\nwe ")
    if how == "left open":
        assert _known(predictor) == ""
        return
    session.type("saw it")
    session.learn(session.text.rpartition("\n")[2])
    assert _known(predictor) == "we saw it"


@pytest.mark.parametrize("refuse", REFUSED)
def test_a_refused_correction_is_learned_with_its_line(
    predictor: Predictor, refuse: Callable[[Session], None]
) -> None:
    session = predictor.session()
    session.type("we ")
    refuse(session)
    session.type(" saw it")
    lesson = session.learn(session.text)
    (pair,) = predictor.recall().rejections
    assert pair.typed in ("definately", "i")
    predictor.unlearn(lesson)
    assert _known(predictor) == ""


def test_what_is_undone_in_a_line_that_is_finished_is_no_longer_known(
    predictor: Predictor,
) -> None:
    session = predictor.session("we ")
    session.type("definately ")
    session.learn(session.text)
    assert predictor.recall().repairs
    session.revert()
    assert predictor.recall().repairs == ()
    session.redo()
    session.revert()
    session.learn(session.text)
    assert predictor.recall().rejections[0].typed == "definately"
    session.redo()
    assert predictor.recall().rejections == ()


def test_a_correction_that_was_left_standing_and_then_erased_is_not_learned(
    predictor: Predictor,
) -> None:
    session = predictor.session("we ")
    session.type("definately ")
    session.backspace(11)
    session.type("saw it")
    session.learn(session.text)
    assert _known(predictor) == "we saw it"


def test_an_undo_brings_nothing_of_private_writing_to_light(predictor: Predictor) -> None:
    session = predictor.session("we ")
    session.describe(private=True)
    session.type("definately ")
    session.describe(private=False)
    assert session.revert()
    session.type("saw it")
    session.learn(session.text)
    assert _known(predictor) == "we|saw it"
    session.clear()
    session.describe(private=True)
    session.type("recieve ")
    session.revert()
    session.describe(private=False)
    assert not session.redo()
    session.learn(session.text)
    assert _known(predictor) == "we|saw it"


SECRETS = [Purpose.PASSWORD, Purpose.PIN, Purpose.CODE, Purpose.CARD, Purpose.NUMBER]
SILENT = [Purpose.URL, Purpose.EMAIL]


@pytest.mark.parametrize("silent", [{"private": True}, *({"purpose": each} for each in SILENT)])
def test_what_was_written_in_private_is_not_learned_later(
    predictor: Predictor, silent: dict[str, object]
) -> None:
    spoken = {"private": False, "purpose": Purpose.TEXT}
    session = predictor.session()
    session.type("See ")
    session.describe(**silent)  # type: ignore[arg-type]
    session.type("Quxzbrt and Quxz")
    session.describe(**spoken)  # type: ignore[arg-type]
    session.type("anova today. Berlin ")  # a word that was begun in private is no other
    session.move(4)
    session.type("you ")
    session.move(len(session.text))
    session.describe(**silent)  # type: ignore[arg-type]
    session.type("Quxzbrt definately ")
    session.describe(**spoken)  # type: ignore[arg-type]
    session.type("and Anna")
    session.learn(session.text)
    assert _known(predictor) == "see you|today|berlin|and Anna"


@pytest.mark.parametrize("change", ["typed", "told", "picked"])
def test_a_word_begun_in_private_stays_so_however_it_ends(
    predictor: Predictor, change: str
) -> None:
    session = predictor.session("we ")
    session.describe(private=True)
    session.type("definat" if change == "picked" else "definately")
    session.describe(private=False)
    if change == "typed":
        session.type(" ")
    elif change == "told":
        session.replace(Context(left="we definitely "))
    else:
        session.accept(next(each for each in session.suggestions() if each.text == "definitely"))
    assert session.text == "we definitely "
    session.type("saw it")
    session.learn(session.text)
    assert _known(predictor) == "we|saw it"


@pytest.mark.parametrize("purpose", SECRETS)
def test_what_stands_in_a_field_that_was_secret_is_not_learned(
    predictor: Predictor, purpose: Purpose
) -> None:
    session = predictor.session()
    session.describe(purpose=purpose)
    session.describe(purpose=Purpose.TEXT)
    assert session.learn("Quxzbrt") == ()  # nobody knows what stands there
    session.replace(Context(left="Quxzbrt"))  # it did when the field was another
    session.replace(Context(left="Quxzbrt to"))
    session.replace(Context(left="Quxzbrt to Berlin"))
    session.learn("Quxzbrt to Berlin")
    assert _known(predictor) == "to Berlin"
    session.clear()
    session.replace(Context(left="see you"))
    session.learn("see you")
    assert _known(predictor) == "to Berlin|see you"


def test_what_was_there_when_private_writing_began_is_as_it_was(predictor: Predictor) -> None:
    session = predictor.session()
    session.describe(private=True)
    session.replace(Context(left="see Quxzbrt"))
    session.describe(private=False)
    session.replace(Context(left="see Quxzbrt today\nyou"))
    session.learn("see Quxzbrt today")
    session.learn("you")
    assert _known(predictor) == "today|you"
    session.describe(private=True)
    assert session.learn("you") == ()


def test_a_line_that_nobody_finds_is_not_learned_where_some_is_private(
    predictor: Predictor,
) -> None:
    session = predictor.session()
    session.describe(private=True)
    session.type("Quxzbrt")
    session.describe(private=False)
    session.learn("something else and Quxz")
    assert _known(predictor) == ""
    session.learn("something else and Quxzbrt today")
    assert _known(predictor) == "something else and|today"
    session.clear()
    session.learn("see Quxz")
    assert _known(predictor) == "something else and|today|see Quxz"


def test_a_long_line_is_known_beyond_what_is_told(predictor: Predictor) -> None:
    session = predictor.session()
    text = "the tea and you "
    session.replace(Context(left=text))
    session.describe(private=True)
    session.replace(Context(left=f"{text}Quxzbrt "))
    session.describe(private=False)
    session.replace(Context(left=f"{text}Quxzbrt to Anna"))
    session.replace(Context(left="to Anna and ", right=""), start=len(f"{text}Quxzbrt "))
    session.learn(f"{text}Quxzbrt to Anna and me")
    assert _known(predictor) == "the tea and you|to Anna and me"


def test_text_belongs_to_the_application_it_was_written_in(predictor: Predictor) -> None:
    session = predictor.session()
    session.describe(app="chat")
    session.type("see Anna and definately ")
    session.describe(app="mail", language="en")
    session.type("then Otto recieve ")
    session.describe(app=None)
    session.type("to Zoe")
    session.learn(session.text)
    found = predictor.memory.since(-1, 0)[2]
    assert [(each.app, getattr(each, "words", None)) for each in found] == [
        ("chat", ("see", "Anna", "and", "definitely")),
        ("chat", None),
        ("mail", ("then", "Otto", "receive")),
        ("mail", None),
        (None, ("to", "Zoe")),
    ]
    predictor.memory.forget(app="chat")
    assert _known(predictor) == "then Otto receive|recieve>receive|to Zoe"


def test_a_capital_elsewhere_is_not_the_small_letter_that_went(predictor: Predictor) -> None:
    session = predictor.session("and ")
    session.type("i ")
    session.revert()
    session.backspace(2)
    session.type("then I saw it")
    session.learn(session.text)
    assert predictor.recall().rejections == ()


def test_a_private_memory_teaches_nothing_of_refused_corrections(model: LanguageModel) -> None:
    with Predictor(model, memory=Memory(private=True)) as predictor:
        session = predictor.session("we ")
        session.type("definately ")
        session.revert()
        session.type("\n")
        session.learn(session.text)
        assert _known(predictor) == ""
        session.type("definately ")
        assert session.text.endswith("definately ")
