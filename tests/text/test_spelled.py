"""Abbreviations are read as what they stand for."""

import pytest

from karussell.model import embedded_path, open_model
from karussell.text import STANDING_FOR, abbreviation, spelled_out, stands_for, words


@pytest.mark.parametrize(
    ("language", "text", "read"),
    [
        ("en", "At 5 p.m. in the U.K.", "at 5 pm in the uk"),
        ("en", "the U.S. and e.g. Prof. X", "the united states and eg professor x"),
        ("en-GB", "a.k.a. Tom", "aka tom"),
        ("en", "I p m", "i pm"),
        ("de", "Tiere, z. B. Hunde bzw. z.B. Katzen", "tiere beispielsweise hunde oder "
         "beispielsweise katzen"),
        ("de", "am 3. Mai, im 19. und 32.", "am zwanzigsten mai im zwanzigsten und 32"),
        ("de", "3 von 4 am 32.", "3 von 4 am 32"),
        ("fr", "M. Dupont, p. ex.", "monsieur dupont par exemple"),
        ("es", "El Sr. P. sabe, p. ej., que Ud. y los EE. UU.", "el señor p sabe por ejemplo que "
         "usted y los estados unidos"),
        ("it", "il Sig. Rossi, p.es.", "il sig rossi p es"),
        ("", "at 5 p.m.", "at 5 p m"),
    ],
)  # fmt: skip
def test_what_a_sentence_is_read_as(language: str, text: str, read: str) -> None:
    assert list(spelled_out(words(text), language)) == read.split()


@pytest.mark.parametrize("language", STANDING_FOR)
def test_the_models_know_what_abbreviations_stand_for(language: str) -> None:
    known = open_model(embedded_path(language)).vocabulary
    for short, full in stands_for(language).items():
        assert set(full) <= set(known.words), full
        # What a model read of a sentence never has more words than the sentence.
        assert len(full) <= len(short)


def test_the_longest_abbreviation_that_ends_a_text_counts() -> None:
    assert abbreviation(["sra"], "es") == (1, ("señora",))
    assert abbreviation(["a", "p", "m"], "en") == (2, ("pm",))
    assert abbreviation(["p"], "en") is None
    assert abbreviation([], "en") is None
