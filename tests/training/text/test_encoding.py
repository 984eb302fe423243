"""Counting and encoding a text: every word once, none too long, as people write it."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from karussell.errors import TextError, UsageError
from karussell.training.text.counting import build_vocabulary, count_words
from karussell.training.text.encoding import LONGEST, encode, read_encoded
from karussell.training.text.sources import TextSource


def silent(_: int) -> None:
    """Tell nobody."""


def test_words_are_counted_whatever_their_case_and_shown_as_written_inside_sentences(
    tmp_path: Path,
) -> None:
    path = tmp_path / "text.txt"
    path.write_text("Tea is fine. I met Anna and Anna met me\nthe Tea and tea and tea")

    starts, insides, _ = count_words([TextSource(path=path)], silent)
    vocabulary, counts, _ = build_vocabulary(starts, insides, size=4, least_count=2)

    assert vocabulary.words == ("and", "anna", "met", "tea")
    assert [vocabulary.display(number) for number in range(4)] == ["and", "Anna", "met", "tea"]
    assert counts.tolist() == [3, 2, 2, 4, 5]


def test_a_sentence_too_long_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("word " * (2 * LONGEST + 1))
    sources = [TextSource(path=path)]
    starts, insides, _ = count_words(sources, silent)
    vocabulary, _, _ = build_vocabulary(starts, insides, size=100, least_count=1)

    encode(sources, vocabulary, tmp_path, seed=1, tick=silent)

    assert np.diff(read_encoded(tmp_path, 2).offsets).tolist() == [LONGEST, LONGEST, 1]


def test_a_text_without_words_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.write_text(" ... \n")

    with pytest.raises(TextError, match=r"empty\.txt: holds no words"):
        count_words([TextSource(path=path)], silent)


def test_a_source_names_its_passes() -> None:
    assert TextSource.parse("a@b.txt") == TextSource(path=Path("a@b.txt"))
    assert TextSource.parse("a@b.txt@0.5") == TextSource(path=Path("a@b.txt"), passes=0.5)
    with pytest.raises(UsageError, match="0 passes over a file"):
        TextSource.parse("a.txt@0")


def test_the_words_after_the_most_frequent_are_rare_ones() -> None:
    insides = Counter({"the": 9, "tea": 5, "Zebra": 4, "zebra": 1, "NATO": 3, "4711": 3, "once": 1})
    vocabulary, counts, rare = build_vocabulary(
        Counter({"NATO": 1}), insides, size=2, least_count=2, rare_words=5
    )
    assert vocabulary.words == ("tea", "the")
    assert counts.tolist() == [5, 9, 13]
    assert rare.vocabulary.words == ("nato", "zebra")
    assert [rare.display(place) for place in range(2)] == ["NATO", "Zebra"]
    # Of the 13, 4 and 5 are these words'; a count is off by 4 % at most, their sum as well.
    assert np.exp([*rare.log_shares, rare.log_new]) == pytest.approx(
        np.array([4, 5, 4]) / 13, rel=0.09
    )
