"""Counting and encoding a text: every word once, none too long, as people write it."""

import os
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from karussell.errors import TextError, TrainingError, UsageError
from karussell.text import Vocabulary, sentences, words
from karussell.training.batches import make_batch
from karussell.training.text.counting import build_vocabulary, count_source
from karussell.training.text.encoding import LONGEST, encode, read_encoded, read_sources
from karussell.training.text.sources import TextSource


def silent(_: int) -> None:
    """Tell nobody."""


def test_words_are_counted_whatever_their_case_and_shown_as_written_inside_sentences(
    tmp_path: Path,
) -> None:
    path = tmp_path / "text.txt"
    path.write_text("Tea is fine. I met Anna and Anna met me\nthe Tea and tea and tea")

    sources = [TextSource(path=path)]
    (starts, insides, _), _ = read_sources(sources, tmp_path, seed=1, tick=silent)
    vocabulary, counts, _ = build_vocabulary(starts, insides, size=4, least_count=2)

    assert vocabulary.words == ("and", "anna", "met", "tea")
    assert [vocabulary.display(number) for number in range(4)] == ["and", "Anna", "met", "tea"]
    assert counts.tolist() == [3, 2, 2, 4, 5]


def test_a_sentence_too_long_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("word " * (2 * LONGEST + 1))
    sources = [TextSource(path=path)]
    (starts, insides, _), folded = read_sources(sources, tmp_path, seed=1, tick=silent)
    vocabulary, _, _ = build_vocabulary(starts, insides, size=100, least_count=1)

    encode(tmp_path, folded, vocabulary)

    assert np.diff(read_encoded(tmp_path, 2).offsets).tolist() == [LONGEST, LONGEST, 1]


def test_ids_are_those_of_the_vocabulary_however_words_are_written(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("Tea for Anna. Tea for two\nTEA, tea\n")
    second.write_text("\u0130zmir or \u2019tis tea? anna\u2019s \u039c\u0391\u03a3 tea\n", "utf-8")
    sources = [TextSource(path=first), TextSource(path=second, passes=2)]
    (starts, insides, _), folded = read_sources(sources, tmp_path, seed=1, tick=silent)
    vocabulary, _, _ = build_vocabulary(starts, insides, size=4, least_count=1)

    encode(tmp_path, folded, vocabulary)

    encoded = read_encoded(tmp_path, len(vocabulary) + 1)
    lines = [line for path in (first, second) for line in path.read_text("utf-8").splitlines()]
    expected = [vocabulary.ids(words(sentence)) for line in lines for sentence in sentences(line)]
    cut = [encoded.ids[a:b].tolist() for a, b in pairwise(encoded.offsets)]
    assert cut == expected
    assert encoded.spans == ((0, 3), (3, 5))
    assert count_source(sources[0], silent).starts == {"Tea": 2, "TEA": 1}


def test_a_text_without_words_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.write_text(" ... \n")

    with pytest.raises(TextError, match=r"empty\.txt: holds no words"):
        read_sources([TextSource(path=path)], tmp_path, seed=1, tick=silent)


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


def encoded_in(folder: Path) -> Path:
    """The ids of a text of some pages of memory, in a folder."""
    path = folder / "text.txt"
    path.write_text("See you at the market tomorrow\n" * 3000)
    sources = [TextSource(path=path)]
    (starts, insides, _), folded = read_sources(sources, folder, seed=1, tick=silent)
    vocabulary, _, _ = build_vocabulary(starts, insides, size=9, least_count=1)
    encode(folder, folded, vocabulary)
    return folder / "ids.bin"


@pytest.mark.parametrize("left", [0, 1, 4096, -5, -4])
def test_ids_that_are_cut_while_in_use_are_one_clear_error(tmp_path: Path, left: int) -> None:
    path = encoded_in(tmp_path)
    encoded = read_encoded(tmp_path, 7)
    last = np.arange(len(encoded.offsets) - 3, len(encoded.offsets) - 1)
    os.truncate(path, left if left >= 0 else path.stat().st_size + left)
    with pytest.raises(TrainingError, match=r"ids\.bin: was cut or overwritten while training"):
        make_batch(encoded, last, 8)


def test_ids_that_are_overwritten_while_in_use_are_one_clear_error(tmp_path: Path) -> None:
    path = encoded_in(tmp_path)
    encoded = read_encoded(tmp_path, 7)
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(TrainingError, match="was cut or overwritten"):
        make_batch(encoded, np.arange(2), 8)


def test_ids_that_are_removed_or_replaced_while_in_use_are_there_to_the_end(tmp_path: Path) -> None:
    path = encoded_in(tmp_path)
    encoded = read_encoded(tmp_path, 7)
    before = make_batch(encoded, np.arange(2), 8).inputs.tolist()
    path.unlink()
    path.write_bytes(b"other")
    assert make_batch(encoded, np.arange(2), 8).inputs.tolist() == before


@pytest.mark.parametrize("left", [0, 3, 4, -1, -4, -8])
def test_ids_that_are_cut_before_they_are_read_are_refused(tmp_path: Path, left: int) -> None:
    path = encoded_in(tmp_path)
    os.truncate(path, left if left >= 0 else path.stat().st_size + left)
    with pytest.raises(ValueError, match=r"cut|size|ids"):
        read_encoded(tmp_path, 7)


def test_ids_that_are_cut_before_they_are_those_of_words_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("See you at the market tomorrow\n" * 3)
    _, folded = read_sources([TextSource(path=path)], tmp_path, seed=1, tick=silent)
    (tmp_path / "ids.bin").write_bytes(b"\xff" * 80)
    with pytest.raises(TrainingError, match=r"ids\.bin: was changed by another"):
        encode(tmp_path, folded, Vocabulary(("see",)))
