"""Where a sentence begins, and what is offered behind titles and abbreviations."""

import pytest

from karussell.decoder import Origin
from karussell.keyboard import Context, Predictor, Strip
from karussell.keyboard.place import find_place, starts_sentence
from karussell.model import embedded_path, open_model
from karussell.text import abbreviations, words


@pytest.mark.parametrize(
    ("language", "left", "starts"),
    [
        ("en", "We met Mr. ", True),
        ("en", "fruit, e.g. ", False),
        ("en", "I went home. ", True),
        ("en", "it was approx. ", False),
        ("de", "im Okt. ", False),
        ("de", "am Mo. ", False),
        ("de", "geschlossen wg. ", False),
        ("de", "mo. ", True),
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


def _shown(strip: Strip) -> list[str]:
    return [each.text for each in strip.slots if each]


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", ["Mr.", "Mrs.", "Ms.", "Dr.", "Prof.", "St.", "Rev.", "Capt.", "Mr", "Dr", "mr."]),
        ("de", ["Dr.", "Prof.", "Hr.", "Dr"]),
        ("fr", ["M.", "Mme", "Mme.", "Mlle", "Dr"]),
        ("es", ["Sr.", "Sra.", "Dr.", "Dra.", "D.", "Prof."]),
    ],
)
def test_what_is_offered_behind_a_title_has_a_capital(language: str, titles: list[str]) -> None:
    particles = abbreviations(language).particles
    with Predictor.open(language=language) as predictor:
        for title in titles:
            for before in ("", "a ", "(", "\u00ab"):
                for typed in ("", "b", "m"):
                    strip = predictor.strip(Context(left=f"{before}{title} {typed}"))
                    shown = _shown(strip)
                    assert len(shown) == 3
                    small = {each for each in shown if not each[0].isupper()}
                    assert small <= particles, f"{title} {typed}"
                    assert not {"I", "I'm", "I'll"}.intersection(shown), f"{title} {typed}"


def test_small_words_that_are_names_are_among_them(predictor: Predictor) -> None:
    assert "Brown" in _shown(predictor.strip(Context(left="I met Mr. br")))
    assert "Brown" in _shown(predictor.strip(Context(left="I met Mr. Br")))
    assert "brown" in _shown(predictor.strip(Context(left="it is brow")))


@pytest.mark.parametrize(
    "left", ["it is 5 m. ", "we go. ", "no dr ", "Mr.\n", "at St Mary ", "x. "]
)
def test_elsewhere_nothing_changes(left: str) -> None:
    with Predictor.open(language="fr") as predictor:
        assert not predictor.languages.at(left).place.named


def test_a_particle_stays_small() -> None:
    with Predictor.open(language="de") as predictor:
        assert "von" in _shown(predictor.strip(Context(left="ich fragte Dr. ")))
    with Predictor.open(language="fr") as predictor:
        assert "de" in _shown(predictor.strip(Context(left="j'ai vu M. ")))
        names = [each for each in _shown(predictor.strip(Context(left="M. d"))) if "'" in each]
        assert all(each.startswith("d'") for each in names)


def test_a_word_of_the_writers_own_is_as_they_write_it(predictor: Predictor) -> None:
    predictor.learn("I asked Mr. Zyxwvut about it")
    offered = predictor.suggest("then Mr. ")
    assert (offered[0].text, offered[0].source) == ("Zyxwvut", Origin.LEARNED)


@pytest.mark.parametrize(
    ("language", "short", "full"),
    [
        ("en", "at 5 p.m. ", "at 5 pm "),
        ("en", "fruit, e.g. ", "fruit eg "),
        ("en", "all of the U.S. ", "all of the United States "),
        ("de", "Tiere, z. B. ", "Tiere beispielsweise "),
        ("de", "nur am Fr. ", "nur am Freitag "),  # and no Frau
        ("de", "und Fr. ", "und Frau "),
        ("es", "como Ud. ", "como usted "),
        ("fr", "des fruits, p. ex. ", "des fruits par exemple "),
    ],
)
def test_an_abbreviation_is_read_as_its_words(language: str, short: str, full: str) -> None:
    with Predictor.open(language=language) as predictor:
        found = [(each.text, each.probability) for each in predictor.suggest(short, 9)]
        assert found == [(each.text, each.probability) for each in predictor.suggest(full, 9)]


def test_behind_a_day_its_month_is_offered() -> None:
    months = (
        "Januar Februar M\u00e4rz April Mai Juni Juli August September Oktober November Dezember"
    )
    with Predictor.open(language="de") as predictor:
        for left in ("Wir kommen am 3. ", "vom 12. ", "bis zum 31. "):
            shown = _shown(predictor.strip(Context(left=left)))
            assert len(set(months.split()).intersection(shown)) >= 2, left


def test_several_languages_read_their_own_abbreviations() -> None:
    models = [open_model(embedded_path(language)) for language in ("en", "es")]
    with Predictor(models) as predictor:
        hearing, start = predictor.languages.hearing, predictor.languages.hearing.start()
        said = words("we will all meet at 5 p.m. in the U.S.")
        read = hearing.hear(start, said).ids[0]
        assert read == tuple(
            models[0].vocabulary.ids(words("we will all meet at 5 pm in the united states"))
        )
        hearing.clear()
        assert hearing.hear(start, said).ids[0] == read
        said = words("pues mira que Ud. no sabe")
        assert models[1].vocabulary.id("usted") in hearing.hear(start, said).ids[1]
        strip = predictor.strip(Context(left="we will all meet Mr. "))
        assert all(each[0].isupper() or each == "and" for each in _shown(strip))


def test_the_gates_show_an_abbreviation_as_one(predictor: Predictor) -> None:
    gates = predictor.inside.gates(Context(left="at 5 p.m. it a.k.a. "))
    assert gates.words == ("at", "5", "p m", "it", "a k a")
