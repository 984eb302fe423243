"""What a training run is about, and what it tells about itself."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from karussell.training.engine import Draws, Engine
from karussell.training.settings import RunSettings
from karussell.training.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run tells about itself now and then, and when it has ended.

    Attributes:
        part: How much of the run is done, 0..1.
        rate: Units read a second since the run was started or resumed.
        unit: What is read: "words", "tokens" or "steps".
        loss: Training loss, natural log for words and tokens, smoothed over about 100 updates.
        score: Of the held-out part, less is better; None before the first measurement.
        score_name: What the score is: "perplexity" or "pinball loss".
        seconds_left: Estimated.
    """

    part: float
    rate: float
    unit: str
    loss: float
    score: float | None
    score_name: str
    seconds_left: float


class Task(ABC):
    """What a run is about: a network, what it reads, and how it is judged.

    Attributes:
        settings: The choices of the run.
        network: What is trained, as it was initialised.
        random: What all that is random in an update is drawn from.
        engine: What computes it.
        unit: What is read, in the plural.
        amount: How much is read in the whole run, if it is given no time.
        score_name: What ``measure`` gives.
        sample: How much of the held-out part is measured while a run lasts.
        keeps_best: Whether a run ends with the weights that measured best, not with the last.
    """

    settings: RunSettings
    network: nn.Module
    random: Draws | torch.Generator
    engine: Engine = Engine()
    unit: str
    amount: float
    score_name: ClassVar[str]
    keeps_best: ClassVar[bool] = False
    sample: float = 1.0

    @abstractmethod
    def batches(self) -> Iterator[NDArray[np.int64]]:
        """The batches from the first on, without end, each a row for each thing in it."""

    @abstractmethod
    def size(self, batch: NDArray[np.int64]) -> int:
        """How many units there are in a batch."""

    @abstractmethod
    def loss(self, batch: NDArray[np.int64]) -> Tensor:
        """The mean loss of a batch; what is random in it is drawn from ``random``."""

    @abstractmethod
    def measure(self, world: World, *, whole: bool) -> float:
        """The score of the held-out part, or of some of it that is measured soon.

        Args:
            world: The processes that share the work.
            whole: Whether all of it is measured.
        """


def silent(*_: object) -> None:
    """Tell nobody."""
