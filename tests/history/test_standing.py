"""Where words stand: as who looks through all entries would find it, whatever came and went."""

from hypothesis import given
from hypothesis import strategies as st

from karussell.history import Entry, Rejection, Saving, Sentence, Standing, selected

_FORMS = ["Zwei", "zwei", "ZWEI", "l'été", "été", "Anna's", "anna", "\u0130s", "is", "Straße"]
_LANGUAGES = st.sampled_from(["de", "fr", "tr"])
_ENTRIES = st.one_of(
    st.builds(
        lambda words, language: Sentence(words=tuple(words), language=language, time=1),
        st.lists(st.sampled_from(_FORMS), min_size=1, max_size=4),
        _LANGUAGES,
    ),
    st.builds(
        lambda typed, language: Rejection(typed=typed, word="see zwei", language=language, time=1),
        st.sampled_from(_FORMS),
        _LANGUAGES,
    ),
    st.just(Saving(day="2026-11-27", keys=3)),
)


@given(st.lists(_ENTRIES, max_size=12), st.data())
def test_what_came_and_went_is_found_as_what_is_there(
    listed: list[Entry], data: st.DataObject
) -> None:
    entries = dict(enumerate(listed))
    standing = Standing()
    standing.add(list(entries.items())[:4])
    gone = data.draw(st.sets(st.sampled_from(range(4)), max_size=4)) & entries.keys()
    standing.drop((number, entries.pop(number)) for number in sorted(gone))
    standing.add((number, entry) for number, entry in entries.items() if number >= 4)
    for word in (*_FORMS, "see zwei", "nothing"):
        assert standing.of(word) == selected(entries.items(), word=word)


def test_nothing_is_left_of_a_form_that_is_gone() -> None:
    entries = [(1, Sentence(words=("Zwei", "drei"), language="de", time=1))]
    standing = Standing([*entries, (2, Sentence(words=("drei",), language="de", time=1))])
    standing.drop(entries)
    assert "zwei" not in str(vars(standing)).lower()
    assert standing.of("drei") == [2]


def test_a_line_break_in_a_word_hides_no_other() -> None:
    entries = [(1, Sentence(words=("a\nb", "See"), language="en", time=1))]
    assert Standing(entries).of("see") == [1]
