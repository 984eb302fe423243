"""Words in the writer's own casing, as long as it is always the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.personal import Taught
from karussell.personal.casing import Casing
from karussell.personal.stream import Stream


@pytest.mark.parametrize(
    ("forms", "usual", "shown"),
    [
        (["McKay"], "mckay", "McKay"),
        (["McKay", "McKay"], "Mckay", "McKay"),
        (["McKay", "mckay"], "mckay", "mckay"),
        (["McKay", "Mckay"], "mckay", "mckay"),
        (["iphone"], "iPhone", "iPhone"),
        (["iphone", "iphone"], "iPhone", "iphone"),
        (["eBay"], "ebay", "eBay"),
        (["DE"], "de", "de"),  # once it may be stressed
        (["DE", "DE"], "de", "DE"),
        (["DE", "DE", "de"], "de", "de"),
        (["Will"], "will", "will"),  # once it may be a title's
        (["Will", "Will"], "will", "Will"),
        (["i", "i"], "I", "I"),
        (["i\u2019m", "i\u2019m"], "I'm", "I'm"),
        (["don\u2019t", "don\u2019t"], "don't", "don't"),
        ([], "mckay", "mckay"),
    ],
)
def test_a_word_is_shown_as_it_was_always_written(forms: list[str], usual: str, shown: str) -> None:
    casing, word = Casing(), usual.lower()
    for form in forms:
        casing.count(word, form, "en-GB")
    assert casing.of(word, usual, "en") == shown
    assert casing.of(word, usual, "es") == usual


@pytest.mark.parametrize(
    ("noun", "usual", "shown"),
    [("Essen", "essen", "Essen"), ("essen", "Essen", "essen"), ("Haus", "Haus", "Haus")],
)
def test_german_nouns_are_told_by_two_uses(noun: str, usual: str, shown: str) -> None:
    casing = Casing()
    casing.count(noun.lower(), noun, "de")
    assert casing.of(noun.lower(), usual, "de") == usual
    casing.count(noun.lower(), noun, "de")
    assert casing.of(noun.lower(), usual, "de") == shown


_SENTENCES = st.lists(
    st.lists(st.sampled_from(["McKay", "mckay", "Will", "will", "DE"]), min_size=1).map(
        lambda words: Taught(tuple(words), "en")
    ),
    max_size=6,
)


def _shown(stream: Stream) -> list[str]:
    return [stream.casing.of(word, word, "en") for word in ("mckay", "will", "de")]


@given(_SENTENCES, st.data())
def test_the_casing_of_what_was_dropped_leaves_nothing(
    sentences: list[Taught], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(range(len(sentences))))) if sentences else set()
    stream = Stream(sentences)
    before, shown = stream.casing, _shown(stream)
    stream.drop(sorted(gone), {})
    assert _shown(stream) == _shown(
        Stream(each for place, each in enumerate(sentences) if place not in gone)
    )
    assert [before.of(word, word, "en") for word in ("mckay", "will", "de")] == shown


def test_another_form_in_a_sentences_place_counts_instead() -> None:
    stream = Stream([Taught(("see", "McKay"), "en"), Taught(("see", "mckay"), "en")])
    assert _shown(stream)[0] == "mckay"
    stream.drop([], {1: Taught(("see", "McKay"), "en")})
    assert _shown(stream)[0] == "McKay"
