import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.kernels import WordList, unprintable
from karussell.text import UNKNOWN, Vocabulary
from tests.text.simple_vocabulary import SimpleVocabulary

_WORDS = st.sets(st.text("abc'\u00e9\u4e2d", min_size=1, max_size=4), min_size=1).map(sorted)

# Every kind of character: of one to four bytes, the last there is, and halves of pairs.
_ODD = "a\n\0'\u007f\u0080\u00e9\u07ff\u0800\ud7ff\ud800\udfff\ue000\uffff\U00010000\U0010ffff"
_ANY_TEXT = st.text(_ODD, max_size=4) | st.text(max_size=6)
_ANY_WORDS = st.sets(_ANY_TEXT.filter(bool)).map(sorted)


@given(_WORDS)
def test_the_id_of_a_word_is_its_position(listed: list[str]) -> None:
    vocabulary = Vocabulary(listed)
    assert vocabulary.ids(listed) == list(range(len(listed)))
    assert [vocabulary.word(number) for number in range(len(listed))] == listed
    assert vocabulary.words == tuple(listed)
    assert len(vocabulary) == len(listed)


@given(_WORDS, st.text("abc'\u00e9\u4e2d", max_size=3))
def test_the_words_with_a_prefix_are_one_slice(listed: list[str], prefix: str) -> None:
    first, last = Vocabulary(listed).prefix(prefix)
    assert listed[first:last] == [word for word in listed if word.startswith(prefix)]


def test_a_prefix_of_the_last_letter_there_is() -> None:
    assert Vocabulary(["a", "\U0010ffff", "\U0010ffffa"]).prefix("\U0010ffff") == (1, 3)


def test_unknown_words_and_the_start_lie_beyond_the_words() -> None:
    vocabulary = Vocabulary(["tea", "to"])
    assert vocabulary.id("cake") == vocabulary.unknown == 2
    assert vocabulary.start == 3
    assert vocabulary.word(2) == UNKNOWN
    assert "tea" in vocabulary
    assert "cake" not in vocabulary
    assert "" not in vocabulary


def test_a_word_is_shown_as_it_is_usually_written() -> None:
    vocabulary = Vocabulary(["monday", "tea"], ["Monday", ""])
    assert [vocabulary.display(number) for number in range(2)] == ["Monday", "tea"]


@pytest.mark.parametrize("listed", [["b", "a"], ["a", "a"], ["", "a"]])
def test_words_out_of_order_are_refused(listed: list[str]) -> None:
    with pytest.raises(ValueError, match="not sorted"):
        Vocabulary(listed)


def test_casing_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1 casings for 2 words"):
        Vocabulary(["a", "b"], ["A"])


@given(_ANY_WORDS, st.data())
def test_a_vocabulary_answers_as_the_simple_one_does(
    listed: list[str], data: st.DataObject
) -> None:
    casing = data.draw(st.lists(_ANY_TEXT, min_size=len(listed), max_size=len(listed)))
    ours, simple = Vocabulary(listed, casing), SimpleVocabulary(listed, casing)
    assert (ours.words, ours.casing) == (simple.words, simple.casing)
    assert (len(ours), ours.unknown, ours.start) == (len(listed), len(listed), len(listed) + 1)
    assert [ours.display(number) for number in range(len(listed))] == [
        simple.display(number) for number in range(len(listed))
    ]
    asked = [*data.draw(st.lists(_ANY_TEXT)), *listed, *(word[:-1] for word in listed), ""]
    assert ours.ids(asked) == [simple.id(word) for word in asked]
    for text in asked:
        assert ours.id(text) == simple.id(text)
        assert (text in ours) == (text in simple)
        assert ours.prefix(text) == simple.prefix(text)
    for number in (-1, 0, len(listed) - 1, len(listed), 2**40):
        assert ours.word(number) == simple.word(number)
    assert 3 not in ours


@given(_WORDS, st.data())
def test_words_in_lines_are_the_words_in_a_list(listed: list[str], data: st.DataObject) -> None:
    casing = [data.draw(st.sampled_from(["", word.upper()])) for word in listed]
    lines = ["\n".join(part).encode() for part in (listed, casing)]
    of_lines = Vocabulary.of_lines(*lines)
    assert (of_lines.words, of_lines.casing) == (tuple(listed), tuple(casing))


@given(st.binary(max_size=60), st.binary(max_size=10), _ANY_TEXT)
def test_searching_any_bytes_ends_with_a_position(lines: bytes, word: bytes, text: str) -> None:
    listed = WordList.of_lines(lines)
    assert len(listed) == lines.count(b"\n") + 1
    assert 0 <= listed.first_unsorted() <= len(listed)
    for asked in (text, word.decode("latin-1"), word.decode("utf-8", "ignore")):
        first, last = listed.prefix(asked)
        assert 0 <= first <= last <= len(listed)
        assert 0 <= listed.find(asked) <= len(listed)
    with pytest.raises(IndexError, match="no such word"):
        listed.word(len(listed))


@given(st.text() | st.text("abc\n\u00e9\u4e2d\x85"))
def test_every_control_character_is_found_where_it_stands(text: str) -> None:
    controls = [
        letter for letter in text if unicodedata.category(letter) == "Cc" and letter != "\n"
    ]
    found = unprintable(text.encode())
    assert found is not None or not controls
    if found is not None:
        assert found[1] is not None
        assert text.encode()[found[0] :].startswith(chr(found[1]).encode())


@pytest.mark.parametrize("letter", ["\x1b", "\0", "\x7f", "\x9b", "\u202e", "\u2066", "\u200b"])
def test_characters_that_a_terminal_obeys_are_found(letter: str) -> None:
    assert unprintable(f"tea\n\u00e9{letter}".encode()) == (6, ord(letter))


def _first_wrong(lines: bytes) -> int | None:
    """Where Python finds that bytes are no UTF-8."""
    try:
        lines.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None


@pytest.mark.parametrize("before", [0, 1, 63, 64, 65, 127, 128, 1000])
def test_what_stands_far_into_the_words_is_found(before: int) -> None:
    assert unprintable(b"a" * before + b"\x1b" + b"b" * 200) == (before, 0x1B)
    assert unprintable(b"a" * before + "\u00e9".encode() + b"b" * 200) is None


@given(st.binary(max_size=12))
def test_what_is_not_utf8_is_found_where_python_finds_it(lines: bytes) -> None:
    found, wrong = unprintable(lines), _first_wrong(lines)
    if wrong is None:
        assert found is None or found[1] is not None
    else:
        assert found is not None
        assert found == (wrong, None) or (found[0] < wrong and found[1] is not None)
