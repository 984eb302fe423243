"""Layers that stand one on the other."""

from collections.abc import Sequence

from karussell.blocks import LayerWeights
from karussell.errors import UsageError
from karussell.interchange.checks import checked, need_layer
from karussell.interchange.onnx_weights import which_way
from karussell.kernels import Block, Floats

# Layers, one on the other, of one or two directions.
Layers = Sequence[Sequence[LayerWeights[Floats]]]


def need_layers(layers: Layers) -> None:
    """Refuse what is no list of layers, each of one or two directions.

    Raises:
        UsageError: There are none, or one is something else.
    """
    for number, directions in enumerate(layers):
        if isinstance(directions, LayerWeights):
            raise UsageError(f"layer {number} is no list of directions: give layer.weights()")
        for one in directions:
            need_layer(one)
    if not layers or not all(layers):
        raise UsageError("no layers are given, expected the weights of each direction of each one")


def checked_layers(layers: Layers, block: Block | None) -> tuple[Layers, Block]:
    """Layers that can stand one on the other, and their block.

    Args:
        layers: The weights of each direction of each layer.
        block: What the blocks are made of; what the weights say if None, else the common one.

    Raises:
        UsageError: They do not belong together.
    """
    block = checked(layers[0][0], block)[1]
    found = [[checked(one, block)[0] for one in directions] for directions in layers]
    ways, sizes = len(found[0]), state_sizes(found[0][0], block)
    reads = found[0][0].weight_ih.shape[1]
    for number, directions in enumerate(found):
        which_way(directions)
        if len(directions) != ways:
            raise UsageError(f"layer {number} has {len(directions)} directions, expected {ways}")
        for one in directions:
            if one.weight_ih.shape[1] != reads:
                got = one.weight_ih.shape[1]
                raise UsageError(f"layer {number} reads {got} inputs, expected {reads}")
            if state_sizes(one, block) != sizes:
                own = state_sizes(one, block)
                raise UsageError(f"layer {number} has states of {own}, expected {sizes}")
        reads = ways * sizes["hidden"]
    return found, block


def state_sizes(first: LayerWeights[Floats], block: Block) -> dict[str, int]:
    """How large each part of a layer's state is, by name."""
    rows, outputs = first.weight_hh.shape
    hidden = outputs if first.projection is None else first.projection.shape[1]
    sizes = {"hidden": outputs, "cell": hidden}
    if block.gate_recurrence:
        sizes["gates"] = rows - hidden
    return sizes
