"""What a finished text teaches, and which numbers it keeps to itself."""

from pathlib import Path

import pytest

from karussell.history import History, Sentence
from karussell.keyboard import Memory, Predictor, Purpose
from karussell.model import LanguageModel

NUMBERS = [
    "4711",
    "47 11 08",
    "0151-234",
    "4111 1111 1111 1111",
    "1.2.2026",
    "06 12 34 56 78",
    "06.12.34.56.78",
    "+49 (170) 12 34-56",
    "01 \N{EN DASH} 23 \N{EN DASH} 45 \N{EN DASH} 67",
    "12_34_56",
    "G-482913",
]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_of_four_digits_are_never_learned(number: str, tmp_path: Path) -> None:
    folder = tmp_path / "history"
    with History.open(folder) as history:
        memory = Memory(history)
        memory.learn(f"my code is {number}, tell nobody", language="en")
        memory.learn(f"pin{number} x{number}y", language="en")
        history.flush()
        known = {each.word for each in memory.recall().words}
    assert known == {"my", "code", "is", "tell", "nobody"}
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert number.encode() not in b"".join(path.read_bytes() for path in files)


PLAIN = [
    "10:30",
    "10.30-11.45",
    "10h30",
    "27.11.26 10:30",
    "11/27/26",
    "27-11-26",
    "1,500",
    "1.234.567,00 €",
    "100 000 euros",
    "10 000",
    "12.50 13.50 14.50",
    "10-12",
    "24/7",
]


@pytest.mark.parametrize("number", PLAIN)
def test_times_dates_and_amounts_are_no_secrets(number: str) -> None:
    memory = Memory()
    memory.learn(f"it is {number} there", language="en")
    (sentence,) = memory.since(-1, 0)[2]
    assert isinstance(sentence, Sentence)
    assert sentence.words[:2] + sentence.words[-1:] == ("it", "is", "there")


def test_a_text_without_spaces_is_learned_from_at_once() -> None:
    memory = Memory()
    for text in ("a" * 100_000, "a1" * 50_000, "1 " * 50_000, "1-" * 50_000, "12:" * 40_000):
        memory.learn(text, language="en")  # hangs where a search begins anew at each letter


@pytest.mark.parametrize("purpose", ["password", "pin", "code", "card", "number"])
def test_what_stood_in_a_field_of_secrets_is_gone_once_it_is_another(
    ten_word_model: LanguageModel, purpose: str
) -> None:
    predictor = Predictor(ten_word_model)
    session = predictor.session()
    session.describe(purpose=Purpose(purpose))
    session.type("see Quxzbrt ")
    session.describe(purpose=Purpose.TEXT)
    assert session.text == ""
    session.type("see you")
    session.learn(session.text)
    assert {each.word for each in predictor.recall().words} == {"see", "you"}


def test_no_number_is_learned_as_a_correction(ten_word_model: LanguageModel) -> None:
    predictor = Predictor(ten_word_model)
    assert predictor.repair("teh", "4829") == predictor.reject("4829", "teh") == ()


@pytest.mark.parametrize("text", ["I", "I'm", "I\u2019ll", "so I"])
def test_the_writer_is_large_in_english_at_a_sentence_s_start_too(text: str) -> None:
    memory = Memory()
    memory.learn(f"{text} see", language="en")
    memory.learn("I see", language="fr")
    forms = [each.words for each in memory.since(-1, 0)[2] if isinstance(each, Sentence)]
    assert any(form.startswith("I") for form in forms[0])
    assert forms[1] == ("i", "see")
