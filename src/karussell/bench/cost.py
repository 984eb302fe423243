"""What a task costs at least: bytes of weights read and operations done."""

from typing import NamedTuple

from karussell.bench.limits import Limits
from karussell.bench.task import Entrant, Task
from karussell.kernels import NumberFormat

_BYTES: dict[NumberFormat, int] = {"int8": 1, "bfloat16": 2, "float32": 4}
# A product's gradients, on its inputs and on its weights, are two products more.
_FORWARD_BACKWARD = 3


class Cost(NamedTuple):
    """Bytes that have to be read and operations that have to be done."""

    bytes: float
    operations: float


def cost(task: Task, entrant: Entrant) -> Cost | None:
    """What a task costs in a number format, or None where that says nothing."""
    if task.work == "letter":
        return None
    sizes = task.sizes
    embedding, hidden, words = sizes.embedding, sizes.hidden, sizes.words
    blocks = hidden // task.cells_per_block
    rows = hidden + (2 if entrant.coupled else 3) * blocks
    recurrent, inputs, projection, output = (
        rows * hidden,
        rows * embedding,
        embedding * hidden,
        words * embedding,
    )
    tokens = task.batch * task.time
    if task.work in ("layer", "training", "softmax"):
        weights = {
            "layer": recurrent + inputs,
            "softmax": output,
            "training": recurrent + inputs + projection + output,
        }[task.work]
        return Cost(0.0, 2.0 * _FORWARD_BACKWARD * weights * tokens)
    predicted = 0 if task.work == "recurrence" else projection + output
    weights = recurrent + inputs + predicted
    # Biases, and the scales of int8, are a number for each row.
    per_row = 4 if entrant.number_format != "int8" else 8
    beside = per_row * (rows + (words + embedding if predicted else 0))
    # Hypotheses share the state that they begin from.
    states = 1 if task.work == "hypotheses" else tokens
    operations = 2.0 * (recurrent * states + (inputs + predicted) * tokens)
    return Cost(float(weights * _BYTES[entrant.number_format] + beside), operations)


def limit(task: Task, entrant: Entrant, limits: Limits) -> float | None:
    """Seconds that a task takes at least on this machine in a number format."""
    least = cost(task, entrant)
    if least is None:
        return None
    return max(
        limits.seconds_to_read(least.bytes, entrant.threads),
        limits.seconds_to_compute(least.operations, entrant.number_format, entrant.threads),
    )
