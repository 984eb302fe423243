from collections.abc import Iterator

import pytest

from karussell.keyboard import Context, Kind, Predictor
from karussell.model import embedded_path, open_model
from karussell.text import graphemes


@pytest.fixture(scope="module")
def english() -> Iterator[Predictor]:
    with Predictor(open_model(embedded_path())) as predictor:
        yield predictor


def _after(predictor: Predictor, left: str, right: str = "") -> list[str]:
    """The text left of the cursor once each suggestion was picked."""
    context = Context(left=left, right=right)
    return [context.apply(each.edit).left for each in predictor.suggestions(context)]


@pytest.mark.parametrize(
    "left",
    [
        "v2.",
        "at 10:",
        "ask @lea.",
        "see #foo.",
        "mail john@",
        "mail john@ex",
        "It costs $",
        "It costs $1",
        "call 555-123 4",
        "#lo",
        "@j",
        "www.",
        "www.exam",
        "https://exam",
        "C:\\",
        "C:\\Us",
        "in /usr/lo",
        "~/Doc",
        "foo_b",
        "1/2",
        "and/",
        "example.c",
        "e.g",
        "--he",
    ],
)
def test_no_word_is_offered_where_something_else_goes_on(english: Predictor, left: str) -> None:
    assert _after(english, left) == []


@pytest.mark.parametrize(
    "left",
    [
        "yes 1\ufe0f\u20e3",
        "yes #\ufe0f\u20e3",
        "yes \U0001f600",
        "(yes)",
        "\u201cyes\u201d",
        "5 %",
        "yes,",
        ":)",
    ],
)
def test_a_word_directly_behind_an_emoji_or_a_closing_sign_brings_its_space(
    english: Predictor, left: str
) -> None:
    found = _after(english, left)
    assert found
    assert all(text.startswith(f"{left} ") and text.endswith(" ") for text in found)


@pytest.mark.parametrize("left", ["\u201c", "so (", "my co-", "a well-k", "\u00bf"])
def test_a_word_stands_close_to_a_hyphen_and_to_what_opens(english: Predictor, left: str) -> None:
    found = _after(english, left)
    assert found
    assert all(text.startswith(left) and text[len(left)] != " " for text in found)


def test_the_second_part_of_a_compound_is_in_small_letters(english: Predictor) -> None:
    assert _after(english, "a well-k")[0] == "a well-known "


@pytest.mark.parametrize(
    ("right", "end"),
    [
        ("", " "),
        (" then", ""),
        (".", ""),
        ("'s", ""),
        ("-free", ""),
        ("/off", ""),
        ("\u201d", ""),
        ("(you", " "),
        (":) you", " "),
    ],
)
def test_what_stands_right_of_the_cursor_counts(english: Predictor, right: str, end: str) -> None:
    assert f"see you tomorrow{end}" in _after(english, "see you tomor", right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("mail john", "@example.com"),
        ("see exam", "ple.com"),
        ("at v2", ".1"),
        ("at 10", ":30"),
        ("the foo", "_bar"),
        ("see htt", "p://a"),
    ],
)
def test_no_word_is_offered_before_what_goes_on(english: Predictor, left: str, right: str) -> None:
    assert _after(english, left, right) == []


def test_the_apostrophe_right_of_the_cursor_is_the_writers(english: Predictor) -> None:
    assert "I know it\u2019s " in _after(english, "I know it", "\u2019s")
    assert "I know it's " in _after(english, "I know it", "'s")


def test_an_emoji_is_found_by_its_name_and_takes_the_writers_skin_tone(english: Predictor) -> None:
    found = english.suggest("so happy :smi")
    assert found[0].text == "\U0001f604"
    assert {each.kind for each in found} == {Kind.EMOJI}
    assert _after(english, "so happy :smi")[0] == "so happy \U0001f604 "
    assert _after(english, ":thumbs_u") == ["\U0001f44d "]
    assert _after(english, "\U0001f44b\U0001f3fd :+1") == [
        "\U0001f44b\U0001f3fd \U0001f44d\U0001f3fd "
    ]
    assert len(graphemes("\U0001f44d\U0001f3fd")) == 1


@pytest.mark.parametrize("left", [":D", ":p", "note:smi", ":12", "so :"])
def test_an_emoticon_or_a_colon_is_no_emojis_name(english: Predictor, left: str) -> None:
    assert all(each.kind is not Kind.EMOJI for each in english.suggest(left))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("\u4f60\u597d\u3002 \u4f60", "\u4f60\u597d"),
        ("\u05e9\u05dc\u05d5\u05dd \u05dc\u05da. \u05e9\u05dc", "\u05e9\u05dc\u05d5\u05dd"),
        ("\u0645\u0631\u062d\u0628\u0627 \u0645\u0631", "\u0645\u0631\u062d\u0628\u0627"),
        (
            "\u0928\u092e\u0938\u094d\u0924\u0947 \u0928\u092e",
            "\u0928\u092e\u0938\u094d\u0924\u0947",
        ),
        (
            "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35 \u0e2a\u0e27\u0e31",
            "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
        ),
        ("in \u0130skenderun. isk", "\u0130skenderun"),
        (
            "\u03bf \u03a0\u03b1\u03c0\u03b1\u03c3\u03c4\u03b5\u03c6\u03ac\u03bd\u03bf\u03c5"
            " \u03a0\u0391\u03a0\u0391\u03a3",
            "\u03a0\u0391\u03a0\u0391\u03a3\u03a4\u0395\u03a6\u0386\u039d\u039f\u03a5",
        ),
        ("the 10k run. 10", "10k"),
        ("an \u00fcberxyz is \u00fcberx", "\u00fcberxyz"),
    ],
)
def test_a_script_that_the_model_does_not_know_gives_own_words_and_nothing_else(
    english: Predictor, text: str, word: str
) -> None:
    found = english.suggest(text)
    assert found[0].text == word
    if not word[0].isascii():
        assert len(found) == 1
