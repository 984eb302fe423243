"""What each key does in a program of each kind."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karussell.keyboard import Predictor
from tests.ibus.writing import FOCUS, KINDS, PREEDIT, SURROUNDING, Writer, key

_PIN, _PASSWORD, _TERMINAL, _PRIVATE = 9, 8, 10, 2048


@pytest.mark.parametrize("kind", KINDS)
def test_a_sentence_with_picks_and_a_correction_ends_right(english: Predictor, kind: str) -> None:
    writer = Writer(english, kind)
    writer.type("See you tom")
    assert "tomorrow" in writer.offered()
    writer.type("\t")
    writer.type(", teh ")
    writer.type("end.\n")
    assert writer.text == "See you tomorrow, the end.\n"
    assert writer.lessons("learn") == [{"text": "See you tomorrow, the end."}]
    assert [len(writer.lessons(each)) for each in ("accept", "correct")] == [1, 1]


@pytest.mark.parametrize("kind", KINDS)
def test_backspace_undoes_a_correction_and_the_word_is_left_alone(
    english: Predictor, kind: str
) -> None:
    writer = Writer(english, kind)
    writer.type("see teh ")
    assert writer.text == "see the "
    writer.type("\b")
    assert writer.text == "see teh "
    writer.type("\b ")
    assert writer.text == "see teh "
    assert len(writer.lessons("revert")) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_digits_pick_in_a_word_and_are_digits_before_one(english: Predictor, kind: str) -> None:
    writer = Writer(english, kind)
    writer.type("see you tomo")
    place = writer.offered().index("tomorrow")
    writer.type(str(place + 1))
    assert writer.text == "see you tomorrow "
    writer.type("at 2")
    assert writer.text == "see you tomorrow at 2"
    writer.press(key(" "))
    writer.rest()
    best = writer.offered()[0]
    writer.press(key("1", alt=True))
    writer.rest()
    assert writer.text == f"see you tomorrow at 2 {best} "


def test_tab_goes_on_to_the_next_field_where_nothing_was_written(english: Predictor) -> None:
    writer = Writer(english)
    assert not writer.press(key("\t"))
    writer.place("see you tom")
    assert not writer.press(key("\t"))


def test_escape_puts_the_words_away_until_the_text_changes(english: Predictor) -> None:
    writer = Writer(english)
    writer.type("see teh")
    assert writer.offered()
    assert writer.press(key("\x1b"))
    assert not writer.offered()
    writer.type(" ")
    assert writer.text == "see teh "  # what was put away corrects nothing
    assert writer.offered()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("purpose", "hints"), [(_PASSWORD, 0), (_PIN, 0), (_TERMINAL, 0), (0, _PRIVATE), (3, 0)]
)
def test_nothing_is_read_offered_or_learned_of_secrets(
    english: Predictor, kind: str, purpose: int, hints: int
) -> None:
    writer = Writer(english, kind)
    writer.session.describe(purpose, hints)
    writer.told.clear()
    writer.type("see teh secret. \n")
    writer.session.unfocus()
    assert (writer.text, writer.told, writer.shown) == ("see teh secret. \n", [], None)


@pytest.mark.parametrize(
    "client", ["xim", "gtk3-im:gnome-terminal-server", "gtk3-im:/usr/bin/kitty"]
)
def test_terminals_that_tell_no_purpose_are_known_by_their_names(
    english: Predictor, client: str
) -> None:
    writer = Writer(english, client=client)
    writer.told.clear()
    writer.type("see teh ")
    assert (writer.text, writer.told) == ("see teh ", [])


def test_a_field_that_shows_bullets_is_a_secret_from_its_first_letter(english: Predictor) -> None:
    """GTK 4 tells no purpose of an entry that is merely invisible."""
    writer = Writer(english, "gtk4")
    writer.covers = True
    writer.told.clear()
    writer.type("teh ", slowly=False)
    writer.type("secret. \b\b")
    writer.session.unfocus()
    assert writer.left == "teh secret"
    assert [type for type, _ in writer.told] == []


def test_a_purpose_outlives_the_focus_because_only_changes_are_told(english: Predictor) -> None:
    writer = Writer(english)
    writer.session.describe(_PASSWORD, 0)
    writer.session.unfocus()
    writer.session.focus("gtk3-im:other")
    writer.told.clear()
    writer.type("teh ")
    assert (writer.left, writer.told) == ("teh ", [])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("typed", ["s", "see y"])
def test_letters_that_come_before_ibus_tells_of_the_field_stay_and_count(
    english: Predictor, kind: str, typed: str
) -> None:
    """IBus asks an engine that it made for a property before it tells of the focus."""
    writer = Writer(english, kind, client="")
    for sign in typed:
        writer.press(key(sign))
    writer.session.focus("gtk3-im:letters")
    writer.rest()
    writer.type("see you"[len(typed) :])
    assert writer.text == "see you"
    assert writer.lessons("field")[-1]["app"] == "letters"
    writer.type(" tom")
    assert "tomorrow" in writer.offered()


@pytest.mark.parametrize("late", ["capabilities", "purpose", "secret"])
def test_letters_that_are_held_are_written_when_a_field_turns_out_to_be_another(
    english: Predictor, late: str
) -> None:
    writer = Writer(english, "chromium")
    for sign in "se":
        writer.press(key(sign))
    if late == "capabilities":
        writer.kind = "gtk3"
        writer.session.allow(KINDS["gtk3"])
    else:
        writer.session.describe(_PASSWORD if late == "secret" else 6, 0)
    writer.rest()
    writer.type("e")
    assert writer.text == "see"


def test_a_context_that_is_no_field_is_ignored(english: Predictor) -> None:
    writer = Writer(english)
    writer.type("see")
    writer.session.focus("fake")
    writer.told.clear()
    writer.session.report("somebody's text", 3, 3)
    writer.type("teh ")
    assert writer.told == []


def test_the_text_of_another_program_is_never_taken_for_this_ones(english: Predictor) -> None:
    writer = Writer(english)
    writer.type("see you tom")
    writer.session.unfocus()
    writer.session.focus("gtk3-im:other")
    writer.session.allow(KINDS["chromium"])
    writer.session.report("see you tom", 11, 11)  # IBus still has it
    writer.kind, writer.left, writer.held = "chromium", "", ""
    writer.told.clear()
    writer.type("a")
    assert [each["left"] for each in writer.lessons("ask")] == ["a"]


def test_a_program_that_claims_to_tell_its_text_and_does_not_is_not_waited_for(
    english: Predictor,
) -> None:
    writer = Writer(english, "chromium")
    writer.session.allow(KINDS["gtk3"])
    writer.type("see you tom")
    assert "tomorrow" in writer.offered()
    writer.type("\t")
    assert writer.text == "see you tomorrow "


def test_a_report_that_lags_behind_changes_nothing(english: Predictor) -> None:
    writer = Writer(english)
    writer.type("see yo")
    writer.press(key("u"))
    writer.session.report("see yo", 6, 6)
    writer.session.report("see yo", 6, 6)
    writer.rest()
    writer.type(" tom\t")
    assert writer.text == "see you tomorrow "


def test_only_what_was_typed_here_is_learned(english: Predictor) -> None:
    writer = Writer(english)
    writer.place("Somebody else wrote th")
    writer.type("is. I did not\n")
    assert writer.lessons("learn") == [{"text": ". I did not"}] or writer.lessons("learn") == [
        {"text": "I did not"}
    ]
    writer.told.clear()
    writer.type("A finished one. And an unfin")
    writer.session.unfocus()
    assert writer.lessons("learn") == [{"text": "A finished one."}]


_KEYS = st.text("teh wro.,\b", max_size=14)


@settings(max_examples=15)
@given(keys=_KEYS, kind=st.sampled_from(list(KINDS)), data=st.data())
def test_fast_typing_gives_the_text_of_slow_typing(
    english: Predictor, keys: str, kind: str, data: st.DataObject
) -> None:
    keys = "teh " + keys + " "
    slow, fast = Writer(english, kind), Writer(english, kind)
    keys = keys.replace("\b", "")  # what a backspace undoes depends on what was seen
    for sign in keys:
        slow.press(key(sign))
        slow.rest()
        fast.press(key(sign))
        for _ in range(data.draw(st.integers(0, 2))):
            data.draw(st.sampled_from([fast.arrive, fast.reply]))()
    fast.rest()
    assert fast.text == slow.text


@settings(max_examples=15)
@given(keys=_KEYS, kind=st.sampled_from(list(KINDS)), data=st.data())
def test_no_key_is_lost_or_doubled_whatever_comes_when(
    english: Predictor, keys: str, kind: str, data: st.DataObject
) -> None:
    writer = Writer(english, kind)
    writer.session.describe(0, 2)  # no corrections, so the text is what was typed
    written = ""
    for sign in keys:
        written = written[:-1] if sign == "\b" else written + sign
        writer.press(key(sign))
        act = data.draw(st.sampled_from([writer.arrive, writer.reply, writer.kill_server, None]))
        if act is not None:
            act()
        if writer._conversation is None:
            writer.start_server()
    writer.rest()
    assert writer.text == written


@pytest.mark.parametrize("client", [PREEDIT | FOCUS, FOCUS, 0])
@pytest.mark.parametrize("keys", ["see teh \b", "see you tom\t, teh end.\n", "tomo1 \b\b\bteh, "])
def test_nothing_is_deleted_in_a_program_that_cannot_do_that(
    english: Predictor, client: int, keys: str
) -> None:
    writer = Writer(english, "chromium")
    writer.session.allow(client)
    writer.type(keys)
    assert not writer.deletions


def test_nothing_is_deleted_behind_a_program_that_can_no_longer_do_that(
    english: Predictor,
) -> None:
    writer = Writer(english)
    writer.type("see teh")
    writer.press(key(" "))
    able = writer.deletions
    writer.session.allow(PREEDIT | FOCUS)
    writer.rest()
    begun = writer.text
    writer.type("teh \b")
    assert writer.deletions == able
    assert writer.text.startswith(begun)


def test_nothing_is_deleted_before_the_program_has_told_its_text(english: Predictor) -> None:
    writer = Writer(english, "chromium")
    writer.session.allow(PREEDIT | FOCUS | SURROUNDING)
    writer.type("see teh \bend, teh ")
    assert not writer.deletions


@pytest.mark.parametrize("rested", [False, True])
def test_a_word_that_is_held_is_left_to_the_program_when_the_focus_goes(
    english: Predictor, rested: bool
) -> None:
    writer = Writer(english, "chromium")
    writer.type("see yo")
    if not rested:
        writer.press(key("u"))
    writer.arrive()
    held = writer.held
    writer.session.unfocus()
    writer.rest()
    assert held in ("yo", "you")
    assert writer.held == held  # IBus has the program write it
    assert writer.left == "see "


def test_a_late_answer_writes_nothing_that_the_program_writes_when_the_focus_goes(
    english: Predictor,
) -> None:
    writer = Writer(english, "chromium")
    for sign in "see yo":
        writer.press(key(sign))
    writer.arrive()
    writer.reply()
    writer.arrive()
    assert (writer.left, writer.held) == ("", "see yo")
    writer.type("u")
    assert (writer.left, writer.held) == ("see ", "you")


@pytest.mark.parametrize("kind", KINDS)
def test_a_correction_is_made_of_the_last_answer_to_a_question_that_was_asked_twice(
    english: Predictor, kind: str
) -> None:
    writer = Writer(english, kind)
    writer.type("see recieve")
    writer.press(key("x"))
    writer.arrive()
    writer.press(key("\b"))
    writer.arrive()
    answer = writer.answered()
    writer.press(key(" "))
    writer.session.answer(answer)
    writer.rest()  # what the server refuses is an error here
    assert writer.text == "see receive "
    assert len(writer.lessons("correct")) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("late", [False, True])
def test_tab_that_leads_elsewhere_leaves_no_words_behind(
    english: Predictor, kind: str, late: bool
) -> None:
    """Qt does not tell that the focus went to a field of secrets."""
    writer = Writer(english, kind)
    writer.type("see you\n", slowly=not late)
    writer.session.key(key("\x1b"))
    assert not writer.press(key("\t"))
    writer.rest()
    writer.session.report("see you\n", 8, 8)
    writer.rest()
    assert not writer.offered()
    writer.type("tom")
    assert writer.offered()


@pytest.mark.parametrize("before", ["\t", "\x1b", ""])
def test_a_text_that_changes_without_a_key_is_not_sent_to_the_server(
    english: Predictor, before: str
) -> None:
    """Qt tells what is typed into fields of secrets, whose keys never come here."""
    writer = Writer(english, "qt")
    writer.type("See you.\n")
    for sign in before:
        writer.press(key(sign))
    writer.session.report("", 0, 0)
    writer.rest()
    writer.told.clear()
    secret = "teh qqqq. "
    for end in range(1, len(secret) + 1):
        writer.session.report(secret[:end], end, end)
        writer.rest()
    writer.session.unfocus()
    assert (writer.lessons("ask", "learn"), writer.offered()) == ([], [])
