"""Ten symbols to be written down after many blanks: the copying task of Arjovsky et al. 2016.

It needs torch: an LSTM of 40 blocks and a plain RNN of 80 units learn with whole gradients through
time. Who remembers nothing writes blanks and guesses among eight symbols: that is the baseline.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np

from karussell.errors import needing
from karussell.lab.streams import Integers

_KINDS, _HELD, _BATCH = 8, 10, 32
_BLANK, _MARK = _KINDS, _KINDS + 1
_JUDGED = 50  # batches


class CopyingOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a network came to.

    Attributes:
        loss: Its cross-entropy for each step, over 1,600 sequences it never saw.
        baseline: That of a network which remembers nothing.
        right: Which part of the symbols it writes down rightly; an eighth by chance.
        read: How many sequences it learned from.
        weights: Of the network.
        seed: What all was drawn from.
    """

    loss: float
    baseline: float
    right: float
    read: int
    weights: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Copying:
    """Ten symbols of eight kinds, T - 1 blanks, a mark, and ten blanks while they are asked.

    Attributes:
        steps: T.
        network: Which.
        units: How many.
        sequences: How many are learned from.
        rate: Learning rate of RMSProp.
    """

    steps: int
    network: Literal["LSTM", "RNN"]
    units: int
    sequences: int
    rate: float = 0.005

    @property
    def baseline(self) -> float:
        """The cross-entropy for each step of who remembers nothing."""
        return _HELD * math.log(_KINDS) / (self.steps + 2 * _HELD)

    def draw(self, rng: np.random.Generator, count: int) -> tuple[Integers, Integers]:
        """What M sequences show and ask at each step (T + 20, M)."""
        held = rng.integers(0, _KINDS, (_HELD, count))
        shown = np.full((self.steps + 2 * _HELD, count), _BLANK)
        asked = shown.copy()
        shown[:_HELD] = held
        shown[self.steps + _HELD - 1] = _MARK
        asked[-_HELD:] = held
        return shown, asked


def learn(task: Copying, seed: int, tell: Callable[[int], None]) -> CopyingOutcome:
    """Let a network read sequences, then ask others.

    Args:
        task: The task.
        seed: What all is drawn from.
        tell: Told how many sequences were read.
    """
    with needing("the copying task needs", extra="lab"):
        import torch

    from karussell.layers import LSTM, RNN

    rng = np.random.default_rng(seed)
    random = torch.Generator().manual_seed(seed)
    layer = (LSTM if task.network == "LSTM" else RNN)(_KINDS + 2, task.units)
    answer = torch.nn.Linear(task.units, _KINDS + 1)
    parameters = [*layer.parameters(), *answer.parameters()]
    with torch.no_grad():
        for weights in parameters:
            weights.uniform_(-(task.units**-0.5), task.units**-0.5, generator=random)
        if task.network == "RNN":
            recurrent = dict(layer.named_parameters())["weight_hh_l0"]
            torch.nn.init.orthogonal_(recurrent, generator=random)
    optimiser = torch.optim.RMSprop(parameters, task.rate, alpha=0.9)
    symbols = torch.eye(_KINDS + 2)

    def read() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        shown, asked = map(torch.from_numpy, task.draw(rng, _BATCH))
        said = answer(layer(symbols[shown])[0])
        loss = torch.nn.functional.cross_entropy(said.flatten(0, 1), asked.flatten())
        return loss, said, asked

    for done in range(0, task.sequences, _BATCH):
        optimiser.zero_grad()
        read()[0].backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_value_(parameters, 1.0)
        optimiser.step()
        tell(done + _BATCH)
    found = []
    with torch.no_grad():
        for _ in range(_JUDGED):
            loss, said, asked = read()
            right = said[-_HELD:].argmax(2) == asked[-_HELD:]
            found.append((float(loss), float(right.double().mean())))
    loss_, right_ = np.mean(found, axis=0).tolist()
    return CopyingOutcome(
        loss=loss_,
        baseline=task.baseline,
        right=right_,
        read=task.sequences,
        weights=sum(each.numel() for each in parameters),
        seed=seed,
    )
