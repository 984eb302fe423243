"""From how many rows on the matrix unit pays: steps of networks at one level and at another.

`python -m tests.native.crossing [BELOW ABOVE]` compares avx512_bf16 with amx, or two other levels
of this machine, on one thread. At amx rows from `kFewestRows` on (kernels/product/matrix_unit.h)
go through the unit: where they are no quicker the constant is too low, where the first of them are
much quicker it may be too high.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from karussell import kernels
from karussell.kernels.quickest import gains

ROWS = (1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32, 64)
FORMATS: tuple[kernels.NumberFormat, ...] = ("bfloat16", "int8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How many times quicker a step of some rows is at the upper level.

    Attributes:
        number_format: Of the network.
        rows: Sequences that make a step together.
        gain: 2 is twice as quick.
    """

    number_format: kernels.NumberFormat
    rows: int
    gain: float


def network(number_format: kernels.NumberFormat, *, cells: int, words: int) -> kernels.Network:
    """A network at random, a layer of `cells` and some inputs."""
    random = np.random.default_rng(0)
    inputs = cells // 4

    def draw(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return random.standard_normal(shape, np.float32) / np.float32(16)

    ih, hh = (kernels.Rows(weight=draw(4 * cells, depth)) for depth in (inputs, cells))
    return kernels.Network.pack(
        kernels.Rows(weight=draw(words, inputs)),
        [kernels.Layer(ih=ih, hh=hh, bias=draw(4 * cells))],
        kernels.Rows(weight=draw(inputs, cells)),
        draw(words),
        number_format,
    )


def _step(net: kernels.Network, level: str, rows: int) -> None:
    kernels.use_level(level)
    net.predict(net.zeros(rows), np.arange(rows) % net.words, 1)


def compare(
    below: str, above: str, rows: Sequence[int], *, cells: int, words: int, turns: int
) -> Iterator[Compared]:
    """Steps at both levels in turn, the best of some turns."""
    before = kernels.level()
    try:
        for number_format in FORMATS:
            net = network(number_format, cells=cells, words=words)
            for count in rows:
                gain = gains(
                    [partial(_step, net, level, count) for level in (below, above)],
                    turns,
                    longest=1,
                )[1]
                yield Compared(number_format=number_format, rows=count, gain=gain)
    finally:
        kernels.use_level(before)


def main() -> None:
    below, above = sys.argv[1:3] if len(sys.argv) > 2 else ("avx512_bf16", "amx")
    print(f"{above} over {below}, a step of 384 cells and 2,048 words, one thread")
    for one in compare(below, above, ROWS, cells=384, words=2048, turns=40):
        print(f"{one.number_format:9} {one.rows:3} rows  {one.gain:.2f}")


if __name__ == "__main__":
    main()
