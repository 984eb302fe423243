"""The same tasks for a plain RNN, as well as it can be trained: what it lacks is not a trick.

It needs torch: whole gradients through time, Adam, clipped norms, an orthogonal start, and of
several learning rates the best.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import msgspec
import numpy as np

from karussell.errors import needing
from karussell.kernels import Floats
from karussell.lab.streams import Streams, Task

RATES = (0.01, 0.003, 0.001, 0.0003)
BATCH = 32
ASKED = 2000
"""The last answers of a training, by which rates are compared."""


class PlainOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a plain RNN came to at the best of its learning rates.

    Attributes:
        units: How many it has.
        weights: How many they are.
        rate: The learning rate.
        read: How many sequences it read at each rate.
        wrong: Which part of the last 2,000 it answered wrongly.
        error: The mean of its largest errors on these.
    """

    units: int
    weights: int
    rate: float
    read: int
    wrong: float
    error: float


def units_of(inputs: int, outputs: int, weights: int) -> int:
    """How many units a plain RNN of at least so many weights has."""
    units = 1
    while _weights(inputs, outputs, units) < weights:
        units += 1
    return units


def _weights(inputs: int, outputs: int, units: int) -> int:
    return units * (inputs + units + 1) + outputs * (units + 1)


def check_torch(purpose: str) -> None:
    """Refuse to begin what could not be finished.

    Args:
        purpose: What needs torch: "plain RNNs need".

    Raises:
        MissingError: If it is not installed.
    """
    with needing(purpose, extra="lab"):
        import torch  # noqa: F401  # to know that it is here


@contextmanager
def one_thread(purpose: str) -> Iterator[None]:
    """Have torch on one thread for a while: a step is too little work to share.

    Args:
        purpose: What needs torch: "plain RNNs need".

    Raises:
        MissingError: If it is not installed.
    """
    with needing(purpose, extra="lab"):
        import torch
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def how_far_off(streams: Streams, layer: Any, answer: Any) -> Any:
    """By how much torch's modules miss each answer that is asked for, (answers, O).

    Args:
        streams: One sequence in each lane.
        layer: What reads.
        answer: That which answers from its outputs.
    """
    import torch

    x, matters = torch.from_numpy(streams.x), torch.from_numpy(streams.matters)
    targets = torch.from_numpy(streams.targets).transpose(1, 2)
    hidden, _ = layer(x.transpose(1, 2).contiguous())
    asked = matters > 0
    return torch.sigmoid(answer(hidden[asked])) - targets[asked]


class Step(Protocol):
    """What reads ``BATCH`` sequences and learns from them."""

    def __call__(self, *, surely: bool = False, rate: float | None = None) -> Floats:
        """The largest error in each of the sequences, before it learned from them.

        Args:
            surely: Whether it learns by the absolute error in place of the squared one. By the
                squared error who is nearly sure of a class says how sure; by the absolute, the
                class.
            rate: The learning rate from now on, if it changes.
        """
        ...


def in_batches(
    task: Task,
    layer: Any,
    answer: Any,
    rate: float,
    rng: np.random.Generator,
    *,
    clip: float = 1.0,
) -> Step:
    """What reads ``BATCH`` sequences of a task and learns from them: Adam, clipped norms.

    Args:
        task: The task.
        layer: Torch's module that reads.
        answer: That which answers from its outputs.
        rate: The learning rate.
        rng: What sequences are drawn from.
        clip: The largest norm of a gradient.
    """
    import torch

    parameters = [*layer.parameters(), *answer.parameters()]
    optimiser = torch.optim.Adam(parameters, rate)

    def step(*, surely: bool = False, rate: float | None = None) -> Floats:
        for group in optimiser.param_groups if rate is not None else ():
            group["lr"] = rate
        off = how_far_off(task.draw(rng, 1, BATCH), layer, answer)
        optimiser.zero_grad()
        (off.abs() if surely else off.square()).sum(1).mean().backward()
        torch.nn.utils.clip_grad_norm_(parameters, clip)
        optimiser.step()
        return np.asarray(off.detach().abs().amax(1).numpy())

    return step


def learn_plainly(
    task: Task,
    units: int,
    right: float,
    *,
    sequences: int,
    seed: int,
    tell: Callable[[int], None],
) -> PlainOutcome:
    """Train a plain RNN at each learning rate.

    Args:
        task: Its task.
        units: How many it has.
        right: An answer is right if no output is off by so much.
        sequences: How many it reads at each rate.
        seed: What all is drawn from.
        tell: Told how many were read, over all rates.
    """
    with one_thread("plain RNNs need"):
        return _best(task, units, right, sequences, seed, tell)


def _best(
    task: Task, units: int, right: float, sequences: int, seed: int, tell: Callable[[int], None]
) -> PlainOutcome:
    found = []
    for number, rate in enumerate(RATES):

        def told(read: int, before: int = number * sequences) -> None:
            tell(before + read)

        errors = _errors(task, units, rate, sequences, seed, told)
        found.append(
            PlainOutcome(
                units=units,
                weights=_weights(task.inputs, task.outputs, units),
                rate=rate,
                read=sequences,
                wrong=float((errors >= right).mean()),
                error=float(errors.mean()),
            )
        )
    return min(found, key=lambda outcome: (outcome.wrong, outcome.error))


def _errors(
    task: Task, units: int, rate: float, sequences: int, seed: int, tell: Callable[[int], None]
) -> Floats:
    """The largest errors on the last sequences of a training."""
    import torch

    from karussell.layers import RNN

    rng = np.random.default_rng(seed)
    random = torch.Generator().manual_seed(seed)
    layer, answer = RNN(task.inputs, units), torch.nn.Linear(units, task.outputs)
    with torch.no_grad():
        for weights in (*layer.parameters(), *answer.parameters()):
            weights.uniform_(-(units**-0.5), units**-0.5, generator=random)
        torch.nn.init.orthogonal_(dict(layer.named_parameters())["weight_hh_l0"], generator=random)
    step = in_batches(task, layer, answer, rate, rng)
    lately: list[Floats] = []
    for read in range(0, sequences, BATCH):
        lately = [*lately, step()][-ASKED // BATCH :]
        tell(read + BATCH)
    return np.concatenate(lately)
