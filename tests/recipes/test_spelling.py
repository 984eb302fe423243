"""How misspellings are learned, from a few."""

import math
from pathlib import Path

import pytest

from karussell.correction.spelling import Spelling
from recipes.spelling import align, as_lines, learn, pairs, teaches


def test_pairs_are_single_words() -> None:
    lines = ["teh\tthe", "alot\ta lot", "correctin\tcorrecting|correct in", "x-ray\txray"]
    assert list(pairs(lines)) == [("the", "teh"), ("correcting", "correctin")]


def test_half_of_the_misspellings_teach() -> None:
    typos = [f"{a}{b}{c}" for a in "abcdefgh" for b in "abcdefgh" for c in "abcdefgh"]
    assert sum(map(teaches, typos)) == pytest.approx(len(typos) / 2, rel=0.2)
    assert (teaches("teh"), teaches("recieve")) == (teaches("teh"), teaches("recieve"))


@pytest.mark.parametrize(
    ("word", "typo", "edits"),
    [
        ("the", "teh", [(1, 3, 1, 3)]),
        ("happy", "hapy", [(3, 4, 3, 3)]),
        ("separate", "seperate", [(3, 4, 3, 4)]),
        ("hat", "haat", [(2, 2, 2, 3)]),
    ],
)
def test_a_word_and_its_misspelling_differ_in_few_places(
    word: str, typo: str, edits: list[tuple[int, int, int, int]]
) -> None:
    found = align(word, typo)
    assert found is not None
    sizes = [(edit.end - edit.begin, edit.last - edit.first) for edit in found]
    assert sizes == [(end - begin, last - first) for begin, end, first, last in edits]


def test_another_word_is_no_misspelling() -> None:
    assert align("house", "table") is None


def test_what_is_seen_often_is_learned_and_what_is_seen_once_is_not() -> None:
    words = ["receive", "perceive", "deceive", "conceive", "ceiling", "receipt"] * 3
    model = learn([*((word, word.replace("cei", "cie")) for word in words), ("sun", "sunn")])
    assert max(model, key=lambda piece: model[piece])[0] in ("ei", "cei", "eiv", "eil", "eip")
    assert all(log_prob < 0 for log_prob in model.values())
    assert not any("nn" in typed for _, typed in model)


def test_a_packaged_file_reads_as_it_was_written(tmp_path: Path) -> None:
    lines = as_lines({("ei", "ie"): -1.23, ("", "x"): -4.0, ("s", ""): math.log(0.01)})
    spelling = Spelling.of_lines(lines.splitlines())
    assert spelling.meant("ie") == [("ei", -1.2)]
    assert spelling.meant("x") == [("", -4.0)]
    assert spelling.meant("") == [("s", -4.6)]
