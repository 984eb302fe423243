"""The weights of a trained network as a model file has them."""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from karussell.training.network import LanguageNetwork


def export_weights(network: LanguageNetwork) -> dict[str, NDArray[np.float32]]:
    """The weights of a network under the names of the model file."""
    weights: dict[str, Tensor] = {
        "embedding.weight": network.embedding.weight,
        "projection.weight": network.projection.weight,
        "output.bias": network.bias,
    }
    weights |= recurrent_weights(network.recurrent)
    return {name: weight.detach().numpy() for name, weight in weights.items()}


def recurrent_weights(layer: nn.RNNBase) -> dict[str, Tensor]:
    """The weights of recurrent layers under those names, torch's two bias vectors added up."""
    kind = layer.mode.split("_")[0].lower()
    weights: dict[str, Tensor] = {}
    for number in range(layer.num_layers):
        name = f"{kind}.{number}"
        weights[f"{name}.weight_ih"] = getattr(layer, f"weight_ih_l{number}")
        weights[f"{name}.weight_hh"] = getattr(layer, f"weight_hh_l{number}")
        both = getattr(layer, f"bias_ih_l{number}"), getattr(layer, f"bias_hh_l{number}")
        weights[f"{name}.bias"] = both[0] + both[1]
    return weights
