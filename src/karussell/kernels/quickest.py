"""Which number format is the quickest here: what "auto" means, said by the level or measured.

A format whose products the level has instructions for may still be the slower one: `vdpbf16ps` does
twice the work of a float32 product on AMD's processors and half of it on Intel's. So where a level
does not tell, products of our own kernels are timed once, for some milliseconds.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from karussell.kernels.block import Precision
from karussell.kernels.level import level
from karussell.kernels.network import Network
from karussell.kernels.packed import Layer, NumberFormat, Rows
from karussell.kernels.sequence import lstm_backward, lstm_forward
from karussell.kernels.softmax import softmax_gradients
from karussell.locks import SharedLock

Format = TypeVar("Format", Precision, NumberFormat)

# These put products of bfloat16 together from others, and so never gain by them in training.
_WITHOUT_BFLOAT16 = frozenset(
    {
        *("baseline", "avx2", "avx2_vnni", "avx512", "avx512_vnni"),
        *("neon", "neon_dotprod", "simd128"),
    }
)
# These multiply several bytes of a group at once, so that a quarter of the memory is read in no
# more instructions. Levels that are in no list are measured.
_WITH_BYTES = frozenset(
    {
        *("avx2", "avx2_vnni", "avx512_vnni", "avx512_bf16", "amx"),
        *("neon_dotprod", "neon_bf16", "neon_i8mm"),
    }
)
# This one takes several instructions for it, which are more than float32's where memory is not what
# a step waits for: where many rows share what is read.
_WITH_BYTES_FOR_ONE_ROW = "avx512"

# A gain below this is not worth other numbers, and would fall now so, now so.
_WORTH = 1.05
# A turn is shorter than what the system gives a thread at a time, so that the best of a few is not
# disturbed by other programs.
_TURNS = 6
# Seconds of processor time after which no other turn is begun.
_LONGEST = 0.1
# Steps, sequences, inputs and cells of the layer that is timed, and words of its softmax.
_TIME, _BATCH, _INPUTS, _CELLS, _WORDS = 2, 32, 128, 64, 256
# Of the network that steps: in no format do its weights lie in a second cache of 2 MB, as those of
# models do not.
_STEP_INPUTS, _STEP_CELLS, _STEP_WORDS = 96, 640, 6144
# More sequences than this at once take turns of as many.
_MOST_ROWS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Generic[Format]):
    """The format that "auto" means on this machine, and why.

    Attributes:
        format: The quickest.
        level: The instruction set it was chosen for.
        gains: How many times quicker each format is than float32 was, as measured; empty where the
            level tells.
    """

    format: Format
    level: str
    gains: Mapping[Format, float]

    @property
    def why(self) -> str:
        """Why, in a few words."""
        if not self.gains:
            return f"as {self.level} tells"
        told = (f"{name} {gain:.2f} times float32's speed" for name, gain in self.gains.items())
        return "measured: " + ", ".join(told)


_lock = SharedLock()
_precisions: dict[str, Choice[Precision]] = {}
_formats: dict[tuple[str, int], Choice[NumberFormat]] = {}


def quickest_precision() -> Choice[Precision]:
    """The quicker precision of training, chosen once for a process and level.

    It is bfloat16 only where that is worth it by more than a measurement may be off.
    """
    here = level()
    with _lock:
        if here not in _precisions:
            _precisions[here] = _choose_precision(here)
        return _precisions[here]


def quickest_format(rows: int = 1) -> Choice[NumberFormat]:
    """The quickest format of a packed network, chosen once for a process, level and rows.

    Args:
        rows: How many sequences make a step together.

    Raises:
        ValueError: There are fewer than one.
    """
    if rows < 1:
        raise ValueError(f"rows is {rows}, expected 1 or more")
    here, rows = level(), min(rows, _MOST_ROWS)
    with _lock:
        if (here, rows) not in _formats:
            _formats[here, rows] = _choose_format(here, rows)
        return _formats[here, rows]


def _choose_precision(here: str) -> Choice[Precision]:
    if here in _WITHOUT_BFLOAT16:
        return Choice(format="float32", level=here, gains={})
    names: tuple[Precision, ...] = ("float32", "bfloat16")
    gain = gains([_training(name) for name in names])[1]
    return Choice(
        format="bfloat16" if gain >= _WORTH else "float32", level=here, gains={"bfloat16": gain}
    )


def _choose_format(here: str, rows: int) -> Choice[NumberFormat]:
    if here in _WITH_BYTES or (here == _WITH_BYTES_FOR_ONE_ROW and rows == 1):
        return Choice(format="int8", level=here, gains={})
    names: tuple[NumberFormat, ...] = ("float32", "bfloat16", "int8")
    found = dict(zip(names, gains([_step(name, rows) for name in names]), strict=True))
    best = max(names, key=lambda name: found[name])
    del found["float32"]
    return Choice(format=best, level=here, gains=found)


def gains(
    calls: Sequence[Callable[[], object]], turns: int = _TURNS, longest: float = _LONGEST
) -> list[float]:
    """How many times quicker each call is than the first, by the best of turns A B A B.

    What counts is the time that this thread has a core: others may want it, too.

    Args:
        calls: What is compared.
        turns: At most, and at least one.
        longest: Seconds after which no other turn is begun.
    """
    best = [float("inf")] * len(calls)
    for call in calls:
        call()  # memory that is new is brought by the system
    end = time.thread_time() + longest
    for _ in range(turns):
        for place, call in enumerate(calls):
            begin = time.thread_time()
            call()
            best[place] = min(best[place], time.thread_time() - begin)
        if time.thread_time() >= end:
            break
    return [best[0] / one for one in best]


def _training(precision: Precision) -> Callable[[], object]:
    """A layer forward and backward, and a softmax over its inputs."""
    random = np.random.default_rng(0)
    draw = partial(_drawn, random)
    x = draw(_TIME, _BATCH, _INPUTS)
    weights = draw(4 * _CELLS, _INPUTS), draw(4 * _CELLS, _CELLS)
    bias, states = draw(4 * _CELLS), (draw(_BATCH, _CELLS), draw(_BATCH, _CELLS))
    gradient = draw(_TIME, _BATCH, _CELLS)
    words, word_bias = draw(_WORDS, _INPUTS), draw(_WORDS)
    features = x.reshape(-1, _INPUTS)
    targets = random.integers(0, _WORDS, len(features))
    counts = np.ones(len(features), np.float32)

    def call() -> None:
        trace = lstm_forward(x, *weights, bias, *states, precision=precision)
        lstm_backward(
            trace, x, *weights, *states, gradient, gradient[-1].copy(), precision=precision
        )
        softmax_gradients(features, words, word_bias, targets, counts, precision=precision)

    return call


def _step(number_format: NumberFormat, rows: int) -> Callable[[], object]:
    """A word read in each of some sequences, and the next predicted."""
    random = np.random.default_rng(0)
    draw = partial(_drawn, random)
    ih, hh = (Rows(weight=draw(4 * _STEP_CELLS, depth)) for depth in (_STEP_INPUTS, _STEP_CELLS))
    network = Network.pack(
        Rows(weight=draw(_STEP_WORDS, _STEP_INPUTS)),
        [Layer(ih=ih, hh=hh, bias=draw(4 * _STEP_CELLS))],
        Rows(weight=draw(_STEP_INPUTS, _STEP_CELLS)),
        draw(_STEP_WORDS),
        number_format,
    )
    state, words = network.zeros(rows), random.integers(0, _STEP_WORDS, rows)
    return lambda: network.predict(state, words, 1)


def _drawn(random: np.random.Generator, *shape: int) -> npt.NDArray[np.float32]:
    """Weights of the size that trained ones have."""
    return random.standard_normal(shape, np.float32) / np.float32(16)
