import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from karussell.decoder import Origin
from karussell.errors import UsageError
from karussell.keyboard import Context, Edit, Field, Kind, Predictor, Suggestion
from karussell.model import LanguageModel
from karussell.text import fold, graphemes, words

_PIECES = [*"atoesTO", " ", " ", ".", "'", "\n", "é", "o\u0301", "\U0001f469\u200d"]
_WRITTEN = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join)


@pytest.fixture(scope="module")
def predictor(ten_word_model: LanguageModel) -> Predictor:
    return Predictor(ten_word_model, damage=None)


@given(before=_WRITTEN, typed=_WRITTEN)
def test_type_then_backspace_is_the_identity(predictor: Predictor, before: str, typed: str) -> None:
    count = len(graphemes(before + typed)) - len(graphemes(before))
    # Letters that merge with what stood before them are one character with it.
    assume(count == len(graphemes(typed)))
    session = predictor.session(before)
    offered = session.suggestions()
    session.type(typed)
    session.backspace(count)
    assert session.text == before
    assert session.suggestions() == offered


@given(left=_WRITTEN, right=_WRITTEN, choice=st.integers(0, 2))
def test_accept_then_revert_is_the_identity(
    predictor: Predictor, left: str, right: str, choice: int
) -> None:
    session = predictor.session()
    session.replace(Context(left=left, right=right))
    offered = session.suggestions()
    assume(len(offered) > choice)
    session.accept(offered[choice])
    assert session.context == Context(left=left, right=right).apply(offered[choice].edit)
    assert session.revert()
    assert session.context == Context(left=left, right=right)
    if offered[choice].kind is not Kind.CORRECTION:  # whose undo teaches
        assert session.suggestions() == offered


@given(left=_WRITTEN)
def test_a_suggestion_starts_with_what_was_typed_and_replaces_just_that(
    predictor: Predictor, left: str
) -> None:
    for suggestion in predictor.suggest(left, 10):
        kept = graphemes(left)
        typed = "".join(kept[len(kept) - suggestion.edit.delete_left :])
        goes_on = fold(suggestion.text).startswith(fold(typed))
        assert goes_on == (suggestion.kind is not Kind.CORRECTION)
        assert (suggestion.kind is Kind.PREDICTION) == (not typed)
        assert 0 <= suggestion.probability <= 1
        after = Context(left=left).apply(suggestion.edit).left
        assert after.endswith(suggestion.text + " ")
        before = words(left)[: -1 if typed else None]
        assert words(after) == [*before, *words(suggestion.text)]


@given(left=_WRITTEN, limit=st.integers(1, 12))
def test_suggestions_are_different_and_best_first(
    predictor: Predictor, left: str, limit: int
) -> None:
    offered = predictor.suggest(left, limit)
    texts = [fold(suggestion.text) for suggestion in offered]
    assert len(set(texts)) == len(texts) <= limit
    sure = [suggestion.probability for suggestion in offered]
    assert sure == sorted(sure, reverse=True)


def test_a_session_writes_a_message(predictor: Predictor) -> None:
    session = predictor.session("see you ")
    session.type("tom")
    (suggestion,) = session.suggestions()
    assert suggestion == Suggestion(
        text="tomorrow",
        kind=Kind.COMPLETION,
        probability=suggestion.probability,
        source=Origin.NETWORK,
        edit=Edit(delete_left=3, insert="tomorrow "),
    )
    session.accept(suggestion)
    assert session.text == "see you tomorrow "
    assert session.revert()
    assert session.text == "see you tom"
    assert not session.revert()


def test_no_second_space_before_what_stands_right_of_the_cursor(predictor: Predictor) -> None:
    for right in (" then", ".", "\nmore"):
        (suggestion,) = predictor.suggestions(Context(left="see you tom", right=right))
        assert suggestion.edit.insert == "tomorrow"
    (suggestion,) = predictor.suggestions(Context(left="see you tom", right="x"))
    assert suggestion.edit.insert == "tomorrow "


def test_a_suggestion_brings_the_space_that_punctuation_wants(predictor: Predictor) -> None:
    offered = predictor.suggest("see you,", 10)
    assert {suggestion.edit.insert for suggestion in offered} >= {" to ", " I "}
    assert all(suggestion.edit.insert[1].isupper() for suggestion in predictor.suggest("see you."))


def test_what_was_accepted_long_ago_is_not_reverted(predictor: Predictor) -> None:
    session = predictor.session("see you tom")
    session.accept(session.suggestions()[0])
    session.type("a")
    assert not session.revert()
    assert session.text == "see you tomorrow a"


def test_a_suggestion_for_another_text_is_refused_without_quoting_it(
    predictor: Predictor,
) -> None:
    session = predictor.session("see you tom")
    stale = session.suggestions()[0]
    session.type("x")
    with pytest.raises(UsageError, match="the text has changed") as caught:
        session.accept(stale)
    assert "tom" not in str(caught.value)
    assert session.text == "see you tomx"


def test_a_suggestion_is_known_by_itself_and_not_by_its_spelling(predictor: Predictor) -> None:
    session, other = predictor.session("see you tom"), predictor.session("see you tom")
    (offered,) = session.suggestions()
    with pytest.raises(UsageError, match="the text has changed"):
        other.accept(offered)
    session.accept(offered)
    with pytest.raises(UsageError, match="the text has changed"):
        session.accept(offered)


def test_a_correction_can_be_accepted(ten_word_model: LanguageModel) -> None:
    """One that does not start as the typed word does."""

    class Correcting(Predictor):
        def suggestions(
            self, context: Context, limit: int = 3, *, field: Field | None = None
        ) -> list[Suggestion]:
            edit = Edit(delete_left=3, insert="the ")
            source = Origin.NETWORK
            return [
                Suggestion(
                    text="the", kind=Kind.COMPLETION, probability=0.9, source=source, edit=edit
                )
            ]

    session = Correcting(ten_word_model).session("see teh")
    session.accept(session.suggestions()[0])
    assert session.text == "see the "
    assert session.revert()
    assert session.text == "see teh"


def test_a_pick_teaches_once_its_line_is_finished(ten_word_model: LanguageModel) -> None:
    predictor = Predictor(ten_word_model)
    session = predictor.session("See Tomasz. See tom")
    session.accept(next(each for each in session.suggestions() if each.text == "Tomasz"))
    assert "Tomasz" not in [each.text for each in predictor.suggest("toma")]
    lesson = session.learn(session.text)
    assert predictor.suggest("toma")[0].text == "Tomasz"
    assert predictor.recall("tomasz").words[0].uses == 2
    predictor.unlearn(lesson)
    assert "Tomasz" not in [each.text for each in predictor.suggest("toma")]


@pytest.mark.parametrize(
    ("left", "starts", "goes_on"),
    [
        ("", True, True),
        ("See", False, True),
        ("Se", False, False),
        ("See to", False, True),
        ("See tom", False, False),
        ("See h", False, True),
        ("See tom4", False, True),
        ("See @tom", False, True),
        ("See ", False, True),
        ("See you. ", True, True),
        ("See you.", False, True),
        ("See you.\n", True, True),
        ('"No." ', True, True),
        ("room 5", False, True),
        ("room 5 ", False, True),
        ("at 10:", False, True),
        ("v2.", False, True),
        ("it costs $", False, True),
        ("(", True, True),
        ("(3)", False, True),
        ("don\u2019", False, False),
        ("na\u0308", False, False),
    ],
)
def test_a_keyboard_is_told_of_capitals_and_digits(
    predictor: Predictor, left: str, starts: bool, goes_on: bool
) -> None:
    session = predictor.session(left)
    assert (session.starts_sentence, session.digit_goes_on) == (starts, goes_on)


def test_a_negative_number_of_backspaces_is_refused(predictor: Predictor) -> None:
    with pytest.raises(UsageError, match="-1 characters"):
        predictor.session("a").backspace(-1)
