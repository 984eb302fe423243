"""What the protocol tells of learning, showing and forgetting."""

from pathlib import Path

import pytest

from karussell.history import History
from karussell.keyboard import Memory, Predictor
from karussell.model import LanguageModel
from tests.service.speaking import Keyboard


def test_why_can_be_asked_without_using_the_answer_up(keyboard: Keyboard) -> None:
    answer = keyboard.say("ask", left="see you tom")
    reason = keyboard.say("why", answer=keyboard.number, place=answer["best"])
    assert reason["word"] == "tomorrow"
    assert [part["source"] for part in reason["parts"]] == ["network"]
    assert "error" not in keyboard.say("accept", answer=answer["number"], place=answer["best"])
    assert "error" in keyboard.say("why", answer=answer["number"], place=answer["best"])


def test_what_is_known_is_shown_page_by_page(predictor: Predictor) -> None:
    keyboard = Keyboard(predictor, app="chat")
    keyboard.say("learn", text="see Tomasz and Torben")
    keyboard.say("field", app="mail")
    keyboard.say("learn", text="see Tomasz, Selma")
    shown = keyboard.say("learned")
    assert {each["word"]: each["uses"] for each in shown["words"]}["Tomasz"] == 2
    assert shown["apps"] == ["chat", "mail"]
    first = keyboard.say("learned", limit=1)["words"]
    second = keyboard.say("learned", limit=1, offset=1)["words"]
    assert first + second == shown["words"][:2]
    assert [each["word"] for each in keyboard.say("learned", word="SEL")["words"]] == ["Selma"]
    words = keyboard.say("learned", app="chat")["words"]
    assert {each["word"] for each in words} >= {"Torben", "Tomasz"}
    assert "Selma" not in {each["word"] for each in words}
    assert keyboard.say("learned", since=2**40)["words"] == []


def test_what_was_forgotten_comes_back_in_the_same_conversation(keyboard: Keyboard) -> None:
    keyboard.say("learn", text="see Tomasz")
    keyboard.say("learn", text="see Tomasz")
    assert "Tomasz" in keyboard.offered("see tom")
    assert keyboard.say("forget", everything=True)["entries"] == 2
    assert "Tomasz" not in keyboard.offered("see tom")
    assert keyboard.say("revert", message=keyboard.number - 1)["changed"]
    assert "Tomasz" in keyboard.offered("see tom")
    back = keyboard.number - 1
    assert keyboard.say("revert", message=back)["changed"]  # and that is undone
    assert "Tomasz" not in keyboard.offered("see tom")
    again = keyboard.number - 1
    keyboard.say("reset")  # another text, but the same conversation
    assert keyboard.say("revert", message=again)["changed"]
    assert "Tomasz" in keyboard.offered("see tom")
    assert "taught nothing" in keyboard.say("revert", message=again)["error"]
    for nothing in ({"word": ""}, {"word": "  "}, {"word": "a b"}, {"since": 9, "until": 8}):
        assert "expected" in keyboard.say("forget", **nothing)["error"]
    assert "is empty" in keyboard.say("learned", word="")["error"]
    assert "expected a word" in keyboard.say("forget")["error"]
    assert "expected a word" in keyboard.say("forget", word="a", everything=True)["error"]


SECRETS = ["password", "pin", "code", "card", "number"]


@pytest.mark.parametrize("purpose", SECRETS)
def test_a_field_of_secrets_is_neither_read_nor_answered(
    predictor: Predictor, purpose: str
) -> None:
    keyboard = Keyboard(predictor, purpose=purpose)
    answer = keyboard.say("ask", left="see you tom")
    assert answer["literal"] is answer["autocorrect"] is answer["best"] is None
    assert answer["slots"] == [None] * 3
    assert not keyboard.say("learn", text="Zwetschgeria Zwetschgeria")["changed"]
    keyboard.say("field", purpose="text")
    assert "Zwetschgeria" not in keyboard.offered("see zwe")
    assert keyboard.say("learned")["words"] == []
    assert "error" in Keyboard(predictor).say("field", purpose="passwort")


def test_in_private_nothing_is_learned_and_what_was_known_is_offered(predictor: Predictor) -> None:
    for _ in range(2):
        Keyboard(predictor).say("learn", text="see Tomasz")
    keyboard = Keyboard(predictor, private=True)
    assert not keyboard.say("learn", text="Torben, Torben")["changed"]
    assert "Tomasz" in keyboard.offered("see tom")
    assert "Torben" not in Keyboard(predictor).offered("see tor")


def test_an_address_of_mail_teaches_nothing_and_offers_nothing_learned(
    predictor: Predictor,
) -> None:
    for _ in range(2):
        Keyboard(predictor).say("learn", text="see Tomasz")
    for purpose in ("email", "url"):
        keyboard = Keyboard(predictor, purpose=purpose)
        assert not keyboard.say("learn", text="Torben, Torben")["changed"]
        assert keyboard.offered("see tom") == ["tomorrow"]


def test_counts_are_summed_up_by_the_day_unless_they_are_switched_off(keyboard: Keyboard) -> None:
    for _ in range(2):
        keyboard.say("tally", keys=30, letters=50, picks=4, corrected=1, undone=0)
    keyboard.say("saving", on=False)
    keyboard.say("tally", keys=30, letters=50)
    savings = keyboard.say("saved")
    assert savings["on"] is False
    (day,) = savings["days"]
    assert day == {
        "day": day["day"],
        "keys": 60,
        "letters": 100,
        "picks": 8,
        "corrected": 2,
        "undone": 0,
    }


def test_a_name_and_a_made_up_word_are_learned_kept_explained_and_forgotten(
    ten_word_model: LanguageModel, tmp_path: Path
) -> None:
    folder = tmp_path / "history"
    with History.open(folder) as history:
        memory = Memory(history)
        with Predictor(ten_word_model, memory=memory) as predictor:
            keyboard = Keyboard(predictor, app="chat")
            keyboard.say("learn", text="Dear Zwetschgeria, see the blorptastic")
            for other in (keyboard, Keyboard(predictor)):
                assert "Zwetschgeria" in other.offered("Dear ")
                assert "blorptastic" in other.offered("I see bl")
    with History.open(folder) as history:
        memory = Memory(history)
        with Predictor(ten_word_model, memory=memory) as predictor:
            keyboard = Keyboard(predictor)
            assert keyboard.welcome["keeps"]
            place = keyboard.offered("Dear ").index("Zwetschgeria")
            reason = keyboard.say("why", answer=keyboard.number, place=place)
            assert reason["parts"][0]["source"] == "habit"
            assert reason["parts"][0]["after"] == ["dear"]
            assert keyboard.say("learned")["bytes"] > 0
            forgotten = keyboard.say("forget", word="ZWETSCHGERIA")
            assert (forgotten["entries"], forgotten["copies"]) == (1, 0)
            assert "Zwetschgeria" not in keyboard.offered("Dear ")
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"wetschgeria" not in everything


@pytest.mark.parametrize("told", [{"purpose": each} for each in SECRETS] + [{"private": True}])
def test_no_canary_gets_out_by_the_protocol(
    ten_word_model: LanguageModel,
    tmp_path: Path,
    told: dict[str, object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = tmp_path / "history"
    with (
        History.open(folder) as history,
        Predictor(ten_word_model, memory=Memory(history)) as predictor,
    ):
        keyboard = Keyboard(predictor, **told)
        text = "see Quxzbrt Quxzbrt "
        for end in range(len(text) + 1):
            keyboard.say("ask", left=text[:end])
        for place in (0, 1, 2, "literal"):
            keyboard.say("ask", left=text + "quxz")
            keyboard.say("accept", answer=keyboard.number, place=place)
        assert not keyboard.say("learn", text=text)["changed"]
        keyboard.say("field", purpose="text", private=False)
        keyboard.say("reset")
        assert "Quxzbrt" not in keyboard.offered("see quxz")
        assert "Quxzbrt" not in Keyboard(predictor).offered("see quxz")
        assert b"quxz" not in history.export().lower()
    assert b"quxz" not in b"".join(path.read_bytes() for path in folder.iterdir()).lower()
    assert "quxz" not in caplog.text.lower()


def test_a_language_that_no_model_has_is_refused(keyboard: Keyboard) -> None:
    assert "no model of this keyboard has it" in keyboard.say("field", language="xx")["error"]
    assert "error" not in keyboard.say("field", language="en")


@pytest.mark.parametrize(
    "told", [{"purpose": each} for each in (*SECRETS, "url", "email")] + [{"private": True}]
)
@pytest.mark.parametrize("said", ["line", "more", "wide"])
def test_what_was_written_in_private_is_not_learned_once_it_is_public(
    predictor: Predictor, told: dict[str, object], said: str
) -> None:
    keyboard = Keyboard(predictor)
    keyboard.type("see ")
    keyboard.say("field", **told)
    keyboard.type("see Quxzbrt")
    keyboard.say("field", purpose="text", private=False)
    text = "see Quxzbrt"
    keyboard.offered(text)
    if said != "line":
        keyboard.offered(text := f"{text} Tomasz")
        keyboard.offered(text := f"{text} tea")
    if said == "wide":
        keyboard.offered(text[8:], start=8)
    keyboard.say("learn", text=text)
    known = {each["word"] for each in keyboard.say("learned")["words"]}
    assert not {"Quxzbrt", "quxzbrt"} & known
    assert known >= ({"tea"} if said != "line" else set())
    keyboard.say("reset")
    keyboard.offered("see Selma")
    keyboard.say("learn", text="see Selma")
    assert "Selma" in {each["word"] for each in keyboard.say("learned")["words"]}


def test_what_is_told_as_hidden_cuts_a_sentence(keyboard: Keyboard) -> None:
    keyboard.say("learn", text="see \ufffc\ufffc\ufffcbrt Tomasz")
    known = {each["word"] for each in keyboard.say("learned")["words"]}
    assert known == {"see", "Tomasz"}


def test_a_pick_that_was_undone_and_made_again_teaches_nothing_by_itself(
    keyboard: Keyboard,
) -> None:
    keyboard.pick("see you tom", "tomorrow")
    for _ in range(3):
        assert not keyboard.say("revert", message=keyboard.number)["changed"]
    assert keyboard.say("learned")["words"] == []
