"""The slow clear twin of the search of words: every way to read what was typed as each word."""

import numpy as np

from karussell.kernels import Lattice

NEVER = np.float32(-np.inf)


def readings(word: str, lattice: Lattice, begin: int = 0) -> list[list[np.float32]]:
    """For each number of letters of a word: the best ln P of having read up to each gap."""
    rows: list[list[np.float32]] = []
    gaps = range(lattice.length + 1)
    for letters in range(len(word) + 1):
        if letters == 0:
            row = [np.float32(0) if gap == begin else NEVER for gap in gaps]
        else:
            row = [rows[-1][gap] + np.float32(lattice.missing[gap]) for gap in gaps]
        for start, end, text, log_prob in lattice.arcs:
            if text and word[:letters].endswith(text):
                row[end] = max(row[end], rows[letters - len(text)][start] + np.float32(log_prob))
        for start, end, text, log_prob in sorted(lattice.arcs):
            if not text:
                row[end] = max(row[end], row[start] + np.float32(log_prob))
        rows.append(row)
    return rows


def rest(lattice: Lattice, letters: set[str]) -> list[np.float32]:
    """For each gap the best ln P of all that was typed behind it, as any of these letters."""
    best = [NEVER] * lattice.length + [np.float32(0)]
    for start, end, text, log_prob in sorted(lattice.arcs, key=lambda arc: -arc[0]):
        if start < end and set(text) <= letters:
            best[start] = max(best[start], np.float32(log_prob) + best[end])
    return best


def channel(word: str, lattice: Lattice, whole: bool, begin: int = 0) -> np.float32:
    """The ln P of what was typed, if the word was meant: all of it or a beginning."""
    rows = readings(word, lattice, begin)
    return rows[-1][-1] if whole else max(row[-1] for row in rows)


def ranked(
    values: list[tuple[int, np.float32, np.float32]], limit: int, floor: float, within: float
) -> list[tuple[int, float]]:
    """The best of triples of word, ln P, and value."""
    found = [(-value, word, log_prob) for word, log_prob, value in values if value > floor]
    found = sorted(found)[:limit]
    return [
        (word, float(log_prob))
        for value, word, log_prob in found
        if -value >= -found[0][0] - np.float32(within)
    ]


def best(
    words: list[str],
    scores: np.ndarray,
    lattice: Lattice,
    limit: int,
    *,
    whole: bool,
    begin: int = 0,
    floor: float = -np.inf,
    within: float = np.inf,
) -> list[tuple[int, float]]:
    logs = [channel(word, lattice, whole, begin) for word in words]
    values = [(i, log, log + scores[i]) for i, log in enumerate(logs) if log + scores[i] > NEVER]
    return ranked(values, limit, float(np.float32(floor)), within)


def heads(
    words: list[str], scores: np.ndarray, lattice: Lattice, limit: int, floor: float
) -> list[list[tuple[int, float]]]:
    behind = rest(lattice, set("".join(words)))
    last_rows = [readings(word, lattice)[-1] for word in words]
    made: list[list[tuple[int, float]]] = [[]]
    for gap in range(1, lattice.length + 1):
        values = [
            (i, row[gap], row[gap] + behind[gap] + scores[i]) for i, row in enumerate(last_rows)
        ]
        alive = [(i, log, value) for i, log, value in values if value > NEVER]
        made.append(ranked(alive, limit, float(np.float32(floor)), np.inf))
    return made[: lattice.length + 1]
