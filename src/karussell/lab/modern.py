"""The papers' tasks for memory blocks as they are built and trained today.

They have forget gates, biases that fit the lag, whole gradients through time, Adam and clipped
norms: all that a plain RNN beside the papers' networks has, too. It needs torch.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from karussell.kernels import Floats
from karussell.lab.criteria import Criterion, Lately, Tested, enough
from karussell.lab.gradient import Layer, learners, modules
from karussell.lab.plain import BATCH, Step, how_far_off, in_batches, one_thread
from karussell.lab.streams import Task
from karussell.lab.trials import TESTED, Experiment, Outcome

UNITS, RATE = 32, 0.003
SEQUENCES = 600_000
"""A network is given up after so many."""

_LOOK = 1600  # sequences between two looks, a multiple of BATCH
_LATELY = 2000  # as many as any criterion asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """How memory blocks of today learn a task.

    Attributes:
        surely: Whether they learn by the absolute error from when their mean error is as small as
            the last criterion asks for: some answers cannot be known for sure, and it asks for
            sure ones.
        staggered: Whether input gates begin from half open to 1 / T, one more shut than the other,
            as those of 1997 do: what is open soon tells the others that the sequence has begun.
        rate: Learning rate.
        clip: The largest norm of a gradient. Far below what norms are, every update is as large as
            the other, whose norms may differ a thousandfold.
        slower_from: From how many sequences on they learn at a third of the rate, if they do.
    """

    surely: bool = False
    staggered: bool = False
    rate: float = RATE
    clip: float = 1.0
    slower_from: int | None = None


@dataclass(frozen=True, slots=True)
class _Network:
    """A layer and what answers from its outputs, modules of torch, which learn."""

    layer: Any
    answer: Any
    step: Step

    def errors(self, task: Task, seed: Sequence[int], count: int) -> Floats:
        """The largest errors in so many sequences that are drawn from a seed."""
        import torch

        rng, parts = np.random.default_rng(seed), []
        for begin in range(0, count, BATCH):
            streams = task.draw(rng, 1, min(BATCH, count - begin))
            with torch.no_grad():
                off = how_far_off(streams, self.layer, self.answer)
            parts.append(np.asarray(off.abs().amax(1).numpy()))
        return np.concatenate(parts)


def size_of(task: Task) -> int:
    """How many weights such a network has."""
    return _first(task, np.random.default_rng(0)).size


def learn_wholly(
    experiment: Experiment,
    *,
    sequences: int,
    seed: tuple[int, int],
    tell: Callable[[int], None],
    how: Today | None = None,
) -> Outcome:
    """Train one network until it meets every criterion, or has read too much.

    Args:
        experiment: The task and when it is solved; the design is not used.
        sequences: It is given up after so many.
        seed: What all is drawn from: a seed, and the number of the network.
        tell: Told how many it has read.
        how: If not by the settings that all tasks have.

    Returns:
        What it came to, as of one network.

    Raises:
        MissingError: If torch is not installed.
    """
    task, criteria, how = experiment.task, experiment.criteria, how or Today()
    with one_thread("memory blocks of today need"):
        rng = np.random.default_rng([*seed, 0])
        first = _first(task, rng, staggered=how.staggered)
        layer, answer = modules(first)
        step = in_batches(task, layer, answer, how.rate, rng, clip=how.clip)
        network = _Network(layer, answer, step)
        met, read = _trained(network, experiment, sequences, seed, tell, how)
        errors = network.errors(task, [*seed, 2], TESTED)
    return Outcome(
        sequences={name: [count] for name, count in met.items()},
        read=read,
        wrong=[int((errors >= [*criteria.values()][-1].right).sum())],
        error=[float(errors.mean())],
        weights=first.size,
        seed=seed[0],
    )


def _first(task: Task, rng: np.random.Generator, *, staggered: bool = False) -> Layer:
    """Draw a network: its biases are for the longest sequence."""
    layer = learners(task, UNITS, task.longest)[-1].begin(task, rng)
    if staggered and layer.block is not None:
        gates = layer.block.sections(UNITS)["input"]
        layer.weights.bias[gates] = np.linspace(0, -math.log(task.longest), UNITS)
    return layer


def _trained(
    network: _Network,
    experiment: Experiment,
    limit: int,
    seed: tuple[int, int],
    tell: Callable[[int], None],
    how: Today,
) -> tuple[dict[str, int | None], int]:
    """After how many sequences each criterion was met, and how many were read."""
    met: dict[str, int | None] = dict.fromkeys(experiment.criteria)
    mean = [*experiment.criteria.values()][-1].mean
    read, lately, sure = 0, np.zeros(0, np.float32), False
    while read < limit and None in met.values():
        slower = how.slower_from is not None and read >= how.slower_from
        rate = how.rate / 3 if slower else how.rate
        steps = [network.step(surely=sure, rate=rate) for _ in range(_LOOK // BATCH)]
        lately = np.concatenate([lately, *steps])[-_LATELY:]
        read += _LOOK
        sure = sure or (how.surely and bool(lately.mean() < mean))
        for name, criterion in experiment.criteria.items():
            if met[name] is None and _is_met(network, criterion, experiment.task, lately, seed):
                met[name] = read
        tell(read)
    return met, read


def _is_met(
    network: _Network, criterion: Criterion, task: Task, lately: Floats, seed: tuple[int, int]
) -> bool:
    if isinstance(criterion, Tested):
        lately = network.errors(criterion.asks or task, [*seed, 1], criterion.tested)
    elif not isinstance(criterion, Lately):
        raise TypeError(f"{criterion!r} asks for more than errors, expected Lately or Tested")
    elif len(lately) < criterion.window:
        return False
    return bool(enough(criterion, lately[:, None])[0])
