"""The parameters of an LSTM layer: which there are, how they begin, and as torch has them."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from karussell.blocks import GATE_ORDER, LayerWeights, Norms
from karussell.errors import UsageError
from karussell.interchange.plain import OPEN
from karussell.kernels import Block, Floats
from karussell.layers.tensors import LayerTensors, suffix_of

# True: two vectors that are added up, as torch has them. "one": one vector. "gates": one vector for
# the gates, none for cell inputs.
Bias = bool | Literal["one", "gates"]
GateBias = float | Sequence[float] | None
# The parameters of `karussell.blocks.Norms`, in its order.
_NORMS = ("norm_ih", "norm_hh", "norm_cell", "bias_cell")


class GateBiases(NamedTuple):
    """What biases of gates begin as: one number for all blocks or one for each; None: drawn."""

    input: GateBias = None
    forget: GateBias = None
    output: GateBias = None


class Parts(NamedTuple):
    """What an LSTM layer has beside torch's: its block and which parameters."""

    block: Block
    peepholes: bool
    bias: Bias


def resize(layer: nn.RNNBase, parts: Parts) -> None:
    """Replace the parameters that torch made by those of the blocks."""
    block, hidden = parts.block, layer.hidden_size
    rows, gates = block.gate_rows(hidden), block.gates * block.blocks(hidden)
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


def initialise(layer: nn.RNNBase, parts: Parts, biases: GateBiases) -> None:
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
        for gate, value in biases._asdict().items():
            if value is None:
                continue
            place = _gate_rows(layer, parts, gate)
            for name, parameter in layer.named_parameters():
                if name.startswith("bias_ih"):
                    parameter[place] = _values(gate, value, parameter[place])
                elif name.startswith("bias_hh"):
                    parameter[place] = 0


def tensors(layer: nn.RNNBase, parts: Parts, number: int, direction: int) -> LayerTensors:
    """The weights of one layer and direction; torch's two bias vectors are added up."""
    suffix = suffix_of(number, direction)

    def named(name: str) -> Tensor:
        found: Tensor = getattr(layer, name + suffix)
        return found

    weight_ih = named("weight_ih")
    if parts.bias is True:
        bias = named("bias_ih") + named("bias_hh")
    elif parts.bias:
        bias = _with_cells(named("bias_ih"), layer, parts)
    else:
        bias = weight_ih.new_zeros(len(weight_ih))
    return LayerTensors(
        weight_ih,
        named("weight_hh"),
        bias,
        peepholes=named("weight_peephole") if parts.peepholes else None,
        projection=named("weight_hr") if layer.proj_size else None,
        weight_gh=named("weight_gh") if parts.block.gate_recurrence else None,
        norms=tuple(map(named, _NORMS)) if parts.block.layer_norm else None,
    )


def as_numpy(weights: LayerTensors) -> LayerWeights:
    """The weights of one layer and direction as NumPy has them, copied."""

    def array(tensor: Tensor | None) -> Any:
        return None if tensor is None else tensor.detach().cpu().numpy().copy()

    norms = None if weights.norms is None else Norms(*map(array, weights.norms))
    arrays = {name: array(part) for name, part in weights._asdict().items() if name != "norms"}
    return LayerWeights(**arrays, norms=norms)


def load(layer: nn.RNNBase, parts: Parts, weights: Sequence[Sequence[LayerWeights]]) -> None:
    """Set the parameters of all layers.

    Raises:
        UsageError: There are not as many layers and directions, a shape differs, or a bias is given
            that the layer has none for.
    """
    counts = [len(directions) for directions in weights]
    expected = [1 + layer.bidirectional] * layer.num_layers
    if counts != expected:
        raise UsageError(f"weights of layers with {counts} directions, expected {expected}")
    for number, directions in enumerate(weights):
        for direction, one in enumerate(directions):
            suffix = suffix_of(number, direction)
            for name, array in _named(layer, parts, one).items():
                _set(layer, name + suffix, array)


def serves_torch(parts: Parts) -> bool:
    """Whether ``torch.nn.LSTM`` can run such blocks, with other rows."""
    block = parts.block
    plain = Block(block.cells, block.coupled, forgets=block.forgets)
    return block == plain and not parts.peepholes


def as_torch(weights: LayerTensors, block: Block, bias: bool) -> list[Tensor]:
    r"""The weights as ``torch.nn.LSTM`` keeps them: 4H rows, a shared gate's repeated S times.

    A coupled input gate is $1 - \sigma(z) = \sigma(-z)$: the rows of the forget gate, negated.
    """
    given = [weights.weight_ih, weights.weight_hh]
    rows = [_rows(weight, block, open=0.0) for weight in given]
    if bias:
        rows += [_rows(weights.bias, block, open=OPEN), weights.bias.new_zeros(len(rows[0]))]
    return rows if weights.projection is None else [*rows, weights.projection]


def _rows(weight: Tensor, block: Block, *, open: float) -> Tensor:
    blocks = len(weight) // (block.gates + block.cells)
    size = blocks * block.cells
    *gates, cell, output = torch.split(weight, [*[blocks] * (block.gates - 1), size, blocks])
    if block.coupled:
        gates = [-gates[0], gates[0]]
    elif not block.forgets:
        gates = [gates[0], torch.full_like(gates[0], open)]
    repeated = [part.repeat_interleave(block.cells, 0) for part in (*gates, output)]
    return torch.cat([*repeated[:2], cell, repeated[2]])


def _gate_rows(layer: nn.RNNBase, parts: Parts, gate: str) -> slice:
    """Where the bias of a gate stands."""
    block = parts.block
    own = [name for name in GATE_ORDER if name != "cell"]
    if block.coupled:
        own.remove("input")
    if not block.forgets:
        own.remove("forget")
    if gate not in own or not parts.bias:
        raise UsageError(f"{gate}_bias is given, but there are no such biases; leave it out")
    blocks = block.blocks(layer.hidden_size)
    first = own.index(gate) * blocks
    if gate == "output" and parts.bias != "gates":
        first += layer.hidden_size
    return slice(first, first + blocks)


def _values(gate: str, value: float | Sequence[float], like: Tensor) -> Tensor:
    values = torch.as_tensor(value, dtype=like.dtype, device=like.device)
    if values.dim() and values.shape != like.shape:
        raise UsageError(f"{gate}_bias has {len(values)} values, expected one or {len(like)}")
    return values.expand_as(like)


def _with_cells(bias: Tensor, layer: nn.RNNBase, parts: Parts) -> Tensor:
    """A bias (G,), of cell inputs zero if only gates have one."""
    if parts.bias != "gates":
        return bias
    before = _cell_rows(layer, parts).start
    return torch.cat([bias[:before], bias.new_zeros(layer.hidden_size), bias[before:]])


def _cell_rows(layer: nn.RNNBase, parts: Parts) -> slice:
    """Where the rows of cell inputs stand."""
    before = (parts.block.gates - 1) * parts.block.blocks(layer.hidden_size)
    return slice(before, before + layer.hidden_size)


def _named(layer: nn.RNNBase, parts: Parts, weights: LayerWeights) -> dict[str, Floats | None]:
    """Arrays by the names of parameters."""
    bias = weights.bias
    cells = _cell_rows(layer, parts)
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


def _set(layer: nn.RNNBase, name: str, array: Floats | None) -> None:
    parameter: Tensor | None = getattr(layer, name, None)
    shape = None if parameter is None else tuple(parameter.shape)
    given = None if array is None else array.shape
    if shape != given:
        raise UsageError(f"{name} is {given or 'not there'}, expected {shape or 'none'}")
    if parameter is not None:
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(np.array(array)))
