import pytest

from karussell.keyboard.place import find_place, starts_sentence


@pytest.mark.parametrize(
    ("language", "left", "starts"),
    [
        ("en", "We met Mr. ", True),
        ("en", "fruit, e.g. ", False),
        ("en", "I went home. ", True),
        ("en", "it was approx. ", False),
        ("de", "im Okt. ", False),
        ("fr", "en janv. ", False),
        ("en", "I was... ", False),
        ("en", "J. R. ", False),
        ("en", "at 3.5 ", False),
        ("en", "1. ", True),
        ("en", "- ", True),
        ("en", "\u201cCome.\u201d ", True),
        ("de", "Er sagte: \u201eKomm.\u201c ", True),
        ("de", "Tiere, z. B. ", False),
        ("de", "Tiere (Hunde usw.) ", False),
        ("de", "Liebe Anna,\n\n", False),
        ("de", "\n  Hallo zusammen, \n", False),
        ("de", "Liebe Anna,\n\u201e", True),
        ("de", "Liebe Anna,\n\nich komme.\n", True),
        ("de", "Liebe Anna!\n", True),
        ("de", "Ich komme gern,\nich komme bald,\n", True),
        ("en", "Dear Anna,\n\n", True),
        ("fr", "Ch\u00e8re Anna,\n\n", True),
        ("de", "am 3. ", False),
        ("es", "Dijo: \u00abVen.\u00bb ", True),
        ("es", "\u00bf", True),
        ("es", "Hola. \u00a1", True),
        ("es", "Pero, \u00bf", False),
        ("es", "El Sr. ", True),
        ("fr", "\u00ab\u00a0Viens\u202f!\u00a0\u00bb ", True),
        ("fr", "\u00ab\u00a0", True),
        ("fr", "p. ex. ", False),
    ],
)
def test_where_a_letter_starts_a_sentence(language: str, left: str, starts: bool) -> None:
    assert starts_sentence(left, language) == starts
    place = find_place(left + "a", language)
    assert (place.starts_sentence or place.named) == starts
