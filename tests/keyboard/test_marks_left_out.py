"""Apostrophes and accents that were left out are put in by a space, in each packaged language."""

from functools import cache

import pytest

from karussell.keyboard import Context, Predictor


@cache
def _predictor(language: str) -> Predictor:
    return Predictor.open(language=language)


def _put_right(language: str, left: str) -> str | None:
    correction = _predictor(language).autocorrect(Context(left=left))
    return None if correction is None else correction.text


@pytest.mark.parametrize(
    ("language", "left", "text"),
    [
        ("en", "i dont", "don't"),
        ("en", "so im", "I'm"),
        ("en", "thats", "That's"),
        ("en", "he said they cant", "can't"),
        ("en", "theyre", "They're"),
        ("en", "shouldve", "Should've"),
        ("de", "alles fur", "für"),
        ("de", "das Madchen", "Mädchen"),
        ("fr", "une ecole", "école"),
        ("fr", "cest", "C'est"),
        ("es", "hasta manana", "mañana"),
        ("es", "el nino", "niño"),
        # Spelled so where one has no key for the letter.
        ("de", "das ist fuer", "für"),
        # Too rare for the network, but by its slips.
        ("es", "la educacion", "educación"),
        ("es", "el publico", "público"),
        ("fr", "voila le numero", "numéro"),
        ("fr", "peut etre", "être"),
        ("de", "viel gluck", "Glück"),
    ],
)
def test_marks_that_were_left_out_are_put_in(language: str, left: str, text: str) -> None:
    assert _put_right(language, left) == text


@pytest.mark.parametrize(
    ("language", "left"),
    [
        ("en", "i feel ill"),
        ("en", "its"),
        ("en", "you were"),
        ("en", "what the hell"),
        ("en", "he is an ass"),
        ("en", "the priest's"),
        ("en", "my joystick's"),
        ("de", "schon"),
        ("fr", "ou"),
        ("es", "si"),
        # Far rarer than another word, but likelier behind these.
        ("en", "she had been wont"),
        ("de", "ich beobachte, dass bei Wahlen"),
        ("es", "siempre publico"),
        ("es", "te animo"),
        ("fr", "elle adopte"),
        ("de", "die Strasse"),
    ],
)
def test_words_that_are_words_without_their_marks_stay(language: str, left: str) -> None:
    assert _put_right(language, left) is None


def test_two_words_are_offered_for_those_typed_as_one() -> None:
    shown = _predictor("en").suggestions(Context(left="i think thisis"))
    assert shown[0].text == "this is"
