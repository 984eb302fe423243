from collections import Counter
from pathlib import Path
from zlib import crc32

import pytest

from karussell.errors import TextError
from karussell.measure.typing import (
    Item,
    Mistake,
    held_out,
    like,
    put_into,
    read_misspellings,
    read_mistakes,
    word_places,
)

_LINES = ("See you tomorrow.", "THE tea", "I see the ten", "nothing here", "we'll see 'see'")
_MISTAKES = [Mistake("teh", "the"), Mistake("hte", "the"), Mistake("se", "see")]


def test_pairs_have_one_word_for_one_word(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text(
        "teh\tthe\nalot\ta lot\nform\tfrom|form\n1nd\t1st\nDont\tdon\u2019t\nsame\tSame\n"
    )
    assert read_mistakes(path) == [Mistake("teh", "the"), Mistake("dont", "don't")]


def test_a_list_without_pairs_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("teh the\n")
    with pytest.raises(TextError, match="has no pairs"):
        read_mistakes(path)


def test_all_that_a_list_calls_a_mistake_is_a_misspelling(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("teh\tthe\nalot\ta lot\nTher\tthere|their\n1nd\t1st\n")
    assert read_misspellings(path) == {"teh", "alot", "ther"}


def test_the_halves_are_told_by_a_checksum_of_what_was_typed() -> None:
    for mistake in (Mistake(f"w{n}", "word") for n in range(20)):
        assert held_out(mistake) == (crc32(mistake.typed.encode()) % 2 == 1)


def test_each_sentence_has_one_mistake_at_most_and_case_is_kept() -> None:
    items = put_into(_LINES, _MISTAKES, seed=1)
    assert [item.meant for item in items] == ["See", "THE", items[2].meant, "see"]
    assert items[0] == Item("", "Se", "See")
    assert items[1].typed in {"TEH", "HTE"}
    assert items[3].left in {"we'll ", "we'll see '"}


def test_choices_follow_from_the_seed() -> None:
    lines = ["I see the ten, the tea"] * 40
    assert put_into(lines, _MISTAKES, seed=3) == put_into(lines, _MISTAKES, seed=3)
    assert put_into(lines, _MISTAKES, seed=3) != put_into(lines, _MISTAKES, seed=4)


def test_a_limit_chooses_among_all_sentences() -> None:
    lines = [f"the {n}" for n in range(100)]
    found = put_into(lines, _MISTAKES, seed=3, limit=10)
    assert len(found) == 10


def test_each_pair_counts_once_if_asked() -> None:
    lines = ["I see the ten, the tea"] * 40
    found = put_into(lines, _MISTAKES, seed=3, weights="pairs")
    assert Counter(item.typed for item in found) == {"teh": 1, "hte": 1, "se": 1}


def test_words_are_letters_and_apostrophes_alone() -> None:
    line = "'tis we'll, mp3 co-op \u00e9t\u00e9's' 42"
    assert [line[place] for place in word_places(line)] == [
        "tis",
        "we'll",
        "co",
        "op",
        "\u00e9t\u00e9's",
    ]


@pytest.mark.parametrize(
    ("example", "expected"), [("the", "teh"), ("The", "Teh"), ("THE", "TEH"), ("I", "Teh")]
)
def test_a_word_is_written_as_its_example(example: str, expected: str) -> None:
    assert like("teh", example) == expected
