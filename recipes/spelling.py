"""Learn how a language is misspelled: one command from a list of misspellings to the packaged file.

    python -m recipes.spelling en DATA [--out src/karussell/correction/packaged/en.tsv]

DATA is a folder with ``lexicon/misspellings_codespell.tsv.xz``: a misspelling, a tab, and what was
meant, several with "|" between. Half of them teach, those whose CRC-32 is even; the other half is
for measuring and is not looked at.

The model is that of Brill and Moore (2000): what was meant is cut into pieces of up to three
letters, each typed as up to three. Every error is counted with all contexts that fit, then
expectation maximisation shares it among the pieces that explain it. A piece's probability is how
often it was typed so where it stood in a word that was misspelled.
"""

import argparse
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from karussell.text import fold, read_lines

_LONGEST = 3
# Pairs that differ in more than this are other words.
_MOST_ERRORS = 3.5
_ROUNDS = 4
# Pieces that explain fewer errors than this are chance; the longer ones need more.
_LEAST = (0.0, 1.5, 1.5, 2.0)
_LEAST_LOG = -9.0
# Taken off each count, and added to how often a piece stood: what was seen seldom may be chance.
_DISCOUNT, _UNSEEN = 0.7, 6.0
# A piece that a shorter one explains almost as well, by this much in ln P, is left out.
_WORTH = 0.3
_VOWELS = frozenset("aeiouy")

Piece = tuple[str, str]
"""What was meant, and what was typed."""


class _Edit(NamedTuple):
    """What stands in word[begin:end] was typed as typed[first:last]."""

    begin: int
    end: int
    first: int
    last: int


def teaches(typo: str) -> bool:
    """Whether a misspelling is in the half that is learned from."""
    return crc32(typo.encode()) % 2 == 0


def pairs(lines: Iterable[str]) -> Iterator[Piece]:
    """What was meant and how it was typed, of the lines of a list, single words only."""
    for line in lines:
        typo, _, meant = line.rstrip("\n").partition("\t")
        for word in meant.split("|"):
            word = word.strip()
            if word and not set(word + typo) & set(" -,"):
                yield fold(word), fold(typo)


def learn(examples: Iterable[Piece]) -> dict[Piece, float]:
    """The ln P of typing a piece so, given that it is meant in a word that is misspelled."""
    listed = [
        (word, typo, edits)
        for word, typo in examples
        if word != typo and (edits := align(word, typo)) is not None
    ]
    stood: Counter[str] = Counter()
    counts: Counter[Piece] = Counter()
    for word, typo, edits in listed:
        stood.update(
            word[begin : begin + length]
            for length in range(_LONGEST + 1)
            for begin in range(len(word) - length + 1)
        )
        for edit in edits:
            counts.update(_contexts(word, typo, edit))
    model = _probabilities(counts, stood)
    for _ in range(_ROUNDS):
        expected: defaultdict[Piece, float] = defaultdict(float)
        for word, typo, _ in listed:
            _expect(word, typo, model, expected)
        model = _probabilities(expected, stood)
    return {
        piece: log_prob
        for piece, log_prob in model.items()
        if not _told(piece, log_prob - _WORTH, model)
    }


def _told(piece: Piece, log_prob: float, model: Mapping[Piece, float]) -> bool:
    """Whether a shorter piece says as much, with a letter typed right beside it."""
    meant, typed = piece
    shorter = []
    if meant and meant[:1] == typed[:1]:
        shorter.append((meant[1:], typed[1:]))
    if meant and meant[-1:] == typed[-1:]:
        shorter.append((meant[:-1], typed[:-1]))
    return any(
        model.get(each, -math.inf) >= log_prob or _told(each, log_prob, model) for each in shorter
    )


def align(word: str, typo: str) -> list[_Edit] | None:
    """Where a word and its misspelling differ, by the fewest errors; None if they differ too much.

    A vowel for a vowel, and a letter more or less beside its like, count as a little less.
    """
    rows, columns = len(word) + 1, len(typo) + 1
    cost = [[math.inf] * columns for _ in range(rows)]
    came: dict[tuple[int, int], _Edit] = {}
    cost[0][0] = 0
    for begin in range(rows):
        for first in range(columns):
            for edit, price in _steps(word, typo, begin, first):
                total = cost[begin][first] + price
                if total < cost[edit.end][edit.last]:
                    cost[edit.end][edit.last] = total
                    came[edit.end, edit.last] = edit
    if cost[-1][-1] > _MOST_ERRORS:
        return None
    path, at = [], (len(word), len(typo))
    while at != (0, 0):
        edit = came[at]
        at = edit.begin, edit.first
        if word[edit.begin : edit.end] != typo[edit.first : edit.last]:
            path.append(edit)
    return path[::-1]


def _steps(word: str, typo: str, begin: int, first: int) -> Iterator[tuple[_Edit, float]]:
    """The single errors, and letters typed right, that may follow a place in both."""
    meant, typed = word[begin : begin + 1], typo[first : first + 1]
    if meant and typed:
        both = meant in _VOWELS and typed in _VOWELS
        price = 0.0 if meant == typed else 0.9 if both else 1.1
        yield _Edit(begin, begin + 1, first, first + 1), price
    if meant:
        double = meant in (word[begin - 1 : begin], word[begin + 1 : begin + 2])
        yield _Edit(begin, begin + 1, first, first), 0.9 if double else 1.0
    if typed:
        double = typed in (typo[first - 1 : first], typo[first + 1 : first + 2])
        yield _Edit(begin, begin, first, first + 1), 0.9 if double else 1.0
    two = word[begin : begin + 2]
    if len(two) == 2 and two == typo[first : first + 2][::-1] and two[0] != two[1]:
        yield _Edit(begin, begin + 2, first, first + 2), 1.0


def _contexts(word: str, typo: str, edit: _Edit) -> Iterator[Piece]:
    """An error with all the letters around it that fit into a piece."""
    for before in range(_LONGEST + 1):
        for after in range(_LONGEST + 1):
            begin, end = edit.begin - before, edit.end + after
            first, last = edit.first - before, edit.last + after
            if begin < 0 or first < 0 or end > len(word) or last > len(typo):
                continue
            if end - begin <= _LONGEST and last - first <= _LONGEST:
                yield word[begin:end], typo[first:last]


def _probabilities(counts: Mapping[Piece, float], stood: Mapping[str, int]) -> dict[Piece, float]:
    """What is left of counted pieces as ln P, those of chance left out."""
    found = {}
    for (meant, typed), count in counts.items():
        if meant == typed or (not meant and len(typed) != 1):
            continue
        if count < _LEAST[max(len(meant), len(typed), 1)]:
            continue
        log_prob = math.log((count - _DISCOUNT) / (stood[meant] + _UNSEEN))
        if log_prob > _LEAST_LOG:
            found[meant, typed] = min(log_prob, -0.01)
    return found


def _expect(word: str, typo: str, model: Mapping[Piece, float], into: dict[Piece, float]) -> None:
    """Add how much each piece has to do with one misspelling, over all ways to cut it."""
    rows, columns = len(word) + 1, len(typo) + 1
    forward = [[0.0] * columns for _ in range(rows)]
    forward[0][0] = 1.0
    taken: list[tuple[int, int, int, int, Piece | None, float]] = []
    for begin in range(rows):
        for first in range(columns):
            here = forward[begin][first]
            if not here:
                continue
            if begin < len(word) and first < len(typo) and word[begin] == typo[first]:
                forward[begin + 1][first + 1] += here
                taken.append((begin, first, begin + 1, first + 1, None, 1.0))
            for end in range(begin, min(begin + _LONGEST, len(word)) + 1):
                for last in range(first, min(first + _LONGEST, len(typo)) + 1):
                    piece = word[begin:end], typo[first:last]
                    if (log_prob := model.get(piece)) is not None:
                        share = math.exp(log_prob)
                        forward[end][last] += here * share
                        taken.append((begin, first, end, last, piece, share))
    total = forward[-1][-1]
    if not total:
        return
    backward = [[0.0] * columns for _ in range(rows)]
    backward[-1][-1] = 1.0
    for begin, first, end, last, used, share in reversed(taken):
        gain = share * backward[end][last]
        backward[begin][first] += gain
        if used is not None:
            into[used] += forward[begin][first] * gain / total


def main() -> None:
    """Write the packaged file of a language."""
    parser = argparse.ArgumentParser(description="learn how a language is misspelled")
    parser.add_argument("language", choices=["en"])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    out = arguments.out or Path(f"src/karussell/correction/packaged/{arguments.language}.tsv")
    listed = read_lines(arguments.data / "lexicon" / "misspellings_codespell.tsv.xz")
    model = learn((word, typo) for word, typo in pairs(listed) if teaches(typo))
    out.write_text(as_lines(model))
    print(f"{len(model)} pieces, {out.stat().st_size} bytes: {out}")


def as_lines(model: Mapping[Piece, float]) -> str:
    """A model as a packaged file: what was typed, what was meant, -ln P in tenths; sorted."""
    return "".join(
        f"{typed}\t{meant}\t{round(-10 * log_prob)}\n"
        for typed, meant, log_prob in sorted((t, m, p) for (m, t), p in model.items())
    )


if __name__ == "__main__":
    main()
