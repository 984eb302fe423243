"""Whether engines answer the same before they are timed: against the equations, in float64."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from karussell.bench.engines import STEPS_CHECKED, Answer
from karussell.bench.task import Entrant, Task
from karussell.bench.weights import draw_weights
from karussell.blocks import LayerWeights, State, lstm_step
from karussell.errors import KarussellError
from karussell.kernels import Block, NumberFormat

TOLERANCES: dict[NumberFormat, float] = {"float32": 2e-3, "bfloat16": 0.15, "int8": 1.0}
"""How far a log probability may be off after a few steps; scores spread over about twenty."""

_RELATIVE: dict[NumberFormat, float] = {"float32": 1e-3, "bfloat16": 0.03, "int8": 0.1}
"""How far other numbers may be off, as a part of themselves."""


class Disagreement(KarussellError):
    """An engine that answers something else."""


def check(task: Task, entrant: Entrant, answer: Answer, reference: Answer | None = None) -> None:
    """Raise unless an answer is right within what its number format allows.

    Args:
        task: What was asked.
        entrant: Who answered.
        answer: What.
        reference: A right answer, where the equations give none.

    Raises:
        Disagreement: If it is wrong.
    """
    if task.work in ("step", "hypotheses"):
        _check_words(entrant, answer, _log_probs(task, entrant.coupled))
    elif reference is not None:
        _check_numbers(entrant, answer, reference)


def _check_words(entrant: Entrant, answer: Answer, log_probs: NDArray[np.float64]) -> None:
    tolerance = TOLERANCES[entrant.number_format]
    ids = np.array(answer.ids)
    expected = np.take_along_axis(log_probs, ids, axis=1)
    error = float(np.abs(np.array(answer.values) - expected).max())
    # The best word may be another only if the two are as good as equal.
    lost = float((log_probs.max(axis=1) - expected[:, 0]).max())
    if not (error <= tolerance and lost <= 2 * tolerance):
        raise Disagreement(
            f"{entrant.name}: log probabilities are off by {error:.3g} and the best word's by "
            f"{lost:.3g}, expected at most {tolerance:.3g}"
        )


def _check_numbers(entrant: Entrant, answer: Answer, reference: Answer) -> None:
    tolerance = _RELATIVE[entrant.number_format]
    if answer.ids != reference.ids:
        raise Disagreement(f"{entrant.name}: other words than the others suggest")
    for row, expected in zip(answer.values, reference.values, strict=True):
        if not np.allclose(row, expected, rtol=tolerance, atol=tolerance):
            raise Disagreement(f"{entrant.name}: {row}, expected {expected}")


@lru_cache(maxsize=4)
def _log_probs(task: Task, coupled: bool) -> NDArray[np.float64]:
    """The log probability of every word after the steps that are checked (N, V)."""
    weights = draw_weights(task)
    hidden, cell = (state.astype(np.float64) for state in weights.states)
    state = State(hidden=hidden, cell=cell)
    block = Block(cells=task.cells_per_block, coupled=coupled)
    # Without the rows of input gates, which coupled gates do not have.
    without = len(weights.bias) - block.gate_rows(len(weights.hidden))
    gates = [weight[without:] for weight in weights[1:4]]
    first = 0 if task.work == "step" else STEPS_CHECKED - 1
    for place in range(first, STEPS_CHECKED):
        x = weights.embedding[weights.words[place]].astype(np.float64)
        state = lstm_step(x, state, LayerWeights(gates[0], gates[1], gates[2]), block=block).state
    features = state.hidden @ weights.projection.T.astype(np.float64)
    scores = features @ weights.embedding.T.astype(np.float64) + weights.output_bias
    scores -= scores.max(axis=1, keepdims=True)
    log_probs: NDArray[np.float64] = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return log_probs
