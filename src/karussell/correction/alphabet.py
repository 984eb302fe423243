"""The letters of a language, those with accents by the plain ones that are typed for them."""

from functools import cache

from karussell.correction.geometry import plain

_PLAIN = "abcdefghijklmnopqrstuvwxyz"
_ACCENTED = {
    "en": "éèêàâçñöüï",
    "de": "äöüßéèàê",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "es": "áéíñóúü",
    "it": "àèéìòù",
    "pt": "áâãàçéêíóôõú",
    "nl": "éëïóöü",
    "sv": "åäöé",
    "pl": "ąćęłńóśźż",
    "tr": "çğıöşü",
}

_IN_TWO = {
    "de": {"ae": "ä", "oe": "ö", "ue": "ü", "ss": "ß"},
    "fr": {"oe": "œ", "ae": "æ"},
    "sv": {"aa": "å", "ae": "ä", "oe": "ö"},
}


def in_two(language: str) -> dict[str, str]:
    """What two letters stand for where one has no key: ``ss`` for ``ß``."""
    return _IN_TWO.get(language.partition("-")[0], {})


def spelled_in_two(word: str, language: str) -> str:
    """A word as who has no keys for some of its letters spells them: ``fuer``, ``Gruesse``.

    One with a ``ß`` and no other such letter is itself: that is Swiss, and no slip.
    """
    table = str.maketrans({one: two for two, one in in_two(language).items()})
    spelled = word.translate(table)
    return word if spelled == word.replace("ß", "ss") else spelled


def alphabet_of(language: str) -> str:
    """The letters that a language is written with, as far as we know."""
    return _PLAIN + _ACCENTED.get(language.partition("-")[0], "")


@cache
def accented(language: str) -> dict[str, tuple[str, ...]]:
    """The forms with accents of each plain letter."""
    letters = _ACCENTED.get(language.partition("-")[0], "")
    return {
        letter: tuple(form for form in letters if plain(form) == letter)
        for letter in dict.fromkeys(map(plain, letters))
    }
