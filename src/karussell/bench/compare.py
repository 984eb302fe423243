"""Ours against the best of the others."""

from collections.abc import Iterator, Sequence
from typing import Any

from karussell.bench.report import Comparison, Measurement
from karussell.bench.rounds import ratio


def comparisons(workload: str, measurements: Sequence[Measurement]) -> Iterator[Comparison]:
    """What the rows of a contest say.

    Each of ours is compared with the best peer on as many threads, in its own number format and in
    any; then our best with the best peer, each on the threads that suit it.
    """
    if workload == "blocks":
        yield from _blocks(measurements)
        return
    ours = [one for one in measurements if one.entrant.ours]
    peers = [one for one in measurements if not one.entrant.ours]
    if not ours or not peers:
        return
    for mine in ours:
        threads = mine.entrant.threads
        same = [one for one in peers if one.entrant.threads == threads]
        alike = [one for one in same if one.entrant.number_format == mine.entrant.number_format]
        if alike and workload != "letter":
            yield _compared("same format", mine, _best(alike))
        if same:
            yield _compared("any format", mine, _best(same))
    if len({one.entrant.threads for one in measurements}) > 1:
        yield _compared("best threads", _best(ours), _best(peers))


def _best(measurements: Sequence[Measurement]) -> Measurement:
    return min(measurements, key=lambda one: one.median)


def _compared(kind: Any, ours: Measurement, peer: Measurement) -> Comparison:
    return Comparison(
        kind=kind, ours=ours.title, peer=peer.title, ratio=ratio(peer.rounds, ours.rounds)
    )


def _blocks(measurements: Sequence[Measurement]) -> Iterator[Comparison]:
    """Shared gates against a gate for each cell; with S cells a block, 4 S / (S + 3) fewer rows."""
    single = next((one for one in measurements if one.task.cells_per_block == 1), None)
    for one in measurements:
        cells = one.task.cells_per_block
        if single is not None and cells > 1:
            yield Comparison(
                kind="gate for each cell",
                ours=one.title,
                peer=single.title,
                ratio=ratio(single.rounds, one.rounds),
                expected=4 * cells / (cells + 3),
            )
