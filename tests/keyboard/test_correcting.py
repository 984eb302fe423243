"""Corrections at the ends of words, and their undo, with the model that is packaged."""

from collections.abc import Sequence
from typing import Any

import pytest

from karussell.correction import corrections
from karussell.decoder import Source
from karussell.errors import UsageError
from karussell.keyboard import Context, Kind, Predictor, Purpose
from karussell.model import LanguageModel


@pytest.mark.parametrize("sign", [" ", ",", ".", "!", "?", ";", ":", ")", '"', "\n", "…", "—"])
def test_a_space_or_sign_corrects_and_undo_gives_what_was_typed(
    predictor: Predictor, sign: str
) -> None:
    session = predictor.session("we ")
    session.type(f"definately{sign}")
    assert session.text == f"we definitely{sign}"
    assert session.revert()
    assert session.text == f"we definately{sign}"
    assert not session.revert()
    assert session.redo()
    assert session.text == f"we definitely{sign}"


@pytest.mark.parametrize("sign", ["-", "/", "@", "_", "'", "5", "#"])
def test_other_signs_leave_the_word_alone(predictor: Predictor, sign: str) -> None:
    session = predictor.session("we ")
    session.type(f"definately{sign}")
    assert session.text == f"we definately{sign}"


@pytest.mark.parametrize(
    ("purpose", "text"),
    [
        (Purpose.TEXT, "we definitely "),
        (Purpose.NAME, "we definitely "),
        (Purpose.URL, "we definately "),
        (Purpose.EMAIL, "we definately "),
    ],
)
def test_nothing_is_corrected_in_addresses(
    predictor: Predictor, purpose: Purpose, text: str
) -> None:
    session = predictor.session()
    session.describe(purpose=purpose)
    session.type("we definately")
    assert (session.strip().autocorrect is not None) == ("definitely" in text)
    session.type(" ")
    assert session.text == text


def test_undo_reaches_over_signs_and_a_space_but_not_over_letters(predictor: Predictor) -> None:
    session = predictor.session("we ")
    session.type("definately, ")
    assert session.revert()
    assert session.text == "we definately, "
    session = predictor.session("we ")
    session.type("recieve, y")
    assert not session.revert()
    assert session.text == "we receive, y"


def test_what_was_undone_is_not_corrected_again_in_any_field(predictor: Predictor) -> None:
    session = predictor.session("we ")
    session.type("definately ")
    session.revert()
    session.type("we definately ")
    assert session.text.endswith("we definately ")
    session.learn(session.text)
    other = predictor.session()
    other.type("we definately ")
    assert other.text == "we definately "
    assert predictor.forget("definately")
    other = predictor.session()
    other.type("we definately ")
    assert other.text == "we definitely "


def test_what_is_typed_again_over_a_correction_stays(predictor: Predictor) -> None:
    session = predictor.session("we ")
    session.type("definately ")
    session.backspace(6)
    session.type("ately ")
    assert session.text == "we definately "


def test_a_corrected_word_is_restored_by_touching_it_wherever_it_is_by_now(
    predictor: Predictor,
) -> None:
    session = predictor.session("we ")
    session.type("definately saw it ")
    session.move(0)
    session.type("Yes, ")
    session.paste("and then ")
    at = session.text.index("definitely")
    for place in (at, at + 4, at + len("definitely")):
        session.move(place)
        literal = session.strip().literal
        assert literal is not None
        assert (literal.kind, literal.text) == (Kind.RESTORED, "definately")
    assert literal is not None
    session.accept(literal)
    assert session.text == "Yes, and then we definately saw it "
    assert session.revert()
    assert session.text == "Yes, and then we definitely saw it "
    session.move(0)
    literal = session.strip().literal
    assert literal is None or literal.kind is not Kind.RESTORED


def test_a_word_that_grew_is_another_one(predictor: Predictor) -> None:
    session = predictor.session("we ")
    session.type("recieve ")
    session.backspace()
    session.type("d")
    literal = session.strip().literal
    assert literal is None or literal.kind is not Kind.RESTORED


def test_an_address_that_goes_on_takes_the_correction_back(predictor: Predictor) -> None:
    session = predictor.session("see ")
    session.type("definately.com ")
    assert session.text == "see definately.com "


def test_correcting_can_be_bolder_or_off(model: LanguageModel) -> None:
    for off in (None, 0.0):
        session = Predictor(model, damage=off).session()
        session.type("we definately ")
        assert session.text == "we definately "
    session.clear()
    session.embolden(0.001)
    session.type("we definately ")
    assert session.text == "we definitely "


def test_the_literal_keeps_the_word_and_teaches_it(predictor: Predictor) -> None:
    session = predictor.session("we ")
    session.type("definately")
    strip = session.strip()
    assert strip.autocorrect is not None
    assert strip.autocorrect.edit.insert == "definitely"
    assert strip.literal is not None
    assert "definitely" in [slot.text for slot in strip.slots if slot]
    session.accept(strip.literal)
    session.type("and we definately ")
    assert session.text == "we definately and we definately "


def test_what_a_space_puts_in_is_that_of_the_time_of_the_strip(model: LanguageModel) -> None:
    predictor = Predictor(model)
    session = predictor.session("we ")
    session.type("definately")
    strip = session.strip()
    assert session.correct() is not None
    assert session.revert()
    assert strip.autocorrect is not None
    assert session.strip().autocorrect is None
    predictor.close()
    with pytest.raises(UsageError, match="the predictor is closed"):
        strip.autocorrect  # noqa: B018


def test_letters_of_a_likely_word_are_not_searched_until_asked(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []

    def watched(sources: Sequence[Source], typed: str, *given: Any, **named: Any) -> Any:
        searched.append(typed)
        return corrections(sources, typed, *given, **named)

    session = predictor.session("see you ")
    monkeypatch.setattr("karussell.keyboard.reading.corrections", watched)
    for key in "tomorro":
        session.type(key)
        strip = session.strip()
    assert searched == []
    assert strip.autocorrect is not None
    assert searched == ["tomorro"]
    session.type(" ")
    assert session.text == "see you tomorrow "
    assert searched == ["tomorro"]


def test_inside_a_word_the_whole_of_it_is_mended(predictor: Predictor) -> None:
    session = predictor.session("we recieve letters")
    session.move(len("we reci"))
    strip = session.strip()
    found = next(slot for slot in strip.slots if slot and slot.text == "receive")
    assert (found.edit.delete_left, found.edit.delete_right) == (4, 3)
    session.accept(found)
    assert session.text == "we receive letters"
    assert session.revert()
    assert session.text == "we recieve letters"


def test_the_space_of_a_pick_is_not_doubled(predictor: Predictor) -> None:
    session = predictor.session("see you tomo then")
    session.move(len("see you tomo"))
    session.accept(next(slot for slot in session.strip().slots if slot))
    session.type(" ")
    assert session.context == Context(left="see you tomorrow ", right="then")
    session = predictor.session("see you tomo")
    session.accept(next(slot for slot in session.strip().slots if slot))
    session.type(", o")
    assert session.text == "see you tomorrow, o"


def test_taps_between_two_keys_mean_either(predictor: Predictor) -> None:
    session = predictor.session("see you ")
    session.type("timorrow", [(4.5, 0.5), (8.0, 0.5), *[None] * 6])
    assert session.correct() is not None
    assert session.text == "see you tomorrow"


def test_a_layout_that_is_none_is_refused(predictor: Predictor) -> None:
    with pytest.raises(UsageError, match="qwertzy"):
        predictor.session().lay_out("qwertzy")


def test_a_cursor_beyond_the_text_is_refused(predictor: Predictor) -> None:
    with pytest.raises(UsageError, match="the cursor at 4, expected 0 to 3"):
        predictor.session("abc").move(4)


def test_nothing_is_offered_for_what_is_typed_to_its_end(predictor: Predictor) -> None:
    for text in ("we said hello", "we said zebra"):
        strip = predictor.strip(Context(left=text))
        assert text.split()[-1] not in [slot.text for slot in strip.slots if slot]


def test_a_word_without_end_costs_what_any_costs(predictor: Predictor) -> None:
    for letter in ("é", "a"):
        strip = predictor.strip(Context(left="we " + letter * 100_000))
        assert strip.slots == (None, None, None)
        assert strip.literal is None


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("i think ", "I think "), ("and i, ", "and I, "), ("so i'm ", "so I'm "),
        ("and i\u2019ll ", "and I\u2019ll "), ("i've ", "I've "), ('he said "i ', 'he said "I '),
        ("i.e. so", "i.e. so"), ("(i) first ", "(i) first "), ("point-i ", "point-i "),
        ("x=i ", "x=i "), ("#i ", "#i "), ("questi sono i ", "questi sono i "),
        ("i18n ", "i18n "), ("WHAT AM I ", "WHAT AM I "),
    ],
)  # fmt: skip
def test_i_is_written_large_where_it_is_the_writer(
    predictor: Predictor, typed: str, text: str
) -> None:
    session = predictor.session()
    session.type(typed)
    assert session.text == text


def test_a_small_i_that_was_wanted_stays(predictor: Predictor) -> None:
    session = predictor.session()
    session.type("and i ")
    assert session.revert()
    assert session.text == "and i "
    session.type("said i ")
    assert session.text == "and i said i "


@pytest.mark.parametrize("typed", ["xq ", "yo xq ", "tq "])
def test_letters_that_stand_for_words_are_not_cut_to_one(typed: str) -> None:
    with Predictor.open(language="es") as predictor:
        session = predictor.session()
        session.type(typed)
        assert session.text == typed


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("peoole ", "People "), ("tommorow ", "Tomorrow "),
        ("basicly ", "Basically "), ("untill ", "Until "), ("wprk ", "Work "),
        ("embarass ", "Embarrass "), ("i think that peoole ", "I think that people "),
        ("i think that wether ", "I think that whether "), ("a wonderfull ", "a wonderful "),
    ],
)  # fmt: skip
def test_plain_misspellings_are_mended_alone_and_in_a_sentence(
    predictor: Predictor, typed: str, text: str
) -> None:
    session = predictor.session()
    session.type(typed)
    assert session.text == text


_TOGETHER = {
    "en": {
        "inthe ": "In the ", "so alot ": "so a lot ", "thisis ": "This is ",
        "Thankyou!": "Thank you!", "we go tothe ": "we go to the ", "and isit ": "and is it ",
        "iam ": "I am ",
    },
    "de": {"garnicht ": "Gar nicht ", "und ichhabe ": "und ich habe ", "vorallem ": "Vor allem "},
    "fr": {"parceque ": "Parce que ", "jesuis ": "Je suis ", "peutêtre ": "Peut-être "},
    "es": {"porfavor ": "Por favor ", "todoslos ": "Todos los ", "aveces ": "A veces "},
}  # fmt: skip
_ONE = {
    "en": (
        "cannot into maybe someone anyone login setup everyday today upon also alright awhile "
        "backup workout signup goto todo tome apiece facebook youtube github dropbox livingroom "
        "newsfeed webcam timeslot homescreen"
    ),
    "de": (
        "indem zuhause nachdem haustür kindergarten heizungskeller sportfan apfelbaum zuviel "
        "hergeschoben technologiepolitik sommerfest"
    ),
    "fr": "surtout bonjour lundi davantage plutôt malgré pourquoi",
    "es": "porque también sino aunque conmigo sobretodo talvez mediodía desilusiones",
}


@pytest.mark.parametrize("language", _TOGETHER)
def test_two_words_run_together_are_parted_but_not_what_is_one_word(language: str) -> None:
    with Predictor.open(language=language) as predictor:
        for typed, text in _TOGETHER[language].items():
            session = predictor.session()
            session.type(typed)
            assert session.text == text
        for word in _ONE[language].split():
            session = predictor.session()
            session.type(word + " ")
            assert " " not in session.text.rstrip(), word


def test_a_word_in_two_can_be_had_in_one(predictor: Predictor) -> None:
    session = predictor.session("so ")
    session.type("alot ")
    assert session.text == "so a lot "
    assert session.revert()
    session.type("alot ")
    assert session.text == "so alot alot "


@pytest.mark.parametrize("text", ["#alot ", "a/alot ", "x_alot ", "ALOT "])
def test_what_is_protected_is_not_parted(predictor: Predictor, text: str) -> None:
    session = predictor.session()
    session.type(text)
    assert "lot" not in session.text.split()
