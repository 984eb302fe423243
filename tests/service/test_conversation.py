"""The protocol, spoken without a line."""

import json
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.keyboard import SEPARATORS, Predictor
from karussell.model import LanguageModel
from karussell.service import Conversation, protocol
from karussell.writing import Rules
from tests.service.speaking import Keyboard


def test_a_word_that_was_only_being_typed_or_corrected_is_not_offered(
    predictor: Predictor, keyboard: Keyboard
) -> None:
    keyboard.type("see Tomaz ")
    assert "Tomaz" in keyboard.offered("see Tomaz tom")
    keyboard.type("see Tomas")  # back into the word, and mended
    keyboard.type("see Tomasz ")
    assert "Tomasz" in keyboard.offered("see Tomasz tom")
    assert "Tomaz" not in keyboard.offered("see Tomasz tom")
    assert "Tomasz" not in Keyboard(predictor).offered("see tom")
    assert keyboard.say("learn", text="see Tomasz")["changed"]
    for other in (keyboard, Keyboard(predictor)):
        other.say("reset")
        assert "Tomasz" in other.offered("see tom")
        assert "Tomaz" not in other.offered("see tom")
        assert "tea" not in other.offered("see te")


_PIECES = ["Tomasz", "tom", "tea", "te", "see ", " ", ". ", "\n", "you", "'", "é", "5"]
_TEXTS = st.lists(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join), min_size=1)


@given(texts=_TEXTS)
def test_an_answer_follows_from_the_text_whatever_was_asked_before(
    ten_word_model: LanguageModel, texts: list[str]
) -> None:
    predictor = Predictor(ten_word_model)
    keyboard = Keyboard(predictor)
    for text in texts:
        keyboard.say("ask", left=text)
    answer = keyboard.say("ask", left=texts[0], right=texts[-1])
    anew = Keyboard(Predictor(ten_word_model)).say("ask", left=texts[0], right=texts[-1])
    assert {**answer, "number": 1} == anew


def test_a_pick_teaches_nothing_until_its_line_is_finished(
    predictor: Predictor, keyboard: Keyboard
) -> None:
    text = "See Tomasz, no tea. See "
    for prefix, word in (("tom", "Tomasz"), ("te", "tea")):
        assert word not in keyboard.offered(f"see {prefix}")
        assert not keyboard.pick(text + prefix, word)["changed"]
        assert word in keyboard.offered(f"{text}{prefix}")
        assert word not in Keyboard(predictor).offered(f"see {prefix}")
    assert keyboard.say("learn", text=f"{text}Tomasz tea")["changed"]
    learned = keyboard.number
    assert "Tomasz" in Keyboard(predictor).offered("see tom")
    assert "tea" in Keyboard(predictor).offered("see te")
    assert keyboard.say("revert", message=learned)["changed"]
    assert "Tomasz" not in Keyboard(predictor).offered("see tom")
    assert "tea" not in Keyboard(predictor).offered("see te")
    again = keyboard.say("revert", message=learned)
    assert again["error"] == f"message {learned} taught nothing that can be taken back"


def test_numbers_and_signs_alone_teach_nothing(keyboard: Keyboard) -> None:
    assert not keyboard.pick("see you tom", "tomorrow")["changed"]
    assert not keyboard.say("revert", message=keyboard.number)["changed"]
    assert not keyboard.say("learn", text="4711 0815, 12 34 56!")["changed"]


def test_a_word_is_forgotten_with_all_that_it_stood_in(keyboard: Keyboard) -> None:
    assert keyboard.say("learn", text="see Tomasz and Torben. See Torge")["changed"]
    assert keyboard.say("forget", word="tomasz")["entries"] == 1
    assert keyboard.say("forget", word="tomasz")["entries"] == 0
    assert "Torge" in keyboard.offered("see to")
    assert keyboard.offered("see tor") == ["Torge"]


def test_the_words_of_one_text_are_not_those_of_another(
    predictor: Predictor, keyboard: Keyboard
) -> None:
    keyboard.type("see Tomasz. ")
    assert "Tomasz" not in Keyboard(predictor).offered("see tom")


@pytest.mark.parametrize(("answer", "place"), [(1, "literal"), (0, 0), (7, 0)])
def test_what_was_not_offered_last_cannot_be_accepted(
    keyboard: Keyboard, answer: int, place: int | str
) -> None:
    assert keyboard.offered("see you ")
    assert "cannot be accepted" in keyboard.say("accept", answer=answer, place=place)["error"]


def test_an_offer_is_accepted_once_and_not_for_another_text(keyboard: Keyboard) -> None:
    keyboard.pick("see you tom", "tomorrow")
    again = keyboard.say("accept", answer=keyboard.number - 1, place=0)
    assert "cannot be accepted" in again["error"]
    keyboard.offered("see you tom")
    asked = keyboard.number
    keyboard.say("reset")
    assert "cannot be accepted" in keyboard.say("accept", answer=asked, place=0)["error"]


_DESCRIBED: list[dict[str, object]] = [
    {"type": "field", "app": "example.org", "language": None},
    {"type": "field", "purpose": "email"},
    {"type": "boldness", "damage": None},
    {"type": "layout", "layout": "dvorak"},
    {"type": "forget", "word": "tomorrow"},
]


@pytest.mark.parametrize("told", _DESCRIBED)
def test_an_answer_can_be_taken_as_long_as_its_text_stands(
    keyboard: Keyboard, told: dict[str, object]
) -> None:
    place = keyboard.offered("see you tom").index("tomorrow")
    asked = keyboard.number
    fields = {name: value for name, value in told.items() if name != "type"}
    assert "error" not in keyboard.say(str(told["type"]), **fields)
    keyboard.say("ask", left="see you tom")  # somebody picks before the answer to this comes
    assert "error" not in keyboard.say("why", answer=asked, place=place)
    assert "error" not in keyboard.say("accept", answer=asked, place=place)
    accepted = keyboard.number
    assert "error" in keyboard.say("accept", answer=accepted - 2, place=place)
    assert "error" not in keyboard.say("revert", message=accepted)


def test_an_answer_about_another_text_can_not(keyboard: Keyboard) -> None:
    keyboard.offered("see you tom")
    asked = keyboard.number
    keyboard.offered("see you")
    keyboard.offered("see you tom")
    assert "cannot be accepted" in keyboard.say("accept", answer=asked, place=0)["error"]


def test_after_a_reset_no_lesson_can_be_taken_back(keyboard: Keyboard) -> None:
    keyboard.say("learn", text="Tomasz")
    learned = keyboard.number
    keyboard.say("reset")
    assert "taken back" in keyboard.say("revert", message=learned)["error"]


def test_old_lessons_cannot_be_taken_back(keyboard: Keyboard) -> None:
    keyboard.say("learn", text="Tomasz")
    first = keyboard.number
    for _ in range(100):
        keyboard.say("learn", text="Tomasz")
    assert "error" in keyboard.say("revert", message=first)
    assert "error" not in keyboard.say("revert", message=first + 1)


def test_the_greeting_tells_what_can_be_said_and_the_rules_of_writing(
    predictor: Predictor,
) -> None:
    reply = json.loads(Conversation(predictor).reply('{"type":"hello","number":4,"version":3}'))
    assert {name: reply[name] for name in reply if name not in ("rules", "separators")} == {
        "type": "welcome",
        "number": 4,
        "version": 3,
        "language": "en",
        "languages": ["en"],
        "keeps": False,
        "notice": None,
        "capabilities": list(protocol.CAPABILITIES),
    }
    assert msgspec.convert(reply["rules"], Rules) == Rules.of_language("en")
    assert protocol.__doc__ is not None
    start = protocol.__doc__.index('{"type": "welcome"')
    shown, _ = json.JSONDecoder().raw_decode(protocol.__doc__[start:])
    assert {*shown["rules"]} == {*reply["rules"]}
    assert {*shown["separators"]} <= {*reply["separators"]} == {*SEPARATORS}
    shown |= {"number": 4, "rules": reply["rules"], "separators": reply["separators"]}
    assert shown == reply


def test_an_answer_tells_of_capitals_and_digits(keyboard: Keyboard) -> None:
    reply = keyboard.say("ask", left="See you. ")
    assert (reply["starts_sentence"], reply["digit_goes_on"]) == (True, True)
    reply = keyboard.say("ask", left="See you. Tom")
    assert (reply["starts_sentence"], reply["digit_goes_on"]) == (False, False)
    reply = keyboard.say("ask", left="room 5")
    assert (reply["starts_sentence"], reply["digit_goes_on"]) == (False, True)


def test_another_version_is_told_which_this_is(predictor: Predictor) -> None:
    conversation = Conversation(predictor)
    later = '{"type": "hello", "number": 1, "version": 4, "taps": true}'
    assert json.loads(conversation.reply(later))["error"] == (
        "version 4 of the protocol is not spoken here, expected 3; load the page anew, or take a "
        "keyboard of this service's version"
    )
    ask = '{"type": "ask", "number": 2, "left": ""}'
    assert "no greeting came first" in json.loads(conversation.reply(ask))["error"]


@pytest.mark.parametrize(
    ("type", "fields", "error"),
    [
        ("learn", {}, "missing required field `text`"),
        ("learn", {"text": "x" * 4001}, "length <= 4000"),
        ("accept", {"answer": 0, "place": -1}, ">= 0"),
        ("revert", {"message": 1, "why": 1}, "unknown field `why`"),
        ("forget", {"word": 1}, "Expected `str | null`"),
        ("reset", {"left": ""}, "unknown field `left`"),
        ("guess", {}, "Invalid value 'guess'"),
    ],
)
def test_a_message_that_is_none_gets_one_line(
    predictor: Predictor, type: str, fields: dict[str, object], error: str
) -> None:
    message = {"type": type, "number": 1, **fields}
    reply = json.loads(Conversation(predictor).reply(json.dumps(message)))
    assert reply["type"] == "failure"
    assert reply["number"] is None
    assert error in reply["error"]


def test_half_a_surrogate_pair_is_no_message(predictor: Predictor) -> None:
    reply = json.loads(Conversation(predictor).reply('{"type": "hello\ud800"}'))
    assert "Not a message" in reply["error"]


def test_a_run_of_letters_too_long_for_a_word_is_not_learned(keyboard: Keyboard) -> None:
    assert not keyboard.say("learn", text="qwzx" * 16)["changed"]
    assert keyboard.say("learn", text="qwzx" * 15)["changed"]
    assert "qwzx" * 16 not in keyboard.offered("qwzx" * 16 + " qwz")


@pytest.fixture(scope="module")
def english() -> Iterator[Predictor]:
    with Predictor.open() as opened:
        yield opened


def test_a_correction_is_told_and_undone_and_made_no_more(english: Predictor) -> None:
    keyboard = Keyboard(english)
    answer = keyboard.say("ask", left="we definately")
    assert answer["autocorrect"]["edit"] == {
        "delete_left": 10,
        "delete_right": 0,
        "insert": "definitely",
    }
    assert answer["literal"]["text"] == "definately"
    asked = keyboard.number
    assert not keyboard.say("correct", answer=asked)["changed"]
    corrected = keyboard.number
    assert "cannot be accepted" in keyboard.say("correct", answer=asked)["error"]
    keyboard.say("ask", left="we definitely saw ")
    touching = keyboard.say("ask", left="we defin", right="itely saw ")
    assert (touching["literal"]["kind"], touching["literal"]["text"]) == ("restored", "definately")
    assert not keyboard.say("revert", message=corrected)["changed"]  # the line may come to nothing
    undone = keyboard.number
    assert keyboard.say("ask", left="we definately")["autocorrect"] is None
    assert Keyboard(english).say("ask", left="we definately")["autocorrect"] is not None
    keyboard.say("revert", message=undone)  # the undo is undone
    again = keyboard.number
    assert keyboard.say("ask", left="we definately")["autocorrect"] is not None
    keyboard.say("revert", message=again)
    assert keyboard.say("learn", text="we definately saw it")["changed"]
    assert Keyboard(english).say("ask", left="we definately")["autocorrect"] is None
    assert keyboard.say("learned")["rejections"][0]["typed"] == "definately"
    keyboard.say("revert", message=keyboard.number - 1)
    assert keyboard.say("learned")["rejections"] == []


def test_a_restored_word_is_not_corrected_again(english: Predictor) -> None:
    keyboard = Keyboard(english)
    keyboard.say("ask", left="we recieve")
    keyboard.say("correct", answer=keyboard.number)
    keyboard.say("ask", left="we receive", right=" it")
    keyboard.say("accept", answer=keyboard.number, place="literal")
    accepted = keyboard.number
    assert keyboard.say("ask", left="they recieve")["autocorrect"] is None
    keyboard.say("revert", message=accepted)
    assert keyboard.say("ask", left="they recieve")["autocorrect"] is not None


def test_corrected_words_are_known_in_a_text_whose_beginning_is_not_told(
    english: Predictor,
) -> None:
    keyboard = Keyboard(english)
    text = "so " * 50
    keyboard.say("ask", left=f"{text}we recieve")
    keyboard.say("correct", answer=keyboard.number)
    keyboard.say("ask", left=f"{text}we receive it")
    answer = keyboard.say("ask", left=f"{text}we receive"[90:], right=" it", start=90)
    assert answer["literal"]["kind"] == "restored"


def test_correcting_is_as_bold_as_was_told(english: Predictor) -> None:
    keyboard = Keyboard(english)
    assert "error" not in keyboard.say("boldness", damage=None)
    assert keyboard.say("ask", left="we acheived")["autocorrect"] is None
    keyboard.say("boldness", damage=0.001)
    assert keyboard.say("ask", left="we acheived")["autocorrect"] is not None


@pytest.mark.parametrize("asked_again", [False, True])
def test_a_correction_is_the_one_that_was_shown(english: Predictor, asked_again: bool) -> None:
    keyboard = Keyboard(english)
    shown = keyboard.say("ask", left="we acheived")["autocorrect"]
    asked = keyboard.number
    keyboard.say("boldness", damage=None)
    if asked_again:
        assert keyboard.say("ask", left="we acheived")["autocorrect"] is None
    assert "error" not in keyboard.say("correct", answer=asked)
    keyboard.say("ask", left=f"we {shown['edit']['insert']} ")
    assert keyboard.say("learn", text=f"we {shown['edit']['insert']}")["changed"]
    repairs = keyboard.say("learned", word="ach")["repairs"]
    assert [(each["typed"], each["word"]) for each in repairs] == [("acheived", "achieved")]
    english.memory.forget(everything=True)


def test_taps_and_layouts_are_told(english: Predictor) -> None:
    keyboard = Keyboard(english)
    assert "error" not in keyboard.say("layout", layout="dvorak")
    assert "error" not in keyboard.say("layout", layout={"t": [4.5, 0.5], "o": [8.5, 0.5]})
    assert "layout" in keyboard.say("layout", layout="qwertzy")["error"]
    keyboard.say("layout", layout=None)
    taps = [[4.5, 0.5], [8.0, 0.5], None]
    assert "error" not in keyboard.say("ask", left="see you tim", taps=taps)


def test_numbers_grow(keyboard: Keyboard) -> None:
    keyboard.number -= 1
    again = keyboard.say("ask", left="")
    assert again["error"] == "message 0 follows message 0, expected a greater number"


def test_half_a_word_at_the_start_of_what_is_told_is_none(keyboard: Keyboard) -> None:
    assert "szewski" not in keyboard.offered("szewski saw you. see sze", start=5)
    assert "szewski" in keyboard.offered("szewski saw you. see sze")
    assert "szewski" not in keyboard.offered(("szewski " + "the tea " * 500)[:3996] + " sze")


def test_the_rules_of_each_language_are_told_and_whose_apply() -> None:
    with Predictor.open(languages=("en", "fr")) as both:
        keyboard = Keyboard(both)
        told = keyboard.welcome["rules_of"]
        assert {tag: msgspec.convert(each, Rules) for tag, each in told.items()} == {
            tag: Rules.of_language(tag) for tag in ("en", "fr")
        }
        assert keyboard.say("ask", left="je ne sais pas ")["language"] == "fr"
        assert keyboard.say("ask", left="I do not know ")["language"] == "en"
        keyboard.say("field", language="fr")
        assert keyboard.say("ask", left="I do not know ")["language"] == "fr"
