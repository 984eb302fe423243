"""Flax: cells of linen and nnx, plain and optimized, one matrix for each gate: i, f, g (cell), o.

In nnx the forget gate's matrix of inputs is named ``if_``, and an ``OptimizedLSTMCell`` has all
four side by side.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from karussell.blocks import LayerKind, LayerWeights
from karussell.errors import UsageError
from karussell.interchange.checks import floats
from karussell.interchange.functions import COMMON, read_function
from karussell.interchange.plain import need_common
from karussell.kernels import Activation, Block, Floats

_GATES = "ifgo"
# That of JAX has always been this.
_KNOWN = {**COMMON, "hard_sigmoid": Activation("hard_sigmoid", 1 / 6, 0.5)}

Parameters = Mapping[str, Mapping[str, Floats]]


def from_flax(
    parameters: Mapping[str, Any], *, gate_fn: Any = None, activation_fn: Any = None
) -> LayerWeights[Floats]:
    """Read the parameters of a cell: "ii" to "io" from inputs, "hi" to "ho" from hidden states.

    Args:
        parameters: Those of a cell of linen, or ``nnx.state(cell)``.
        gate_fn: The cell's ``gate_fn``, for parameters do not say it: a name, a function or an
            `Activation`; "sigmoid" if the cell was made without.
        activation_fn: The same; "tanh" if the cell was made without.

    Raises:
        UsageError: A parameter is missing, unknown or of another shape, or what the parameters do
            not say is not given.
    """
    found = _by_gate(_unwrapped(parameters))
    block = _block(gate_fn, activation_fn)
    size = len(floats("hi.kernel", found["hi"]["kernel"], None, None))
    inputs = floats("ii.kernel", found["ii"]["kernel"], None, size).shape[0]

    def rows(side: str, count: int) -> Floats:
        names = [side + gate for gate in _GATES]
        arrays = [floats(f"{name}.kernel", found[name]["kernel"], count, size) for name in names]
        return np.concatenate([array.T for array in arrays])

    weight_ih, weight_hh = rows("i", inputs), rows("h", size)
    biased = [gate for gate in _GATES if "bias" in found[f"h{gate}"]]
    if biased and len(biased) < len(_GATES):
        raise UsageError(f"only the gates {', '.join(biased)} have a bias, expected all or none")
    biases = [floats(f"h{gate}.bias", found[f"h{gate}"]["bias"], size) for gate in biased]
    bias = np.concatenate(biases) if biases else 0 * weight_hh[:, 0]
    return LayerWeights(weight_ih, weight_hh, bias, kind=LayerKind(block=block))


def to_flax(
    weights: LayerWeights[Floats], block: Block | None = None, *, backwards: bool = False
) -> dict[str, dict[str, Floats]]:
    """Write the parameters of a cell of linen with its own functions.

    Args:
        weights: The weights.
        block: What their blocks are made of; what the weights say if None, else the common one.
        backwards: Whether what runs the cell reads sequences from the end.

    Raises:
        UsageError: Flax has no such cell.
    """
    plain = need_common(weights, block, "Flax's LSTMCell", backwards=backwards)
    result: dict[str, dict[str, Floats]] = {}
    inputs, hidden, bias = (np.split(part, 4) for part in plain[:3] if part is not None)
    for number, gate in enumerate(_GATES):
        result["i" + gate] = {"kernel": inputs[number].T}
        result["h" + gate] = {"kernel": hidden[number].T, "bias": bias[number]}
    return result


def _block(gate_fn: Any, activation_fn: Any) -> Block:
    given = {"gate_fn": gate_fn, "activation_fn": activation_fn}
    for name, value in given.items():
        if value is None:
            raise UsageError(
                f"the parameters do not say which {name} the cell has; give {name}=cell.{name}, or "
                "gate_fn='sigmoid', activation_fn='tanh' if it has Flax's own"
            )
    gate, inner = (read_function(name, value, _KNOWN) for name, value in given.items())
    return Block(gate=gate, cell_input=inner, cell_output=inner)


def _unwrapped(parameters: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Dictionaries of arrays, of whatever holds them there; random streams are left out."""
    if isinstance(parameters, Mapping) and list(parameters) == ["params"]:
        parameters = parameters["params"]
    if not isinstance(parameters, Mapping):
        raise UsageError(f"the parameters are {type(parameters).__name__}, expected a dictionary")
    found = {}
    for name, part in parameters.items():
        if name == "rngs":
            continue
        if not isinstance(part, Mapping):
            raise UsageError(f"{name!r} is {type(part).__name__}, expected kernel and bias by name")
        found["if" if name == "if_" else str(name)] = {
            key: value for key, value in map(_leaf, part.items()) if value is not None
        }
    return found


def _leaf(item: tuple[Any, Any]) -> tuple[str, Any]:
    """A parameter's name, and its array; nnx holds it in a variable."""
    name, value = item
    if hasattr(value, "get_value"):
        return str(name), value.get_value()
    return str(name), getattr(value, "value", value)


def _quarter(name: str, array: Any, number: int) -> Floats:
    """The columns of one of four gates."""
    whole = np.asarray(array)
    if whole.ndim not in (1, 2) or whole.shape[-1] % 4:
        raise UsageError(f"{name} is {whole.shape}, expected 4H columns")
    return np.split(whole, 4, axis=-1)[number]


def _by_gate(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Matrices by side and gate, also those that stand side by side."""
    if set(found) == {"dense_i", "dense_h"}:
        found = {
            side + gate: {
                name: _quarter(f"dense_{side}.{name}", array, number)
                for name, array in found[f"dense_{side}"].items()
            }
            for side in "ih"
            for number, gate in enumerate(_GATES)
        }
    names = [side + gate for side in "ih" for gate in _GATES]
    missing = [name for name in names if name not in found]
    missing += [f"{name}.kernel" for name in names if "kernel" not in found.get(name, ())]
    if missing:
        raise UsageError(
            f"{missing[0]!r} is missing; expected 'ii' to 'io' and 'hi' to 'ho', as an LSTMCell of "
            f"Flax has them, got {', '.join(found)}"
        )
    own = {name: {"kernel", "bias"} if name[0] == "h" else {"kernel"} for name in names}
    unknown = [
        f"{name}.{part}"
        for name, parts in found.items()
        for part in parts
        if part not in own.get(name, ())
    ]
    if unknown:
        raise UsageError(f"{unknown[0]!r} is nothing that an LSTMCell of Flax has")
    return found
