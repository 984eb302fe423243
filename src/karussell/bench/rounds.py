"""Rounds in which all take turns, and what they come to."""

import statistics
import time
from collections.abc import Callable, Sequence

import msgspec

STALL = 3.0
"""How many times the usual a round must take to count as a stall."""

# What else the system has to do when one stops and another goes on is done after this.
_PAUSE = 0.005


class Round(msgspec.Struct, frozen=True):
    """What one participant's calls of one round took, in microseconds.

    Attributes:
        median: The middle of them.
        p99: What only a hundredth of them exceeds.
        calls: How many there were.
    """

    median: float
    p99: float
    calls: int


class Rounds(msgspec.Struct, frozen=True):
    """All rounds.

    Attributes:
        kept: For each participant its rounds, as many for one as for another.
        repeated: For each participant how many of its rounds stalled and were repeated by all.
    """

    kept: tuple[tuple[Round, ...], ...]
    repeated: tuple[int, ...]


Turn = Callable[[], Sequence[int]]
"""A participant's turn: the nanoseconds of each of its calls."""


def summary(nanoseconds: Sequence[int]) -> Round:
    """What the calls of a round come to."""
    ordered = sorted(nanoseconds)
    rank = -(-99 * len(ordered) // 100)  # the nearest rank, rounded up
    return Round(
        median=statistics.median(ordered) / 1000, p99=ordered[rank - 1] / 1000, calls=len(ordered)
    )


def alternate(turns: Sequence[Turn], rounds: int, pause: float = _PAUSE) -> Rounds:
    """Let all take turns, A B A B, until there are enough rounds without a stall.

    A round in which a participant takes more than three times the median of its other rounds is
    taken out and repeated, by all, as often as there are rounds; what stalls even then stays.

    Args:
        turns: The participants.
        rounds: How many rounds are wanted.
        pause: Seconds between turns.
    """
    kept = [_round(turns, pause) for _ in range(rounds)]
    repeated = [0] * len(turns)
    for _ in range(rounds):
        stalls = _stalls(kept)
        if not stalls:
            break
        for participant, place in stalls:
            repeated[participant] += 1
            kept[place] = _round(turns, pause)
    return Rounds(kept=tuple(zip(*kept, strict=True)), repeated=tuple(repeated))


def _round(turns: Sequence[Turn], pause: float) -> tuple[Round, ...]:
    found = []
    for turn in turns:
        time.sleep(pause)
        found.append(summary(turn()))
    return tuple(found)


def _stalls(kept: Sequence[tuple[Round, ...]]) -> list[tuple[int, int]]:
    """Participant and place of stalled rounds, one at most for each place."""
    if len(kept) < 2:
        return []
    found = {}
    for participant, column in enumerate(zip(*kept, strict=True)):
        medians = [one.median for one in column]
        for place, median in enumerate(medians):
            others = medians[:place] + medians[place + 1 :]
            if median > STALL * statistics.median(others):
                found[place] = participant
    return [(participant, place) for place, participant in found.items()]


def middle(rounds: Sequence[Round]) -> Round:
    """The medians over all rounds, and all their calls."""
    return Round(
        median=statistics.median(one.median for one in rounds),
        p99=statistics.median(one.p99 for one in rounds),
        calls=sum(one.calls for one in rounds),
    )


def ratio(of: Sequence[Round], to: Sequence[Round]) -> float:
    """How many times longer the first take: the median of each round's ratio of medians."""
    return statistics.median(a.median / b.median for a, b in zip(of, to, strict=True))
