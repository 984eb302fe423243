"""A trained peer in a file, and how it predicts: one more word in, the score of every word out."""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from karussell.errors import TrainingError
from karussell.peers.network import Peer, PeerNetwork, States, peer_network
from karussell.text import Vocabulary
from karussell.training import Progress, Settings, damage_named, load_states, save_states


class PeerCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a peer's file says about it.

    Attributes:
        kind: Which peer.
        settings: Its sizes and the choices of its training.
        progress: How long it was trained, on how many words, and its held-out perplexity.
        words: The vocabulary, sorted.
        casing: How each word is usually written.
    """

    kind: Peer
    settings: Settings
    progress: Progress
    words: tuple[str, ...]
    casing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeerState:
    """What a peer has read.

    Attributes:
        ids: The words since START.
        states: What its network carries on.
        features: What is compared with each word's embedding, (E,).
    """

    ids: tuple[int, ...]
    states: States
    features: Tensor


class PeerModel:
    """Predicts the next word of a sentence from those before it, as ``measure.evaluate`` asks.

    Args:
        card: What the peer says about itself.
        network: Its network; it does not drop out anything from now on, and is of float32.
        counts: How often each word, and UNKNOWN, stood in the training text, uint32, (V+1,).

    Attributes:
        card: As given.
        network: As given.
        counts: As given.
        vocabulary: The V words.
    """

    def __init__(self, card: PeerCard, network: PeerNetwork, counts: NDArray[np.uint32]) -> None:
        self.card = card
        self.counts = counts
        self.vocabulary = Vocabulary(card.words, card.casing)
        self.network = network.eval()
        self.network.set_precision("float32")

    def start(self) -> PeerState:
        """The state before the first word of a sentence: START was read, nothing else."""
        return self._read((), (), (self.vocabulary.start,))

    def step(self, state: PeerState, word_id: int) -> PeerState:
        """The state after one more word.

        Of a sentence too long for a Transformer's positions it keeps the last half of them, as if
        the sentence began there; so do the pieces of long sentences it was trained on.
        """
        ids = (*state.ids, word_id)
        longest = self.network.longest
        if longest is None or len(ids) < longest:
            return self._read(ids, state.states, (word_id,))
        ids = ids[-(longest // 2) :]
        return self._read(ids, (), (self.vocabulary.start, *ids))

    @torch.inference_mode()
    def log_probs(self, state: PeerState) -> NDArray[np.float32]:
        """The natural log of P(word) for every word and for UNKNOWN, (V+1,)."""
        bias = self.network.bias
        scores = torch.addmv(bias, self.network.embedding.weight[: len(bias)], state.features)
        found: NDArray[np.float32] = functional.log_softmax(scores, 0).numpy()
        return found

    @torch.inference_mode()
    def _read(self, ids: tuple[int, ...], before: States, new: tuple[int, ...]) -> PeerState:
        features, after = self.network.advance(torch.tensor(new)[:, None], before)
        return PeerState(ids, after, features[-1, 0])


def save_peer(path: Path, model: PeerModel) -> None:
    """Write a peer to a file, whole or not at all.

    Raises:
        OSError: If it cannot be written.
    """
    counts = torch.from_numpy(model.counts.astype(np.int64))
    save_states(path, model.card, counts=counts, weights=model.network.state_dict())


def open_peer(path: Path) -> PeerModel:
    """The peer in a file; torch uses one thread from now on.

    Raises:
        TrainingError: If the file is missing, damaged, or no peer's.
    """
    torch.set_num_threads(1)
    if not path.exists():
        raise TrainingError(f"{path}: no such file")
    with damage_named(f"{path}: no peer that can be read", "train it again"):
        card, states = load_states(path, PeerCard)
        counts: Tensor = states["counts"]
        if tuple(counts.shape) != (len(card.words) + 1,):
            raise ValueError(f"{tuple(counts.shape)} counts of {len(card.words)} words")
        network = peer_network(card.kind, card.settings, counts)
        network.load_state_dict(states["weights"])
        return PeerModel(card, network, counts.numpy().astype(np.uint32))
