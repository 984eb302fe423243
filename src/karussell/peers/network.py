"""The peers of our memory blocks: a plain RNN, a GRU and a Transformer, for the same loop and text.

They share the embedding, the tied output and the losses, and are never written to a model file.
"""

import math
from abc import abstractmethod
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from karussell.layers import RNN, project
from karussell.training import LONGEST, Settings, TiedNetwork

Peer = Literal["rnn", "gru", "transformer"]
States = tuple[Tensor, ...]
# Numbers a head compares words by (Vaswani et al. 2017, section 3.2.2).
_HEAD_SIZE = 64


class PeerNetwork(TiedNetwork):
    """A tied network that can also read on from where it stopped.

    Attributes:
        longest: Words it can read in one sentence, START among them; None for any number.
    """

    longest: int | None = None

    def advance(self, inputs: Tensor, before: States = ()) -> tuple[Tensor, States]:
        """Features (T, N, E) of word ids (T, N) read after the states before, and the states after.

        Args:
            inputs: Words read, int64, (T, N).
            before: What this function returned last; nothing at the start of a sentence.
        """
        return self._read(self.embedding(inputs), before)

    def features(self, embedded: Tensor) -> Tensor:
        """Features (T, N, E) of sentences read from their start."""
        return self._read(embedded, ())[0]

    @abstractmethod
    def _read(self, embedded: Tensor, before: States) -> tuple[Tensor, States]:
        """Features (T, N, E) of embeddings (T, N, E), and the states after."""

    def _products(self) -> torch.autocast:
        """Where torch's products are made of bfloat16, if the network's precision says so."""
        return torch.autocast("cpu", torch.bfloat16, enabled=self.precision == "bfloat16")


class RecurrentPeer(PeerNetwork):
    """Reads words with our plain RNN or torch's GRU.

    Args:
        kind: Which of the two.
        settings: Layers, sizes, dropout and the precision of products.
        counts: How often each word stands in the text, (V+1,).
    """

    def __init__(self, kind: Literal["rnn", "gru"], settings: Settings, counts: Tensor) -> None:
        super().__init__(settings, counts)
        layer = RNN if kind == "rnn" else nn.GRU
        self.recurrent = layer(settings.embedding_size, settings.hidden_size, settings.layers)
        self.projection = nn.Linear(settings.hidden_size, settings.embedding_size, bias=False)

    def _read(self, embedded: Tensor, before: States) -> tuple[Tensor, States]:
        with self._products():
            hidden, after = self.recurrent(self.dropout(embedded), *before)
        hidden = self.dropout(hidden.float())
        return project(hidden, self.projection.weight, self.precision), (after.float(),)


class Transformer(PeerNetwork):
    """Reads words with attention to those before (Vaswani et al. 2017): only a decoder, pre-norm.

    Args:
        settings: The width is that of the embedding, the hidden size that of the feed-forward
            parts; layers, dropout and the precision of products.
        counts: How often each word stands in the text, (V+1,).
    """

    longest = LONGEST

    def __init__(self, settings: Settings, counts: Tensor) -> None:
        super().__init__(settings, counts)
        width, layers = settings.embedding_size, settings.layers
        # Times the root of its width a word's embedding counts beside what the layers add to it
        # (Vaswani et al. 2017, section 3.4); as large as that are the positions.
        self.scale = math.sqrt(width)
        limit = 0.1 * self.scale
        self.positions = nn.Parameter(torch.empty(LONGEST, width).uniform_(-limit, limit))
        self.layers = nn.ModuleList(
            TransformerLayer(width, settings.hidden_size, layers) for _ in range(layers)
        )
        self.norm = nn.LayerNorm(width)

    def _read(self, embedded: Tensor, before: States) -> tuple[Tensor, States]:
        read = before[0].size(1) if before else 0
        steps = len(embedded)
        # Padding follows the words, so that whoever does not see what follows never sees it.
        mask = torch.full((steps, read + steps), -math.inf).triu(1 + read)
        x = self.dropout(self.scale * embedded + self.positions[read : read + steps, None])
        after: list[Tensor] = []
        with self._products():
            for number, layer in enumerate(self.layers):
                x, *seen = layer(x, mask, before[2 * number : 2 * number + 2])
                after += seen
        return self.dropout(self.norm(x)), tuple(after)


class TransformerLayer(nn.Module):
    """Attention, then a feed-forward part, each added to what it read.

    Args:
        width: Numbers per word, E.
        hidden_size: Units of the feed-forward part.
        layers: How many layers the network has.
    """

    def __init__(self, width: int, hidden_size: int, layers: int) -> None:
        super().__init__()
        self.heads = heads(width)
        self.attention_norm = nn.LayerNorm(width)
        self.attention_in = nn.Linear(width, 3 * width)
        self.attention_out = nn.Linear(width, width)
        self.forward_norm = nn.LayerNorm(width)
        self.forward_in = nn.Linear(width, hidden_size)
        self.forward_out = nn.Linear(hidden_size, width)
        with torch.no_grad():
            for linear in (self.attention_out, self.forward_out):
                # So that the sum of all layers' outputs starts as large as one (GPT-2).
                linear.weight /= math.sqrt(2 * layers)

    def forward(self, x: Tensor, mask: Tensor, before: States) -> tuple[Tensor, Tensor, Tensor]:
        """Outputs (T, N, E) of x (T, N, E), and all keys and values, each (N heads, read + T, D).

        Args:
            x: The layer's input.
            mask: Added to the scores of what a word must not see, (T, read + T).
            before: Keys and values of the words read before, or nothing.
        """
        # A head's query, key and value stand side by side, so that no copy parts them.
        parts = self.attention_in(self.attention_norm(x))
        parts = parts.view(len(x), x.size(1) * self.heads, 3, -1).permute(2, 1, 0, 3)
        query, key, value = parts.unbind()
        if before:
            key, value = (torch.cat(pair, 1) for pair in zip(before, (key, value), strict=True))
        seen = self._attend(query, key, value, mask).transpose(0, 1).reshape(x.shape)
        x = x + self.attention_out(seen)
        x = x + self.forward_out(functional.relu(self.forward_in(self.forward_norm(x))))
        return x, key, value

    def _attend(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
        """What each query (N heads, T, D) finds among the keys and values.

        Written out: in bfloat16, for sentences of 6 to 48 words on one thread, torch's fused
        attention took 2.5 to 13 times as long (torch 2.13), most of it on the way back.
        """
        scale = query.size(-1) ** -0.5
        scores = torch.baddbmm(mask.to(query.dtype), query, key.transpose(1, 2), alpha=scale)
        return scores.softmax(-1).to(value.dtype) @ value


def heads(width: int) -> int:
    """Into how many heads a Transformer of this width is divided."""
    return next(count for count in range(max(1, width // _HEAD_SIZE), 0, -1) if not width % count)


def peer_network(kind: Peer, settings: Settings, counts: Tensor) -> PeerNetwork:
    """A peer of these sizes, initialised.

    Args:
        kind: Which peer.
        settings: As `equal_settings` gives them.
        counts: How often each word stands in the text, (V+1,).
    """
    if kind == "transformer":
        return Transformer(settings, counts)
    return RecurrentPeer(kind, settings, counts)
