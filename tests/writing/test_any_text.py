from hypothesis import given
from hypothesis import strategies as st

from karussell.text import last_sentence, sentences
from karussell.writing import Rules, edge_of, goes_on, space_before, style_of, typed

_TEXT = st.text(max_size=20) | st.text(
    " .:;)('\u2019\"\u00ab\u00bb-/a1A\n\u202f\U0001f44d", max_size=12
)
_LANGUAGES = st.sampled_from(["", "de", "en", "es", "fr", "it", "ja", "tr"])


@given(left=_TEXT, right=_TEXT, key=_TEXT, language=_LANGUAGES)
def test_the_rules_read_any_text(left: str, right: str, key: str, language: str) -> None:
    rules = Rules.of_language(language)
    edge = edge_of(rules, left)
    assert edge.word or not edge.wants_space or not edge.letters
    assert goes_on(right) in (True, False)
    assert space_before(rules, left, right).strip() == ""
    assert style_of(left, right=right).apostrophe in "'\u2019"
    for pending in ("", " ", ":", "'", "-"):
        if left.endswith(pending):
            done = typed(rules, left, key, pending, double_space=True)
            assert 0 <= done.delete_left <= len(left)


@given(text=_TEXT, language=_LANGUAGES)
def test_the_last_sentence_is_the_last_of_the_sentences(text: str, language: str) -> None:
    line = text.rpartition("\n")[2]
    last = last_sentence(text, language)
    assert line.endswith(last)
    if last:
        assert sentences(line, language)[-1] == last
