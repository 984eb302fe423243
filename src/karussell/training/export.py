"""The weights of a trained network as a model file has them."""

import numpy as np
from numpy.typing import NDArray

from karussell.layers import LSTM, RNN
from karussell.training.network import LanguageNetwork


def export_weights(network: LanguageNetwork) -> dict[str, NDArray[np.float32]]:
    """The weights of a network under the names of the model file."""
    weights = {
        "embedding.weight": network.embedding.weight,
        "projection.weight": network.projection.weight,
        "output.bias": network.bias,
    }
    arrays = {name: weight.detach().numpy() for name, weight in weights.items()}
    return arrays | recurrent_weights(network.recurrent)


def recurrent_weights(layer: LSTM | RNN) -> dict[str, NDArray[np.float32]]:
    """The weights of recurrent layers under those names, copied."""
    kind = layer.mode.split("_")[0].lower()
    return {
        f"{kind}.{number}.{name}": getattr(weights, name)
        for number, (weights,) in enumerate(layer.weights())
        for name in ("weight_ih", "weight_hh", "bias")
    }
