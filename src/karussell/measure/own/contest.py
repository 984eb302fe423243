"""Several writers, each from the beginning, and what follows from all."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.measure.board import Estimate
from karussell.measure.bootstrap import interval, resampled_sums
from karussell.measure.own.board import OWN_RULES, OwnBoard, Stage, WriterRow
from karussell.measure.own.learning import Prequential
from karussell.measure.own.writers import Writer
from karussell.model import LanguageModel

STAGES = (0, 500, 2000, 10_000)
"""After how many words learned a stage begins."""

_STRETCH = 2000
_STEP = 500
_USES = range(1, 5)


def compare_with_frozen(
    model: LanguageModel,
    writers: Sequence[Writer],
    base: Sequence[str] = (),
    *,
    on_line: Callable[[], None] | None = None,
) -> OwnBoard:
    """Measure what learning is worth to some writers.

    Args:
        model: The model.
        writers: Who wrote what, one or more, each with a word at least.
        base: Lines of text that nobody of them wrote, read twice once all of a writer is learned:
            as it is, and learned line by line.
        on_line: Called after each line.
    """
    reader = Prequential(model)
    read, on_base, learning_base = [], [], []
    for writer in writers:
        reader.forget()
        read.append(reader.read(writer.lines, on_line=on_line))
        on_base.append(reader.read(base, learn=False, on_line=on_line))
        learning_base.append(reader.read(base, on_line=on_line))
    stages = []
    for begin, end in zip(STAGES, (*STAGES[1:], None), strict=True):
        parts = [rows[begin:end] for rows in read if len(rows) > begin]
        if parts:
            words = sum(map(len, parts))
            stages.append(Stage(begin, words, *_estimates(parts)))
    savings, first = _estimates(read)
    nothing = None, None
    base_savings, base_first = _estimates(on_base) if len(on_base[0]) else nothing
    learned = _estimates(learning_base) if len(on_base[0]) else nothing
    return OwnBoard(
        rules=OWN_RULES,
        savings=savings,
        first=first,
        stages=tuple(stages),
        offered=tuple(_offered(np.concatenate(read), uses) for uses in _USES),
        base_savings=base_savings,
        base_first=base_first,
        base_learned_savings=learned[0],
        base_learned_first=learned[1],
        writers=tuple(_row(writer.name, rows) for writer, rows in zip(writers, read, strict=True)),
    )


def _gains(rows: NDArray[Any]) -> tuple[float, float]:
    """Points of keys saved, and of words first, above the model that learns nothing."""
    keys, first = rows["keys"].sum(axis=0), rows["first"].sum(axis=0)
    saved = 100 * (keys[0] - keys[1]) / rows["letters"].sum()
    return float(saved), 100 * float(first[1] - first[0]) / len(rows)


def _estimates(parts: Sequence[NDArray[Any]]) -> tuple[Estimate, Estimate]:
    """The mean over writers, each as much as another, and its interval."""
    gains = np.array([_gains(rows) for rows in parts])
    drawn = resampled_sums(gains) / len(parts)
    found = []
    for value, draws in zip(gains.mean(axis=0).tolist(), drawn.T, strict=True):
        low, high = interval(draws) if len(parts) > 1 else (None, None)
        found.append(Estimate(value=value, low=low, high=high))
    return found[0], found[1]


def _row(name: str, rows: NDArray[Any]) -> WriterRow:
    starts = range(0, max(1, len(rows) - _STRETCH + 1), _STEP)
    savings, first = _gains(rows)
    return WriterRow(
        name=name,
        words=len(rows),
        frozen_savings=1 - float(rows["keys"][:, 0].sum() / rows["letters"].sum()),
        frozen_first=float(rows["first"][:, 0].mean()),
        savings=savings,
        first=first,
        worst=min(_gains(rows[start : start + _STRETCH])[0] for start in starts),
    )


def _offered(rows: NDArray[Any], uses: int) -> float | None:
    """The part of the new words with so many uses before that were offered."""
    again = rows["offered"][rows["uses"] == uses]
    return float(again.mean()) if len(again) else None
