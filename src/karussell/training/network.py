"""The language model as a torch module: embedding, recurrent layers, projection, tied output."""

from abc import ABC, abstractmethod

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from karussell.layers import (
    IGNORED,
    LSTM,
    RNN,
    Precision,
    Reduction,
    kernel_precision,
    project,
    sampled_softmax_cross_entropy,
    softmax_cross_entropy,
    tied_rows,
    to_large_pages,
)
from karussell.training.engine import Engine
from karussell.training.settings import Settings
from karussell.training.surroundings import Dropout


class TiedNetwork(nn.Module, ABC):
    r"""Predicts each word of a sentence from those before it, whatever it reads them with.

    $P(w \mid f) \propto \exp(e_w \cdot f + b_w)$ with the embedding $e$ tied between input and
    output (Press and Wolf 2017) and the features $f$ that a child makes of the words read.

    Args:
        settings: The embedding's size, dropout and the precision of products.
        counts: How often each word stands in the text, (V+1,); the output starts from their shares.
        engine: What computes it; the kernels if None.

    Attributes:
        random: What is random while training is drawn from it.
    """

    def __init__(self, settings: Settings, counts: Tensor, engine: Engine | None = None) -> None:
        super().__init__()
        self.words = len(counts) - 1
        self.engine = engine or Engine()
        self.random = self.engine.draws()
        self.embedding = nn.Embedding(self.words + 2, settings.embedding_size, dtype=torch.float32)
        nn.init.uniform_(self.embedding.weight, -0.1, 0.1)
        self.embedding.weight = to_large_pages(self.embedding.weight)
        shares = (counts.double() + 1) / (counts.double() + 1).sum()
        self.bias = nn.Parameter(shares.log().float())
        self.dropout = Dropout(settings.dropout, self.random.device)
        self.precision = kernel_precision(settings.precision)

    def set_precision(self, precision: Precision) -> None:
        """Choose what all large products are made of from now on."""
        self.precision = kernel_precision(precision)

    def loss(self, inputs: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
        """The mean or sum of -log P(word) over all words of a batch, exact.

        Args:
            inputs: Words read, int64, (T, N).
            targets: Words to predict, int64, (T, N); ``IGNORED`` counts for nothing.
            reduction: "mean" or "sum", or "none" for each word's loss, (T * N,).
        """
        read, embedding = tied_rows(self.embedding.weight, inputs, self.engine.by)
        return softmax_cross_entropy(
            self.features(read).flatten(0, 1),
            embedding,
            self.bias,
            targets.flatten(),
            precision=self.precision,
            reduction=reduction,
            by=self.engine.by,
        )

    def sampled_loss(
        self, inputs: Tensor, targets: Tensor, negatives: Tensor, log_expected: Tensor
    ) -> Tensor:
        """The mean sampled softmax loss (Jean et al. 2015, section 3).

        Args:
            inputs: Words read, int64, (T, N).
            targets: Words to predict, int64, (T, N).
            negatives: Words drawn at random, int64, (K,), sorted, none of them twice; shared by the
                whole batch.
            log_expected: Log of how often each word is expected among the K, (V+1,); subtracted
                from its score, so that the model learns the true probabilities.
        """
        targets = targets.flatten()
        counted = targets != IGNORED
        # How many words there are a GPU would have to be asked: it reads the padding, too.
        all_of_them = self.engine.by == "torch"
        kept = targets.clamp(min=0) if all_of_them else targets[counted]
        # One look-up for all three uses of the embedding, so that its gradient is made once.
        rows = self.embedding(torch.cat([inputs.flatten(), kept, negatives]))
        read, own_rows, other_rows = rows.split([inputs.numel(), len(kept), len(negatives)])
        features = self.features(read.view(*inputs.shape, -1)).flatten(0, 1)
        if not all_of_them:
            # Not a boolean mask: the gradient of index_select adds up in a fixed order.
            features = features.index_select(0, counted.nonzero().squeeze(1))
        bias = self.bias - log_expected
        return sampled_softmax_cross_entropy(
            features,
            other_rows,
            bias.index_select(0, negatives),
            _places(kept, negatives),
            own_rows,
            bias.index_select(0, kept),
            counted=counted if all_of_them else None,
            precision=self.precision,
            by=self.engine.by,
        )

    @abstractmethod
    def features(self, embedded: Tensor) -> Tensor:
        """Features (T, N, E) of the embeddings read, (T, N, E)."""


class LanguageNetwork(TiedNetwork):
    r"""Reads words with recurrent layers; the features are a projection of their hidden state.

    $f = P h$ with the projection $P$ and the hidden state $h$ of the top layer.

    Args:
        settings: Cell, sizes, dropout and the precision of products.
        counts: How often each word stands in the text, (V+1,).
        engine: What computes it; the kernels if None.
    """

    def __init__(self, settings: Settings, counts: Tensor, engine: Engine | None = None) -> None:
        super().__init__(settings, counts, engine)
        embedding_size, hidden_size = settings.embedding_size, settings.hidden_size
        self.recurrent: LSTM | RNN
        if settings.cell == "lstm":
            self.recurrent = LSTM(
                embedding_size,
                hidden_size,
                settings.layers,
                cells_per_block=settings.cells_per_block,
                coupled_gates=settings.coupled_gates,
                dtype=torch.float32,
            )
        else:
            self.recurrent = RNN(embedding_size, hidden_size, settings.layers, dtype=torch.float32)
        self.projection = nn.Linear(hidden_size, embedding_size, bias=False, dtype=torch.float32)
        self.recurrent.by = self.engine.by
        self.set_precision(settings.precision)
        # Drawn on the CPU, so that a run begins with the same weights everywhere.
        self.to(self.engine.device)

    def set_precision(self, precision: Precision) -> None:
        """Choose what all large products are made of from now on."""
        super().set_precision(precision)
        self.recurrent.precision = self.precision

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """The weights under the names of a model's file."""
        weights = {
            "embedding.weight": self.embedding.weight,
            "projection.weight": self.projection.weight,
            "output.bias": self.bias,
        }
        return copied(weights) | recurrent_arrays(self.recurrent)

    def features(self, embedded: Tensor) -> Tensor:
        """The projected hidden states of the top layer, (T, N, E)."""
        with self.engine.products(self.precision):
            hidden, _ = self.recurrent(self.dropout(embedded))
        hidden = self.dropout(hidden.to(embedded.dtype))
        return project(hidden, self.projection.weight, self.precision)


def recurrent_arrays(layer: LSTM | RNN, first: int = 0) -> dict[str, NDArray[np.float32]]:
    """The weights of recurrent layers under the names of a model's file, copied.

    Args:
        layer: The layers.
        first: The number of the first of them.
    """
    kind = layer.mode.split("_")[0].lower()
    return {
        f"{kind}.{number}.{name}": getattr(weights, name)
        for number, (weights,) in enumerate(layer.weights(), first)
        for name in ("weight_ih", "weight_hh", "bias")
    }


def copied(weights: dict[str, Tensor]) -> dict[str, NDArray[np.float32]]:
    """Weights as arrays that no later update changes."""
    return {name: weight.detach().cpu().numpy().copy() for name, weight in weights.items()}


def _places(words: Tensor, among: Tensor) -> Tensor:
    """Where each word (M,) stands among sorted ones (K,), or ``IGNORED``; both int64."""
    places = torch.searchsorted(among, words).clamp_(max=len(among) - 1)
    return torch.where(among[places] == words, places, IGNORED)
