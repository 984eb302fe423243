"""Which sizes and settings make a peer the equal of our network."""

from bisect import bisect_left
from collections.abc import Callable

import msgspec

from karussell.kernels import Block
from karussell.peers.network import Peer
from karussell.training import LONGEST, Settings

# A feed-forward part is about four times as wide as what it reads (Vaswani et al. 2017).
_WIDENING = 4
# Far more units than any peer needs.
_MOST_UNITS = 2**20
# Units that fill a vector, and how much of the weights it may cost to have a multiple of them.
_VECTOR, _TOLERANCE = 16, 0.005
# A peer's best learning rate as a part of our network's, from a sweep of short runs of equal time.
_RATES: dict[Peer, float] = {"rnn": 0.5, "gru": 1.0, "transformer": 0.5}


def equal_settings(kind: Peer, settings: Settings, rate: float | None = None) -> Settings:
    """The settings of a peer with as many weights outside the embedding as our network has.

    Embedding, vocabulary, losses and batches stay the same. The longer a run, the smaller its best
    learning rate; so the peer's is a part of ours, which was chosen for the run.

    Args:
        kind: Which peer.
        settings: Our network's, its learning rate the best for it.
        rate: Its learning rate as a part of our network's; the best that was found if None.

    Returns:
        Settings whose ``hidden_size`` is that of the recurrent layers, or of a Transformer's
        feed-forward parts; ``cell`` is "rnn", for no peer has memory blocks.
    """
    embedding, layers = settings.embedding_size, settings.layers
    target = own_weights(settings)
    if kind == "transformer":
        layer = transformer_weights(embedding, _WIDENING * embedding, 1)
        layers = max(1, round(target / layer))
        hidden = _nearest(target, lambda units: transformer_weights(embedding, units, layers))
    else:
        gates = 1 if kind == "rnn" else 3
        hidden = _nearest(
            target, lambda units: recurrent_weights(gates * units, units, embedding, layers)
        )
    return msgspec.structs.replace(
        settings,
        cell="rnn",
        cells_per_block=1,
        coupled_gates=False,
        layers=layers,
        hidden_size=hidden,
        learning_rate=settings.learning_rate * (rate or _RATES[kind]),
    )


def own_weights(settings: Settings) -> int:
    """Weights of our network but for the embedding and the words' bias."""
    hidden = settings.hidden_size
    rows = hidden
    if settings.cell == "lstm":
        rows = Block(settings.cells_per_block, settings.coupled_gates).gate_rows(hidden)
    return recurrent_weights(rows, hidden, settings.embedding_size, settings.layers)


def recurrent_weights(rows: int, hidden: int, embedding: int, layers: int) -> int:
    """Weights of recurrent layers of so many rows each, their two biases, and the projection."""
    first = rows * (embedding + hidden + 2)
    return first + (layers - 1) * rows * (2 * hidden + 2) + hidden * embedding


def transformer_weights(width: int, hidden: int, layers: int) -> int:
    """Weights of a Transformer's layers, its positions and its last normalisation."""
    attention = 4 * width * width + 4 * width
    forward = 2 * width * hidden + hidden + width
    return layers * (attention + forward + 4 * width) + LONGEST * width + 2 * width


def _nearest(target: int, weights: Callable[[int], int]) -> int:
    """How many units have the number of weights nearest to the target."""
    above = 1 + bisect_left(range(1, _MOST_UNITS), target, key=weights)
    whole = max(_VECTOR, round(above / _VECTOR) * _VECTOR)
    if abs(weights(whole) / target - 1) < _TOLERANCE:
        return whole
    return min(max(1, above - 1), above, key=lambda units: abs(weights(units) - target))
