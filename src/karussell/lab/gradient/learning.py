"""Layers that learn a task with whole gradients, and what their weights were on the way.

It needs torch. All is as for the plain networks of the tables (`karussell.lab.plain`): Adam,
clipped norms, an orthogonal start for plain layers, and the best of several learning rates.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from karussell.lab.gradient.networks import Doubles, Layer, block_layer, plain_layer
from karussell.lab.plain import ASKED, BATCH, RATES, in_batches, one_thread, units_of
from karussell.lab.streams import Task

# Drawn apart from what is reported.
_PILOT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """A layer that learns, and how it begins.

    Attributes:
        name: What it is called.
        units: H.
        forget_bias: What biases of forget gates begin as; None for a plain layer.
        input_bias: What biases of input gates begin as; drawn if None.
    """

    name: str
    units: int
    forget_bias: float | None = None
    input_bias: float | None = None

    def begin(self, task: Task, rng: np.random.Generator) -> Layer:
        """Draw its first weights."""
        if self.forget_bias is None:
            return plain_layer(task.inputs, self.units, task.outputs, rng)
        layer = block_layer(
            task.inputs, self.units, task.outputs, rng, forget_bias=self.forget_bias
        )
        if self.input_bias is not None and layer.block is not None:
            layer.weights.bias[layer.block.sections(self.units)["input"]] = self.input_bias
        return layer


def learners(task: Task, units: int, steps: int) -> tuple[Learner, ...]:
    """Those that are compared: plain layers of equal units and of equal weights, and blocks.

    Blocks begin as is common, forget bias 1, or for the length of the task: forget gates open for
    about T steps, bias ln T (Tallec and Ollivier, "Can recurrent neural networks warp time?", ICLR
    2018), and input gates at 1 / sqrt(T), so that the noise of all steps adds up to about 1.
    """
    blocks = Learner(name="LSTM, forget bias 1", units=units, forget_bias=1.0)
    size = blocks.begin(task, np.random.default_rng(0)).size
    bias = math.log(steps)
    return (
        Learner(name="plain RNN", units=units),
        Learner(name="plain RNN, equal weights", units=units_of(task.inputs, task.outputs, size)),
        blocks,
        replace(blocks, name="LSTM, biases for T", forget_bias=bias, input_bias=-bias / 2),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a task is learned.

    Attributes:
        task: The task.
        sequences: How many are read.
        seeds: What each network is drawn from.
        rates: Learning rates of which the best is chosen, with a seed of its own.
        during: After which part of the sequences it is looked at on the way.
    """

    task: Task
    sequences: int
    seeds: Sequence[int]
    rates: Sequence[float] = RATES
    during: float = 0.1

    @property
    def readings(self) -> int:
        """How many sequences a learner reads in all."""
        return self.sequences * (len(self.seeds) + (len(self.rates) if len(self.rates) > 1 else 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What became of a learner with one seed.

    Attributes:
        moments: Its weights at the "start", "during" learning, and "after" it.
        error: The mean of its largest errors on the last 2,000 sequences.
    """

    moments: dict[str, Layer]
    error: float


def learn(
    learner: Learner, course: Course, tell: Callable[[int], None]
) -> tuple[float, list[Learned]]:
    """Train a learner with each seed, at the best of the rates.

    Args:
        learner: What learns.
        course: How.
        tell: Told how many sequences were read in all.

    Returns:
        The rate, and what became of each.

    Raises:
        MissingError: If torch is not installed.
    """
    read = 0
    with one_thread("layers that learn need"):

        def once(rate: float, seed: int) -> Learned:
            nonlocal read
            begin, read = read, read + course.sequences
            return _train(learner, course, rate, seed, lambda done: tell(begin + done))

        rate = course.rates[0]
        if len(course.rates) > 1:
            pilot = _PILOT + min(course.seeds)
            rate = min(course.rates, key=lambda each: once(each, pilot).error)
        return rate, [once(rate, seed) for seed in course.seeds]


def _train(
    learner: Learner, course: Course, rate: float, seed: int, tell: Callable[[int], None]
) -> Learned:
    task, rng = course.task, np.random.default_rng(seed)
    first = learner.begin(task, rng)
    layer, answer = modules(first)
    step = in_batches(task, layer, answer, rate, rng)
    moments, errors = {"start": first}, []
    middle = int(course.sequences * course.during) // BATCH * BATCH
    for read in range(0, course.sequences, BATCH):
        if read == middle:
            moments["during"] = _now(first, layer, answer)
        errors.append(float(step().mean()))
        tell(read + BATCH)
    moments["after"] = _now(first, layer, answer)
    return Learned(moments=moments, error=float(np.mean(errors[-ASKED // BATCH :])))


def modules(first: Layer) -> tuple[Any, Any]:
    """Torch's modules of the same weights: the layer, and what answers from its outputs."""
    import torch

    from karussell.layers import LSTM, RNN

    inputs, outputs = first.weights.weight_ih.shape[1], len(first.answer)
    plain = first.block is None
    layer: Any = (RNN if plain else LSTM)(inputs, first.units)
    answer = torch.nn.Linear(first.units, outputs)
    with torch.no_grad():
        for name, part in zip(("weight_ih", "weight_hh", "bias_ih"), first.weights, strict=False):
            getattr(layer, f"{name}_l0").copy_(torch.from_numpy(part))
        layer.bias_hh_l0.zero_()
        answer.weight.copy_(torch.from_numpy(first.answer))
        answer.bias.copy_(torch.from_numpy(first.answer_bias))
    return layer, answer


def _now(first: Layer, layer: Any, answer: Any) -> Layer:
    """The weights that modules have now."""
    ((weights,),) = layer.weights()
    return replace(
        first,
        weights=weights._replace(kind=None).each(_double),
        answer=_double(answer.weight.detach().numpy()),
        answer_bias=_double(answer.bias.detach().numpy()),
    )


def _double(part: Any) -> Doubles:
    return np.array(part, np.float64)
