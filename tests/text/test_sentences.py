import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.text import last_sentence, sentences, words

# A bar stands where a sentence ends.
_CUT = [
    ("en", "We met Mr. smith"),
    ("en", "Ask Mrs. Jones or Dr. Who. |She knows"),
    ("en", "fruit, e.g. apples, i.e. sweet ones"),
    ("en", "fruit, e. g. apples"),
    ("en", "I went home. |then I slept"),
    ("en", "milk, etc. |The shop"),
    ("en", "milk, etc. and so on"),
    ("en", "Acme Inc. is here. |Acme Inc. |The end"),
    ("en", "at 5 p.m. today"),
    ("en", "at 5 p.m. |Then we left"),
    ("en", "J. R. R. Tolkien and J.R.R. Tolkien"),
    ("en", "So do I. |Then go"),
    ("en", "It is 3.5 now. |Then"),
    ("en", "It is 35. |Then"),
    ("en", "No. 5 is alive. |no. |Then not"),
    ("en", "I was... thinking. |Well... |That"),
    ("en", "I was\u2026 thinking"),
    ("en", "1. |buy milk"),
    ("en", "a) |buy milk. |b"),
    ("en", "\u201cCome!\u201d she said. |\u201cNow.\u201d |He"),
    ("en", "\u2018Go.\u2019 |he"),
    ("en", "(See Fig. 3.) |The"),
    ("en", "fruit (apples, etc.) and so on"),
    ("en", "fruit (apples, pears, etc.) |The"),
    ("en", "a stone (1 oz., i.e.) of gold"),
    ("en", "\u201cmilk, etc.\u201d |Then"),
    ("en", "\u201cWell...\u201d she said"),
    ("de", "Tiere (Hunde usw.) sind"),
    ("en", "the Gen. of the gen. |Then"),
    ("en", "approx. three, incl. tax, est. 1990. |Then"),
    ("de", "am 5. Jan. in Rom, Abb. 3, Okt. bis Dez. |Dann"),
    ("fr", "le 5 janv. dans la ville. |Puis"),
    ("de", "Er sagte: \u201eKomm.\u201c |dann"),
    ("de", "Er sagte: \u00bbKomm.\u00ab |dann"),
    ("de", "\u201aKomm.\u2018 |dann"),
    ("de", "Tiere, z. B. Hunde, z.B. Katzen, d. h. alle usw. in"),
    ("de", "am 3. Mai. |Dann"),
    ("de", "1. |Milch"),
    ("de", "Hr. Dr. Meier bzw. Frau Meier"),
    ("es", "Dijo: \u00abVen.\u00bb |y se fue"),
    ("es", "El Sr. P\u00e9rez y la Sra. Ruiz. |Ud. sabe, p. ej. esto, p.ej. eso"),
    ("es", "Hola. |\u00bfc\u00f3mo?"),
    ("es", "Pero, \u00bfc\u00f3mo? |\u00a1Bien!"),
    ("fr", "M. Dupont et Mme. Durand, p. ex. ici. |Et"),
    ("fr", "\u00ab Viens ! \u00bb dit-il. |Il"),
    ("fr", "\u00ab\u00a0Viens.\u00a0\u00bb |il"),
    ("fr", "\u00ab Viens... \u00bb dit-il. |\u00ab Viens... \u00bb |Il"),
    ("it", "il sig. Rossi, ecc. |Poi"),
    ("ja", "\u306f\u3044\u3002|\u300c\u3044\u3044\u3048\uff01\u300d|\u3069\u3046"),
    ("hi", "\u0939\u093e\u0901\u0964 |\u0928"),
    ("ar", "\u0646\u0639\u0645\u061f |\u0644\u0627"),
    ("", "We met Mr. |smith"),
    ("", "Wait\u2026 |what"),
]


@pytest.mark.parametrize(("language", "text"), _CUT)
def test_titles_and_abbreviations_end_no_sentence_and_closing_quotes_do(
    language: str, text: str
) -> None:
    read = [words(sentence) for sentence in sentences(text.replace("|", ""), language)]
    assert read == [words(sentence) for sentence in text.split("|")]


@pytest.mark.parametrize(("language", "text"), _CUT)
def test_what_is_being_typed_goes_on_with_the_last_sentence(language: str, text: str) -> None:
    last = last_sentence(text.replace("|", ""), language)
    assert words(last) == words(text.split("|")[-1])


@given(st.text('aB.!? "\u2019\u00bb3)\u2026\u3002', max_size=30), st.sampled_from(["", "en", "de"]))
def test_no_word_is_lost_between_sentences(text: str, language: str) -> None:
    read = [word for sentence in sentences(text, language) for word in words(sentence)]
    assert read == words(text)
