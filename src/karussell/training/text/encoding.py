"""Text as word ids on disk, so that text of any size can be shuffled and read at once."""

from array import array
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from karussell.files import owners_alone
from karussell.text import Vocabulary, clean, read_lines, sentences, words
from karussell.training.batches import Encoded
from karussell.training.text.counting import Tick
from karussell.training.text.sources import TextSource

# A longer sentence is cut: gradients seldom reach back further, and memory stays small.
LONGEST = 64
# What layout.npz holds, with its kind of number and dimensions.
_LAYOUT = {
    "offsets": (np.dtype(np.int64), 1),
    "held_out": (np.dtype(np.int64), 1),
    "spans": (np.dtype(np.int64), 2),
    "passes": (np.dtype(np.float64), 1),
}
# Whole runs of lines are held out, since neighbouring lines repeat each other.
_RUN = 100
# One run in a hundred is held out, and never more words than a minute's evaluation needs.
_HELD_OUT_PART = 100
_HELD_OUT_WORDS = 50_000


def encode(
    sources: Sequence[TextSource], vocabulary: Vocabulary, folder: Path, *, seed: int, tick: Tick
) -> None:
    """Write the sentences of all sources to ``ids.bin`` and ``layout.npz`` in a folder.

    Raises:
        TextError: If a source cannot be read.
        OSError: If the folder cannot be written.
    """
    offsets = array("q", [0])
    held_out = array("q")
    spans: list[tuple[int, int]] = []
    choose = np.random.default_rng([seed, 1])
    held_out_words = 0
    with open(folder / "ids.bin", "wb", opener=owners_alone) as file:
        for source in sources:
            first = len(offsets) - 1
            for number, line in enumerate(read_lines(source.path)):
                if number % _RUN == 0:
                    chosen = int(choose.integers(_HELD_OUT_PART)) == 0
                hold = chosen and held_out_words < _HELD_OUT_WORDS
                for sentence in sentences(clean(line)):
                    ids = vocabulary.ids(words(sentence))
                    for start in range(0, len(ids), LONGEST):
                        piece = array("I", ids[start : start + LONGEST])
                        if hold:
                            held_out.append(len(offsets) - 1)
                            held_out_words += len(piece)
                        piece.tofile(file)
                        offsets.append(offsets[-1] + len(piece))
                tick(len(line) + 1)
            spans.append((first, len(offsets) - 1))
    if not held_out:  # a text of few lines: its last tenth
        sentences_in_all = len(offsets) - 1
        held_out.extend(range(sentences_in_all - max(1, sentences_in_all // 10), sentences_in_all))
    with open(folder / "layout.npz", "wb", opener=owners_alone) as file:
        np.savez(
            file,
            offsets=np.frombuffer(offsets, dtype=np.int64),
            held_out=np.frombuffer(held_out, dtype=np.int64),
            spans=np.array(spans, dtype=np.int64),
            passes=np.array([source.passes for source in sources], np.float64),
        )


def read_encoded(folder: Path, words: int) -> Encoded:
    """The sentences that ``encode`` wrote to a folder.

    Args:
        folder: The folder.
        words: How many different ids there may be in them.

    Raises:
        ValueError: If that is not what lies there.
        OSError: If it cannot be read.
    """
    ids = np.memmap(folder / "ids.bin", dtype=np.uint32, mode="r")
    # Opened here, since NumPy leaves a damaged one open.
    with (folder / "layout.npz").open("rb") as file, np.load(file) as layout:
        parts = {name: layout[name] for name in _LAYOUT}
    if {name: (each.dtype, each.ndim) for name, each in parts.items()} != _LAYOUT:
        raise ValueError("layout.npz holds other arrays than expected")
    offsets, spans, held_out = parts["offsets"], parts["spans"], parts["held_out"]
    sentences = len(offsets) - 1
    if (
        sentences < 1
        or (offsets[0], offsets[-1]) != (0, len(ids))
        or (offsets[1:] < offsets[:-1]).any()
        or not (_is_within(spans, sentences) and _is_within(held_out, sentences - 1))
        or spans.shape != (len(parts["passes"]), 2)
        or not (parts["passes"] > 0).all()
        or ids.max(initial=0) >= words
    ):
        raise ValueError("layout.npz is not of these ids")
    return Encoded(
        ids=ids,
        offsets=offsets,
        spans=tuple((int(first), int(last)) for first, last in spans),
        passes=tuple(parts["passes"].tolist()),
        held_out=held_out,
    )


def _is_within(numbers: NDArray[np.int64], most: int) -> bool:
    return bool(((numbers >= 0) & (numbers <= most)).all())
