"""What follows from words that were typed, meant, and committed.

Typed x, meant w, committed y: a fix is x != w, y = w; a miss x != w, y = x; a wrong change x != w
and y neither; a damage x = w, y != w. Case and the form of apostrophes are not compared.
"""

from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from karussell.measure.evaluation import Latency
from karussell.measure.typing.typist import Outcome
from karussell.text import fold, words

_SHOWN = 3
_UNDO = 1
# The separator behind a word that is repaired is deleted and typed once more.
_SEPARATOR = 2


class Figures(msgspec.Struct, frozen=True):
    """The figures of one corrector on one text, or on one set of mistakes.

    Attributes:
        words: What was to be typed, without the text's own slips.
        wrong_typed: Part of the words that were typed wrong.
        errors_before: Word error rate of what was typed: words put in, left out, and replaced,
            over those that were meant.
        errors_after: The same of what stood there in the end.
        fix: Part of what was typed wrong that came right.
        first: Part of what was typed wrong whose word was thought the most probable.
        among_three: Part whose word was among three.
        damaged: Words that were typed right and changed.
        right: Words that were typed right.
        damage: Damaged of 1,000 typed right.
        precision: Part of the changes that fixed something; 1 where nothing was changed.
        net_keys: Keys that repairs by hand would have cost, minus those that undoing costs, for
            1,000 words.
        median_ms: Milliseconds that a word took.
        p99_ms: The same at the 99th percentile.
    """

    words: int
    wrong_typed: float
    errors_before: float
    errors_after: float
    fix: float
    first: float
    among_three: float
    damaged: int
    right: int
    damage: float
    precision: float
    net_keys: float
    median_ms: float
    p99_ms: float


class Point(NamedTuple):
    """What a threshold gives: a fix of 0..1, and the damage in 1,000 words typed right."""

    threshold: float
    fix: float
    damage: float


def figures(
    outcomes: Iterable[Sequence[Outcome]],
    threshold: float,
    slips: Container[str] = (),
    *,
    clean: Iterable[Sequence[Outcome]] | None = None,
    doubtful: Container[str] = (),
) -> Figures:
    """The figures of some lines.

    Args:
        outcomes: Of each line.
        threshold: The least score with which a word was changed.
        slips: Misspellings: where one of them was meant, the text's own writer had slipped, and
            the word is not counted.
        clean: What became of text typed right, for the damage; None to take the words of
            ``outcomes`` that were typed right.
        doubtful: Words of which nobody knows whether they are right; for the damage they are not
            counted.
    """
    lines = [[each for each in line if _counts(each, slips)] for line in outcomes]
    flat = [outcome for line in lines for outcome in line]
    judged = [_judge(outcome, threshold) for outcome in flat]
    fixed = sum(judgement == "fix" for judgement in judged)
    missed = sum(judgement == "miss" for judgement in judged)
    spoiled = sum(judgement == "wrong" for judgement in judged)
    damaged = sum(judgement == "damage" for judgement in judged)
    wrong = [outcome for outcome in flat if fold(outcome.typed) != fold(outcome.meant)]
    unspoiled = flat if clean is None else [each for line in clean for each in line]
    counted = [each for each in unspoiled if _counts(each, slips) and _counts(each, doubtful)]
    spared = [_judge(each, threshold) for each in counted]
    right = sum(judgement in ("right", "damage") for judgement in spared)
    harm = sum(judgement == "damage" for judgement in spared)
    number = sum(len(words(outcome.meant)) for outcome in flat)
    saved = sum(
        _repair(outcome.typed, outcome.meant)
        for outcome, judgement in zip(flat, judged, strict=True)
        if judgement == "fix"
    )
    ranks = [_rank(outcome) for outcome in wrong]
    changed = fixed + spoiled + damaged
    latency = Latency.of([outcome.seconds for outcome in flat])
    return Figures(
        words=number,
        wrong_typed=len(wrong) / max(len(flat), 1),
        errors_before=_error_rate(lines, None),
        errors_after=_error_rate(lines, threshold),
        fix=fixed / max(fixed + missed + spoiled, 1),
        first=sum(rank == 0 for rank in ranks) / max(len(wrong), 1),
        among_three=sum(rank < _SHOWN for rank in ranks) / max(len(wrong), 1),
        damaged=harm,
        right=right,
        damage=1000 * harm / max(right, 1),
        precision=fixed / changed if changed else 1.0,
        net_keys=1000 * (saved - _UNDO * (damaged + spoiled)) / max(number, 1),
        median_ms=latency.median,
        p99_ms=latency.p99,
    )


def curve(
    wrong: Iterable[Sequence[Outcome]],
    right: Iterable[Sequence[Outcome]],
    slips: Container[str] = (),
    doubtful: Container[str] = (),
) -> list[Point]:
    """The fix and the damage that every threshold would give, the most careful first.

    What stood before each word is what the threshold of the run left there.

    Args:
        wrong: Text with slips, or mistakes.
        right: Text typed right.
        slips: As for ``figures``.
        doubtful: The same.
    """
    slipped = [each for line in wrong for each in line if _counts(each, slips)]
    slipped = [each for each in slipped if fold(each.typed) != fold(each.meant)]
    clean = [each for line in right for each in line if _counts(each, slips)]
    clean = [each for each in clean if _counts(each, doubtful)]
    scores = {
        part.answer.score
        for each in (*slipped, *clean)
        for part in each.parts
        if part.answer.change is not None
    }
    found = []
    for threshold in _thinned(sorted(scores, reverse=True)):
        fixed = sum(_judge(each, threshold) == "fix" for each in slipped)
        damaged = sum(_judge(each, threshold) == "damage" for each in clean)
        found.append(
            Point(
                threshold=threshold,
                fix=fixed / max(len(slipped), 1),
                damage=1000 * damaged / max(len(clean), 1),
            )
        )
    return found


_POINTS = 60


def _thinned(scores: Sequence[float]) -> Sequence[float]:
    """Some of many thresholds, closer at both ends."""
    if len(scores) <= _POINTS:
        return scores
    # Most damage is done by few words: the surest ones need a closer look.
    places = np.unique(np.geomspace(1, len(scores), _POINTS).astype(int) - 1)
    even = np.linspace(0, len(scores) - 1, _POINTS).astype(int)
    return [scores[at] for at in np.unique(np.concatenate([places, even])).tolist()]


def _counts(outcome: Outcome, slips: Container[str]) -> bool:
    """Whether there were words to type, and none of them is a slip of the text's own."""
    meant = words(outcome.meant)
    return bool(meant) and not any(word in slips for word in meant)


def _judge(outcome: Outcome, threshold: float) -> str:
    typed, meant = fold(outcome.typed), fold(outcome.meant)
    committed = fold(outcome.committed(threshold))
    if typed == meant:
        return "right" if committed == meant else "damage"
    if committed == meant:
        return "fix"
    return "miss" if committed == typed else "wrong"


def _rank(outcome: Outcome) -> int:
    """How many words were thought more probable than the one that was meant."""
    shown = list(map(fold, outcome.words[:_SHOWN]))
    meant = fold(outcome.meant)
    return shown.index(meant) if meant in shown else _SHOWN


def _repair(typed: str, meant: str) -> int:
    """The keys of a repair by hand: back to the first wrong letter, and on from there."""
    same = 0
    for one, other in zip(typed, meant, strict=False):
        if one != other:
            break
        same += 1
    return len(typed) - same + len(meant) - same + _SEPARATOR


def _error_rate(lines: Sequence[Sequence[Outcome]], threshold: float | None) -> float:
    """The word error rate; of what was typed if there is no threshold."""
    errors, number = 0, 0
    for line in lines:
        for outcome in line:
            meant = words(outcome.meant)
            last = outcome.typed if threshold is None else outcome.committed(threshold)
            errors += _edits(words(last), meant)
            number += len(meant)
    return errors / max(number, 1)


def _edits(words: Sequence[str], others: Sequence[str]) -> int:
    """The least number of words to put in, leave out and replace (Levenshtein)."""
    row = list(range(len(others) + 1))
    for place, word in enumerate(words, 1):
        diagonal, row[0] = row[0], place
        for at, other in enumerate(others, 1):
            diagonal, row[at] = (
                row[at],
                min(row[at] + 1, row[at - 1] + 1, diagonal + (word != other)),
            )
    return row[-1]
