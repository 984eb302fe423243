"""The parameters of recurrent layers: which there are, how they begin, and as torch has them."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from karussell.blocks import LayerKind, LayerWeights, Norms
from karussell.errors import UsageError
from karussell.interchange import to_plain
from karussell.kernels import Block, Floats

# True: two vectors that are added up, as torch has them. "one": one vector. "gates": one vector for
# the gates, none for cell inputs.
Bias = bool | Literal["one", "gates"]
# What biases of a gate begin as: one number for all blocks or one for each; None: drawn.
GateBias = float | Sequence[float] | None
# The parameters of `karussell.blocks.Norms`, in its order.
_NORMS = ("norm_ih", "norm_hh", "norm_cell", "bias_cell")


class Parts(NamedTuple):
    """What an LSTM layer has beside torch's: its block and which parameters."""

    block: Block
    peepholes: bool
    bias: Bias


def resize(layer: nn.RNNBase, parts: Parts) -> None:
    """Replace the parameters that torch made by those of the blocks."""
    block, hidden = parts.block, layer.hidden_size
    rows = block.gate_rows(hidden)
    gates = rows - hidden
    names = []
    for name in list(layer._flat_weights_names):
        old = getattr(layer, name).detach()
        kind, suffix = name.split("_l", 1)
        if kind == "bias_hh" and parts.bias is not True:
            del layer._parameters[name]
            continue
        names.append(name)
        if kind == "weight_hr":
            continue
        size = gates if kind == "bias_ih" and parts.bias == "gates" else rows
        setattr(layer, name, nn.Parameter(old.new_empty(size, *old.shape[1:])))
        if kind != "weight_hh":
            continue
        added: dict[str, tuple[int, ...]] = {}
        if parts.peepholes:
            added["weight_peephole"] = (block.gates, hidden)
        if block.gate_recurrence:
            added["weight_gh"] = (rows, gates)
        if block.layer_norm:
            sizes = (rows, rows, hidden, hidden)
            added |= {norm: (each,) for norm, each in zip(_NORMS, sizes, strict=True)}
        for extra, shape in added.items():
            setattr(layer, f"{extra}_l{suffix}", nn.Parameter(old.new_empty(shape)))
    layer._all_weights = [[name for name in some if name in names] for some in layer._all_weights]
    layer._flat_weights_names = names
    layer._init_flat_weights()


def initialise(layer: nn.RNNBase, parts: Parts, biases: dict[str, GateBias]) -> None:
    """Set what is not drawn: norms to the identity, and biases of gates that are given.

    Raises:
        UsageError: There are no such gates, or not as many values as blocks.
    """
    with torch.no_grad():
        for name, parameter in layer.named_parameters():
            if name.startswith("norm_"):
                parameter.fill_(1)
            elif name.startswith("bias_cell"):
                parameter.zero_()
        for gate, value in biases.items():
            if value is None:
                continue
            place = _gate_rows(layer, parts, gate)
            for name, parameter in layer.named_parameters():
                if name.startswith("bias_ih"):
                    parameter[place] = _values(gate, value, parameter[place])
                elif name.startswith("bias_hh"):
                    parameter[place] = 0


def tensors(layer: nn.RNNBase, block: Block, number: int, direction: int) -> LayerWeights[Tensor]:
    """The weights of one layer and direction; torch's two bias vectors are added up."""
    suffix = _suffix(number, direction)

    def named(name: str) -> Tensor | None:
        return getattr(layer, name + suffix, None)

    weight_ih, weight_hh = (getattr(layer, name + suffix) for name in ("weight_ih", "weight_hh"))
    bias, other = named("bias_ih"), named("bias_hh")
    if bias is None:
        bias = weight_ih.new_zeros(len(weight_ih))
    elif other is not None:
        bias = bias + other
    elif len(bias) < len(weight_ih):
        before = block.sections(layer.hidden_size)["cell"].start
        cells = bias.new_zeros(layer.hidden_size)
        bias = torch.cat([bias[:before], cells, bias[before:]])
    # A module takes a while to find that it has no such attribute.
    norms = [getattr(layer, name + suffix) for name in _NORMS] if block.layer_norm else None
    return LayerWeights(
        weight_ih,
        weight_hh,
        bias,
        peepholes=named("weight_peephole"),
        projection=named("weight_hr") if layer.proj_size else None,
        weight_gh=named("weight_gh") if block.gate_recurrence else None,
        norms=Norms(*norms) if norms else None,
    )


def load(
    layer: nn.RNNBase,
    parts: Parts,
    weights: Sequence[Sequence[LayerWeights[Floats]]],
    kind: Callable[[int], LayerKind],
) -> None:
    """Set the parameters of all layers, or none.

    Args:
        layer: Whose they are.
        parts: Which there are.
        weights: What to set.
        kind: What the layer does with them, by direction.

    Raises:
        UsageError: There are not as many layers and directions, a shape differs, a bias is given
            that the layer has none for, or they are of layers of another kind.
    """
    counts = [len(directions) for directions in weights]
    expected = [1 + layer.bidirectional] * layer.num_layers
    if counts != expected:
        raise UsageError(f"weights of layers with {counts} directions, expected {expected}")
    found: list[tuple[Tensor, Floats]] = []
    for number, directions in enumerate(weights):
        for direction, one in enumerate(directions):
            suffix = _suffix(number, direction)
            for name, array in _named(layer, parts, one).items():
                found += _fitting(layer, name + suffix, array)
            if one.kind is not None:
                _check_kind(suffix, one.kind, kind(direction))
    with torch.no_grad():
        for parameter, array in found:
            parameter.copy_(torch.from_numpy(np.asarray(array, np.float64)))


def as_torch(weights: LayerWeights[Tensor], block: Block, bias: bool) -> list[Tensor]:
    """The weights as ``torch.nn.LSTM`` keeps them."""
    plain = to_plain(weights, block, torch)
    found = [plain.weight_ih, plain.weight_hh]
    if bias:
        found += [plain.bias, torch.zeros_like(plain.bias)]
    return found if plain.projection is None else [*found, plain.projection]


def _suffix(number: int, direction: int) -> str:
    """What torch appends to the names of the parameters of one layer and direction."""
    return f"_l{number}" + ("_reverse" if direction else "")


def _gate_rows(layer: nn.RNNBase, parts: Parts, gate: str) -> slice:
    """Where the bias of a gate stands."""
    if gate not in parts.block.own_gates or not parts.bias:
        raise UsageError(f"{gate}_bias is given, but there are no such biases; leave it out")
    sections = parts.block.sections(layer.hidden_size)
    place, cells = sections[gate], sections["cell"]
    if parts.bias == "gates" and gate == "output":
        return slice(cells.start, place.stop - layer.hidden_size)
    return place


def _values(gate: str, value: float | Sequence[float], like: Tensor) -> Tensor:
    values = torch.as_tensor(value, dtype=like.dtype, device=like.device)
    if values.dim() and values.shape != like.shape:
        raise UsageError(f"{gate}_bias has {len(values)} values, expected one or {len(like)}")
    return values.expand_as(like)


def _named(
    layer: nn.RNNBase, parts: Parts, weights: LayerWeights[Floats]
) -> dict[str, Floats | None]:
    """Arrays by the names of parameters."""
    bias = weights.bias
    cells = parts.block.sections(layer.hidden_size)["cell"]
    missing = bias if not parts.bias else bias[cells] if parts.bias == "gates" else bias[:0]
    if missing.any():
        raise UsageError("biases are given that the layer has none for; make it with bias=True")
    found: dict[str, Floats | None] = {
        "weight_ih": weights.weight_ih,
        "weight_hh": weights.weight_hh,
        "weight_peephole": weights.peepholes,
        "weight_hr": weights.projection,
        "weight_gh": weights.weight_gh,
    }
    if parts.bias:
        kept = np.delete(bias, cells) if parts.bias == "gates" else bias
        found["bias_ih"] = kept
        if parts.bias is True:
            found["bias_hh"] = np.zeros_like(bias)
    norms = weights.norms or (None,) * 4
    return found | dict(zip(_NORMS, norms, strict=True))


def _fitting(layer: nn.RNNBase, name: str, array: Floats | None) -> list[tuple[Tensor, Floats]]:
    """A parameter and what it is to be, if there is one."""
    parameter: Tensor | None = getattr(layer, name, None)
    shape = None if parameter is None else tuple(parameter.shape)
    given = None if array is None else array.shape
    if shape != given:
        raise UsageError(f"{name} is {given or 'not there'}, expected {shape or 'none'}")
    return [] if parameter is None or array is None else [(parameter, array)]


def _check_kind(suffix: str, given: LayerKind, own: LayerKind) -> None:
    """Refuse weights of a layer that does something else with them."""
    if given.block != own.block:
        raise UsageError(
            f"weights{suffix} are of {given.block}, but this layer is of {own.block}; make it with "
            "block=weights.kind.block"
        )
    if given.zoneout != own.zoneout:
        raise UsageError(
            f"weights{suffix} are of a layer with zoneout={given.zoneout}, but this one has "
            f"{own.zoneout}; make it with the same zoneout"
        )
    if given.backwards != own.backwards:
        ways = {True: "from the end", False: "from the beginning"}
        raise UsageError(
            f"weights{suffix} read sequences {ways[given.backwards]}, but this direction of the "
            f"layer {ways[own.backwards]}; give them as the other direction of a bidirectional one"
        )
