"""Text as word ids on disk, so that text of any size can be shuffled and read at once."""

import os
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.errors import TrainingError
from karussell.files import owners_alone
from karussell.kernels import MappedFile
from karussell.text import Vocabulary, fold
from karussell.training.batches import Encoded
from karussell.training.text.counting import Counted, SourceCounts, Tick, join_counts, read_words
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
_IDS, _LAYOUT_FILE = "ids.bin", "layout.npz"
# So many ids are replaced at once.
_CHUNK = 2**22
# Behind the last id: no zero, so that a file that is cut while it is mapped is noticed.
_END = b"\xff" * 4


class _Numbers(dict[str, int]):
    """Written words, each with the number of its folded form in the order of appearance.

    Attributes:
        folded: The folded words, each at its number.
    """

    def __init__(self) -> None:
        self.folded: dict[str, int] = {}

    def __missing__(self, written: str) -> int:
        number = self.folded.setdefault(fold(written), len(self.folded))
        self[written] = number
        return number


class Words(NamedTuple):
    """The words of a text that lies in a folder.

    Attributes:
        counted: How often each written word stands in it.
        folded: All folded words; the id of each is its place, until there is a vocabulary.
    """

    counted: Counted
    folded: list[str]


def read_sources(
    sources: Sequence[TextSource], folder: Path, *, seed: int, tick: Tick, nouns: bool = False
) -> Words:
    """Write the sentences of all sources to ``ids.bin`` and ``layout.npz``; read each byte once.

    So pipes are text as good as any, and what changes meanwhile makes no other text of it.

    Args:
        sources: The text.
        folder: Where to write it.
        seed: Decides what is held out.
        tick: Told the characters read.
        nouns: Whether nouns are written with a capital.

    Raises:
        TextError: If a source cannot be read.
        OSError: If the folder cannot be written.
    """
    numbers = _Numbers()
    counted: list[tuple[float, SourceCounts]] = []
    offsets = array("q", [0])
    held_out = array("q")
    spans: list[tuple[int, int]] = []
    choose = np.random.default_rng([seed, 1])
    held_out_words = 0
    with open(folder / _IDS, "wb", opener=owners_alone) as file:
        for source in sources:
            first = len(offsets) - 1
            counts = SourceCounts.none()
            for line_number, line in enumerate(read_words(source, tick)):
                if line_number % _RUN == 0:
                    chosen = int(choose.integers(_HELD_OUT_PART)) == 0
                hold = chosen and held_out_words < _HELD_OUT_WORDS
                for sentence in line:
                    counts.add(sentence, nouns=nouns)
                    ids = array("I", map(numbers.__getitem__, sentence))
                    for start in range(0, len(ids), LONGEST):
                        piece = ids[start : start + LONGEST]
                        if hold:
                            held_out.append(len(offsets) - 1)
                            held_out_words += len(piece)
                        piece.tofile(file)
                        offsets.append(offsets[-1] + len(piece))
            spans.append((first, len(offsets) - 1))
            counted.append((source.passes, counts))
        file.write(_END)
    if not held_out:  # a text of few lines: its last tenth
        sentences_in_all = len(offsets) - 1
        held_out.extend(range(sentences_in_all - max(1, sentences_in_all // 10), sentences_in_all))
    with open(folder / _LAYOUT_FILE, "wb", opener=owners_alone) as file:
        np.savez(
            file,
            offsets=np.frombuffer(offsets, dtype=np.int64),
            held_out=np.frombuffer(held_out, dtype=np.int64),
            spans=np.array(spans, dtype=np.int64),
            passes=np.array([source.passes for source in sources], np.float64),
        )
    return Words(join_counts(counted), list(numbers.folded))


def encode(folder: Path, folded: Sequence[str], vocabulary: Vocabulary) -> None:
    """Replace the ids that ``read_sources`` wrote by those of a vocabulary.

    Raises:
        OSError: If the folder cannot be written.
        TrainingError: If something else wrote there.
    """
    own = np.array(vocabulary.ids(folded), np.uint32)
    with (folder / _IDS).open("r+b") as file:
        left = os.fstat(file.fileno()).st_size - len(_END)
        while left > 0:
            ids = np.frombuffer(file.read(min(left, 4 * _CHUNK)), np.uint32)
            if not len(ids) or ids.max() >= len(own):
                raise TrainingError(f"{folder / _IDS}: was changed by another; start again")
            file.seek(-ids.nbytes, os.SEEK_CUR)
            file.write(own[ids].tobytes())
            left -= ids.nbytes


def read_encoded(folder: Path, words: int) -> Encoded:
    """The sentences that ``encode`` wrote to a folder.

    Args:
        folder: The folder.
        words: How many different ids there may be in them.

    Raises:
        ValueError: If that is not what lies there.
        OSError: If it cannot be read.
    """
    path = folder / _IDS
    with path.open("rb") as file:
        mapped = MappedFile(file.fileno(), os.fstat(file.fileno()).st_size)
    if mapped.bytes[-len(_END) :].tobytes() != _END:
        raise ValueError(f"{path.name} is cut")
    ids = np.asarray(mapped.bytes)[: -len(_END)].view(np.uint32)
    # Opened here, since NumPy leaves a damaged one open.
    with (folder / _LAYOUT_FILE).open("rb") as file, np.load(file) as layout:
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
    encoded = Encoded(
        ids=ids,
        offsets=offsets,
        spans=tuple((int(first), int(last)) for first, last in spans),
        passes=tuple(parts["passes"].tolist()),
        held_out=held_out,
        path=path,
        mapped=mapped,
    )
    encoded.check_uncut()
    return encoded


def _is_within(numbers: NDArray[np.int64], most: int) -> bool:
    return bool(((numbers >= 0) & (numbers <= most)).all())
