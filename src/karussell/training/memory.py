"""What memory a training takes, estimated before it begins, and what there is."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from karussell.errors import UsageError
from karussell.training.settings import RunSettings, SeriesSettings

# Weights, gradients, Adam's two moments, and a checkpoint of three of them while it is written.
_COPIES = 8
_FLOAT = 4
# What layers keep of each number for the way back, and what its gradient takes.
_KEPT = 4
_SIZES = (
    "hidden_size", "layers", "embedding_size", "vocabulary_size", "batch_words", "negatives",
    "horizon", "window", "batch_windows",
)  # fmt: skip
_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")


def check_memory(settings: RunSettings, *, words: int = 0, read: int = 0, width: int = 1) -> None:
    """Refuse sizes that no memory of this machine holds, before any is taken.

    Args:
        settings: The choices of the run.
        words: How many words there are in the vocabulary, as far as it is known.
        read: How many words or steps there are to read at once at most, as far as it is known.
        width: The variables of a series.

    Raises:
        UsageError: Naming the size that is too large.
    """
    there = _memory()
    chosen = msgspec.structs.asdict(settings)
    # Words that do not stand in the text take no memory.
    chosen["vocabulary_size"] = min(words, chosen.get("vocabulary_size", 0))
    needed = _bytes(type(settings), chosen, read, width)
    if there is None or needed <= there:
        return
    usual = type(settings)()
    # The size to blame is the one whose usual value would help most.
    blamed = min(
        (name for name in _SIZES if name in chosen and hasattr(usual, name)),
        key=lambda name: _bytes(
            type(settings),
            {**chosen, name: min(chosen[name], getattr(usual, name))},
            read,
            width,
        ),
    )
    raise UsageError(
        f"{blamed} is {getattr(settings, blamed)}: training would take about {_told(needed)} of "
        f"memory, and there are {_told(there)} here; choose a smaller {blamed}"
    )


def _bytes(kind: type[RunSettings], sizes: Mapping[str, Any], read: int, width: int) -> int:
    """The memory that sizes take, roughly and rather too little than too much."""
    hidden, layers = sizes["hidden_size"], sizes["layers"]
    gates = hidden + 3 * hidden // sizes["cells_per_block"]
    if issubclass(kind, SeriesSettings):
        ahead = sizes["horizon"] * width
        inputs, outputs = 2 * width, ahead * len(sizes["quantiles"])
        weights, at_once = hidden * outputs, min(read, sizes["window"]) * sizes["batch_windows"]
        others = 2 * read * ahead
    else:
        inputs = outputs = sizes["embedding_size"]
        weights = sizes["vocabulary_size"] * inputs + hidden * inputs
        at_once, others = min(read, sizes["batch_words"]), 2 * sizes["negatives"]
        if sizes["cell"] == "rnn":
            gates = hidden
        elif sizes["coupled_gates"]:
            gates -= hidden // sizes["cells_per_block"]
    weights += gates * (inputs + hidden) + (layers - 1) * gates * 2 * hidden
    kept = at_once * (layers * (gates + hidden) + outputs)
    return int(_FLOAT * (_COPIES * weights + _KEPT * kept + others))


def _memory() -> int | None:
    """The memory that this process may have, None if nobody knows."""
    limits: list[int] = []
    with contextlib.suppress(AttributeError, ValueError, OSError):
        limits.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(ValueError, OSError):
            limits.append(int(Path(path).read_text()))
    return min(limits, default=None)


def _told(count: int) -> str:
    """Bytes as people read them.

    >>> _told(16_400_000_000), _told(10**30)
    ('16 GB', '1000000000000 EB')
    """
    power = min(len(_UNITS) - 1, (len(str(count)) - 1) // 3)
    return f"{count // 1000**power} {_UNITS[power]}"
