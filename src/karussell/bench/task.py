"""What is measured, and who does it: a task is the work, an entrant one way to do it."""

from importlib.util import find_spec
from typing import Literal, get_args

import msgspec

from karussell.kernels import NumberFormat

Work = Literal["step", "hypotheses", "letter", "recurrence", "layer", "training", "softmax"]
Engine = Literal[
    "karussell",
    "onnxruntime",
    "torch int8",
    "torch.compile",
    "torch cell",
    "torch",
    "jax",
    "numpy",
    "numpy mask",
]

OURS: Engine = "karussell"

SHOWN = 5
"""How many words a prediction brings."""

PACKAGES: dict[Engine, str] = {
    engine: engine.split()[0].removesuffix(".compile") for engine in get_args(Engine)
}
"""The package each engine needs; engines of one package share a process."""

_ALSO_NEEDED = {"onnxruntime": ("onnx",)}


class Sizes(msgspec.Struct, frozen=True):
    """The sizes of a network: E numbers a word, H cells, V words."""

    name: str
    embedding: int
    hidden: int
    words: int


A10 = Sizes("A10", 96, 670, 10_000)
A30 = Sizes("A30", 96, 670, 30_000)
B10 = Sizes("B10", 256, 512, 10_000)
TRAINED_10 = Sizes("E256 H670 V10k", 256, 670, 10_000)
TRAINED_30 = Sizes("E256 H670 V30k", 256, 670, 30_000)


class Task(msgspec.Struct, frozen=True):
    """A piece of work.

    Attributes:
        work: Its kind. A step reads a word and predicts the next, its state carried on; hypotheses
            are many next words read from one state; a letter is typed inside a word; recurrence is
            a step without predictions; a layer runs forward and backward; training is a whole step
            of it, softmax the loss alone.
        sizes: The network's sizes.
        batch: N, sequences or hypotheses at once.
        time: T, steps of a sequence.
        cells_per_block: S.
    """

    work: Work
    sizes: Sizes
    batch: int = 1
    time: int = 1
    cells_per_block: int = 1


class Entrant(msgspec.Struct, frozen=True):
    """One way to do a task.

    Attributes:
        engine: Who.
        number_format: In which numbers weights are multiplied.
        threads: On how many threads.
        coupled: Whether the input gate is what the forget gate leaves.
    """

    engine: Engine
    number_format: NumberFormat = "float32"
    threads: int = 1
    coupled: bool = False

    @property
    def ours(self) -> bool:
        """Whether this is the engine that this package is."""
        return self.engine == OURS

    @property
    def name(self) -> str:
        """Engine and format, without the threads."""
        if self.engine in ("torch int8", "numpy mask"):
            return self.engine
        return f"{self.engine} {self.number_format}" + (", coupled gates" if self.coupled else "")


def missing_packages(engine: Engine) -> tuple[str, ...]:
    """The packages that an engine needs and that are not installed."""
    package = PACKAGES[engine]
    wanted = (package, *_ALSO_NEEDED.get(package, ()))
    return tuple(name for name in wanted if find_spec(name) is None)
