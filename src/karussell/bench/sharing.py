"""What cells that share gates cost and save: layers of one cell a block or several, in turn."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from karussell.bench.cost import cost
from karussell.bench.engines import prepare
from karussell.bench.rounds import Turn, alternate, middle, ratio
from karussell.bench.task import OURS, Entrant, Sizes, Task, Work
from karussell.bench.worker import timed
from karussell.kernels import Block, NumberFormat


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """The sizes of a model of words with one layer of memory blocks.

    Attributes:
        embedding: Numbers per word, E.
        hidden: Cells, H.
        words: Words that are predicted, V.
        cells: Cells per block, S.
        coupled: Whether the input gate is what the forget gate leaves.
    """

    embedding: int
    hidden: int
    words: int
    cells: int = 1
    coupled: bool = True

    @property
    def rows(self) -> int:
        """Rows of the layer's weights, G."""
        return Block(cells=self.cells, coupled=self.coupled).gate_rows(self.hidden)

    @property
    def weights(self) -> int:
        """Weights of the layer and of the projection behind it: G (E + H) + E H."""
        return self.rows * (self.embedding + self.hidden) + self.embedding * self.hidden

    def in_blocks(self, cells: int) -> "Shape":
        """As many cells, so many to a block."""
        return msgspec.structs.replace(self, cells=cells)

    def as_heavy(self, cells: int) -> "Shape":
        """Blocks of so many cells, and in all a multiple of 8 that comes nearest in weights."""
        step = max(8, cells)
        shapes = (
            msgspec.structs.replace(self, cells=cells, hidden=hidden)
            for hidden in range(step, 2 * self.hidden + step, step)
        )
        return min(shapes, key=lambda shape: abs(shape.weights - self.weights))


class Timed(msgspec.Struct, frozen=True, kw_only=True):
    """What a shape takes at batch 1, beside the first of those it took turns with.

    Attributes:
        shape: The shape.
        weights: Of layer and projection.
        layer: Microseconds in which the layer reads a word.
        step: Microseconds in which the model reads a word and predicts the next.
        layer_part: The layer's time as a part of the first's: the median of the rounds' ratios.
        step_part: The step's, likewise.
        expected: The layer's part if time were bytes of weights.
    """

    shape: Shape
    weights: int
    layer: float
    step: float
    layer_part: float
    step_part: float
    expected: float


def time_shapes(
    shapes: Sequence[Shape],
    *,
    number_format: NumberFormat = "int8",
    threads: int = 1,
    rounds: int = 15,
    seconds: float = 0.05,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> list[Timed]:
    """Time networks of random weights, which take turns in every round.

    Args:
        shapes: Their sizes, first those that the others are compared with.
        number_format: How matrices are packed.
        threads: On how many threads.
        rounds: How often each has its turn.
        seconds: How long a turn lasts.
        tell: Is told how many turns are done, and of how many; stalled rounds are repeated.
    """
    works: tuple[Work, Work] = ("recurrence", "step")
    total, done = len(works) * len(shapes) * rounds, 0

    def turn(task: Task, entrant: Entrant) -> Turn:
        call = prepare(task, entrant).call

        def take() -> Sequence[int]:
            nonlocal done
            done += 1
            tell(min(done, total), total)
            return timed(call, seconds)

        return take

    entrants = [Entrant(OURS, number_format, threads, shape.coupled) for shape in shapes]
    layers, steps = (
        alternate(
            [
                turn(_task(work, shape), entrant)
                for shape, entrant in zip(shapes, entrants, strict=True)
            ],
            rounds,
        ).kept
        for work in works
    )
    bytes_read = [*_bytes(shapes, entrants)]
    return [
        Timed(
            shape=shape,
            weights=shape.weights,
            layer=middle(layer).median,
            step=middle(step).median,
            layer_part=ratio(layer, layers[0]),
            step_part=ratio(step, steps[0]),
            expected=read / bytes_read[0],
        )
        for shape, layer, step, read in zip(shapes, layers, steps, bytes_read, strict=True)
    ]


def _task(work: Work, shape: Shape) -> Task:
    sizes = Sizes(f"H{shape.hidden}", shape.embedding, shape.hidden, shape.words)
    return Task(work, sizes, cells_per_block=shape.cells)


def _bytes(shapes: Sequence[Shape], entrants: Sequence[Entrant]) -> Iterator[float]:
    """The bytes of weights that each layer reads for a word."""
    for shape, entrant in zip(shapes, entrants, strict=True):
        least = cost(_task("recurrence", shape), entrant)
        assert least is not None
        yield least.bytes
