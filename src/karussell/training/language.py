"""What a run on words or tokens is about: the next one, from those before it."""

import itertools
import math
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from karussell.layers import By
from karussell.training.batches import Batch, Encoded, Epochs, ResidentText, group, make_batch
from karussell.training.network import TiedNetwork
from karussell.training.settings import Settings
from karussell.training.task import Task
from karussell.training.world import World

# While a run lasts, this many words of the held-out text are measured.
_MEASURE_WORDS = 5_000
# Words measured at once.
_AT_ONCE: dict[By, int] = {"kernels": 512, "torch": 8192}


class LanguageTask(Task):
    """A network that reads sentences.

    Args:
        settings: The choices of the run.
        network: What is trained, as it was initialised.
        encoded: The text.
        counts: How often each word stands in the text, (V+1,).
        unit: "words" or "tokens".
    """

    score_name: ClassVar[str] = "perplexity"

    def __init__(
        self,
        settings: Settings,
        network: TiedNetwork,
        encoded: Encoded,
        counts: NDArray[np.uint32],
        unit: str = "words",
    ) -> None:
        self.settings: Settings = settings
        self.network: TiedNetwork = network
        self.engine = engine = network.engine
        self.random = network.random
        self.unit = unit
        self._encoded = encoded
        self._resident: ResidentText | None = None
        if engine.by == "torch":
            self._resident = ResidentText(encoded, engine, network.words + 1)
        self._epochs = Epochs(encoded, batch_words=settings.batch_words, seed=settings.seed)
        self.sample = min(1.0, _MEASURE_WORDS / max(1, encoded.words(encoded.held_out)))
        self.amount = settings.epochs * self._epochs.words
        # Negatives are drawn by frequency; how often each is expected corrects its score.
        share = torch.from_numpy(counts / counts.sum(dtype=np.float64) + 1e-9)
        self._cumulative = share.cumsum(0) / share.sum()
        expected = 1 - (1 - share / share.sum()) ** max(1, settings.negatives)
        self._log_expected = expected.log().float().to(engine.device)

    def batches(self) -> Iterator[NDArray[np.int64]]:
        """The numbers of the sentences of each batch."""
        for epoch in itertools.count():
            yield from self._epochs.batches(epoch)

    def size(self, batch: NDArray[np.int64]) -> int:
        """How many words there are in a batch."""
        return self._encoded.words(batch)

    def loss(self, batch: NDArray[np.int64]) -> Tensor:
        """The mean loss of the words of a batch, natural log."""
        network, negatives = self.network, self.settings.negatives
        inputs, targets = self._batch(batch)
        if not negatives:
            return network.loss(inputs, targets)
        # On the CPU, so that the words are the same wherever it is computed.
        drawn = torch.rand(negatives, dtype=torch.float64, generator=network.random.host)
        chosen = torch.searchsorted(self._cumulative, drawn).clamp_(max=network.words)
        others = self.engine.sent(torch.unique(chosen))
        return network.sampled_loss(inputs, targets, others, self._log_expected)

    def measure(self, world: World, *, whole: bool) -> float:
        """Exact perplexity of the held-out text, or of its first words, in float32."""
        encoded, network = self._encoded, self.network
        numbers = encoded.held_out
        if not whole:
            lengths = np.diff(encoded.offsets)[numbers]
            numbers = numbers[: max(1, int(np.searchsorted(lengths.cumsum(), _MEASURE_WORDS)))]
        network.eval()
        network.set_precision("float32")
        loss = torch.zeros((), dtype=torch.float64, device=self.engine.device)
        with torch.no_grad():
            for part in group(encoded, world.share(numbers), _AT_ONCE[self.engine.by]):
                loss += network.loss(*self._batch(part), "sum")
        network.set_precision(self.settings.precision)
        network.train()
        return math.exp(world.summed(float(loss)) / encoded.words(numbers))

    def _batch(self, numbers: NDArray[np.int64]) -> Batch:
        """The sentences with these numbers, where the network is."""
        if self._resident is not None:
            return self._resident.batch(numbers)
        return make_batch(self._encoded, numbers, self.network.words + 1)
