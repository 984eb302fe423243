"""What the models do while they read, as it is told: a few bands of blocks, a few digits."""

import numpy as np
from numpy.typing import NDArray

from karussell.keyboard import Gates, Weights
from karussell.service import replies

_BANDS = 8
_DIGITS = 3


def gates_told(number: int, language: str, gates: Gates) -> replies.Gates:
    """The reply to a message with this number that asks what the gates of a model did."""
    layers = (
        replies.Layer(**{name: _openness(values) for name, values in layer.items()})
        for layer in gates.by_keeping()
    )
    return replies.Gates(
        number=number,
        language=language,
        words=gates.words,
        known=gates.known,
        layers=tuple(layers),
    )


def weights_told(number: int, weights: Weights) -> replies.Weights:
    """The reply to a message with this number that asks which words weigh most."""
    return replies.Weights(
        number=number,
        word=weights.word,
        language=weights.language,
        log_prob=weights.log_prob,
        known=weights.known,
        words=weights.words,
    )


def _openness(values: NDArray[np.float32]) -> replies.Openness:
    """The means of all blocks and of bands of them, given the gates of one kind (T, B)."""
    bands = np.array_split(values, min(_BANDS, values.shape[1]), axis=1)
    means = (tuple(_rounded(band.mean(axis=1))) for band in bands)
    return replies.Openness(mean=tuple(_rounded(values.mean(axis=1))), bands=tuple(means))


def _rounded(values: NDArray[np.float32]) -> list[float]:
    return [round(each, _DIGITS) for each in values.tolist()]
