"""ONNX: the operators LSTM and RNN. Rows for input, output, forget, cell; peepholes i, o, f.

Source: the specification of LSTM and RNN, version 22.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from karussell.blocks import LayerKind, LayerWeights
from karussell.errors import UsageError
from karussell.interchange.checks import checked, floats, need_float32
from karussell.interchange.onnx_attributes import (
    DIRECTIONS,
    Direction,
    activation_attributes,
    read_attributes,
)
from karussell.interchange.plain import need_no_zoneout, to_plain
from karussell.kernels import SIGMOID, TANH, Activation, Block, Floats, Nonlinearity

# Where their input, output, forget and cell rows stand among ours, and their peepholes i, o, f.
_ROWS, _PEEPHOLES = (0, 3, 1, 2), (0, 2, 1)


class OnnxLayer(NamedTuple):
    """A layer that does what an LSTM node does.

    Attributes:
        weights: Those of each direction.
        block: What its blocks are made of, in both directions.
        direction: "forward", "reverse" or "bidirectional".
        batch_first: Whether the batch comes first (``layout=1``).
    """

    weights: tuple[LayerWeights[Floats], ...]
    block: Block
    direction: Direction
    batch_first: bool = False


class OnnxPlainLayer(NamedTuple):
    """A layer that does what an RNN node does.

    Attributes:
        weights: Those of each direction.
        nonlinearities: Of each direction.
        direction: "forward", "reverse" or "bidirectional".
        batch_first: Whether the batch comes first (``layout=1``).
    """

    weights: tuple[LayerWeights[Floats], ...]
    nonlinearities: tuple[Nonlinearity, ...]
    direction: Direction
    batch_first: bool = False


class OnnxWeights(NamedTuple):
    """The inputs and attributes of an LSTM node.

    Attributes:
        W: Input weights (D, 4H, I).
        R: Recurrent weights (D, 4H, H).
        B: Both biases (D, 8H).
        P: Peepholes (D, 3H), or None.
        attributes: Those that are not as usual.
    """

    W: Floats
    R: Floats
    B: Floats
    P: Floats | None
    attributes: dict[str, Any]


def from_onnx(
    W: Floats,
    R: Floats,
    B: Floats | None = None,
    P: Floats | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> OnnxLayer:
    """Read an LSTM node.

    Args:
        W: Input weights (D, 4H, I).
        R: Recurrent weights (D, 4H, H).
        B: Both biases (D, 8H); zeros if None.
        P: Peepholes (D, 3H), or None.
        attributes: The node's attributes by name.

    Returns:
        The layer. The ``kind`` of its weights says what else it does, so that no other layer takes
        them: `export_layers` writes one that reads backwards, our LSTM does so in both directions.

    Raises:
        UsageError: The node does what our blocks cannot: directions of different nonlinearities, a
            nonlinearity we do not have, or coupled gates that are not symmetric around 1/2. Or an
            array has another shape, or an attribute is unknown or missing.
    """
    inputs, recurrent, bias = _arrays(W, R, B, gates=4)
    count, hidden = len(inputs), recurrent.shape[-1]
    peepholes = None if P is None else floats("P", P, count, 3 * hidden)
    said = read_attributes(attributes, count, hidden, ("Sigmoid", "Tanh", "Tanh"))
    if len(set(said.activations)) > 1:
        raise UsageError("both directions of an LSTM node must have the same activations")
    gate, cell_input, cell_output = said.activations[0]
    coupled = said.input_forget
    try:
        block = Block(
            coupled=coupled,
            gate=gate,
            cell_input=cell_input,
            cell_output=cell_output,
            net_clip=said.clip,
        )
    except ValueError as error:
        raise UsageError(str(error)) from None
    if coupled and not _is_symmetric(block.gate):
        raise UsageError(
            f"input_forget with {block.gate}: a forget gate of 1 - input gate has no rows then"
        )
    weights = []
    for number in range(count):
        one = LayerWeights(
            weight_ih=_ours(inputs[number], _ROWS),
            weight_hh=_ours(recurrent[number], _ROWS),
            bias=_ours(bias[number].reshape(2, -1).sum(axis=0), _ROWS),
            peepholes=None
            if peepholes is None
            else _ours(peepholes[number].reshape(3, -1), _PEEPHOLES),
        )
        kind = LayerKind(block=block, backwards=number == 1 or said.direction == "reverse")
        weights.append((_coupled(one, hidden) if coupled else one)._replace(kind=kind))
    return OnnxLayer(tuple(weights), block, said.direction, said.batch_first)


def to_onnx(
    weights: Sequence[LayerWeights[Floats]],
    block: Block | None = None,
    direction: Direction | None = None,
) -> OnnxWeights:
    """Write the inputs and attributes of an LSTM node; see `to_plain`.

    Args:
        weights: Those of each direction.
        block: What their blocks are made of; what the weights say if None, else the common one.
        direction: Which way they read; if None, what the weights say, else forward.

    Raises:
        UsageError: No such node does the same.
    """
    both = [checked(one, block) for one in weights]
    direction = which_way(weights, direction)
    blocks = {own for _, own in both}
    if len(blocks) > 1:
        raise UsageError("both directions of an LSTM node must be of the same blocks")
    block = both[0][1]
    for hindrance, there in {
        "a projection": any(one.projection is not None for one in weights),
        "cell_clip": block.cell_clip is not None,
    }.items():
        if there:
            raise UsageError(f"{hindrance}: an LSTM node of ONNX has none")
    for one in weights:
        need_no_zoneout(one, "an LSTM node of ONNX")
    return node_of([to_plain(one, block) for one, _ in both], block, direction)


def node_of(
    plain: Sequence[LayerWeights[Any]], block: Block, direction: Direction, library: Any = np
) -> OnnxWeights:
    """An LSTM node of layers that are plain, of arrays of NumPy or of tensors of torch."""

    def stacked(parts: Sequence[Any], places: tuple[int, ...]) -> Any:
        return library.stack([_theirs(part, places, library) for part in parts])

    need_float32(block)
    W, R, bias = (
        stacked([getattr(one, name) for one in plain], _ROWS)
        for name in ("weight_ih", "weight_hh", "bias")
    )
    there = [one.peepholes for one in plain if one.peepholes is not None]
    if there and len(there) < len(plain):
        raise UsageError("peepholes: an LSTM node of ONNX has them in both directions or in none")
    P = stacked([one.reshape(-1) for one in there], _PEEPHOLES) if there else None
    attributes: dict[str, Any] = {"hidden_size": int(R.shape[-1])}
    if direction != "forward":
        attributes["direction"] = direction
    if block.net_clip is not None:
        attributes["clip"] = float(block.net_clip)
    activations = (block.gate, block.cell_input, block.cell_output)
    if activations != (SIGMOID, TANH, TANH):
        attributes |= activation_attributes(activations * len(plain))
    return OnnxWeights(W, R, library.concatenate([bias, 0 * bias], 1), P, attributes)


def which_way(
    weights: Sequence[LayerWeights[Floats]], direction: Direction | None = None
) -> Direction:
    """Which way the weights of each direction read.

    Args:
        weights: The weights.
        direction: What was said of them; if None, what they say, else forward.

    Raises:
        UsageError: They are of none or of more than two, or they say something else.
    """
    if not 1 <= len(weights) <= 2:
        raise UsageError(f"weights of {len(weights)} directions, expected 1 or 2")
    ways = [None if one.kind is None else one.kind.backwards for one in weights]
    if direction is None:
        direction = "bidirectional" if len(weights) == 2 else "reverse" if ways[0] else "forward"
    if DIRECTIONS.get(direction) != len(weights):
        raise UsageError(f"direction is {direction!r} with weights of {len(weights)} directions")
    expected = [direction == "reverse"] if len(weights) == 1 else [False, True]
    for number, (way, wanted) in enumerate(zip(ways, expected, strict=True)):
        if way not in (None, wanted):
            end = "end" if way else "beginning"
            raise UsageError(
                f"direction is {direction!r}, but weights {number} read from the {end}"
            )
    return direction


def from_onnx_rnn(
    W: Floats,
    R: Floats,
    B: Floats | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> OnnxPlainLayer:
    """Read an RNN node: W (D, H, I), R (D, H, H), B (D, 2H).

    Raises:
        UsageError: Its nonlinearity is neither tanh nor relu, or it clips; or an array has another
            shape, or an attribute is unknown.
    """
    inputs, recurrent, bias = _arrays(W, R, B, gates=1)
    said = read_attributes(attributes, len(inputs), recurrent.shape[-1], ("Tanh",))
    if said.clip is not None:
        raise UsageError("a plain layer has no clip")
    if said.input_forget:
        raise UsageError("an RNN node has no input_forget")
    nonlinearities: list[Nonlinearity] = []
    for (activation,) in said.activations:
        name = activation.name
        if name != "tanh" and name != "relu":
            raise UsageError(f"a plain layer has {name!r}, expected tanh or relu")
        nonlinearities.append(name)
    weights = [
        LayerWeights(
            one,
            other,
            both.reshape(2, -1).sum(axis=0),
            kind=LayerKind(block=name, backwards=number == 1 or said.direction == "reverse"),
        )
        for number, (one, other, both, name) in enumerate(
            zip(inputs, recurrent, bias, nonlinearities, strict=True)
        )
    ]
    return OnnxPlainLayer(tuple(weights), tuple(nonlinearities), said.direction, said.batch_first)


def _arrays(W: Any, R: Any, B: Any, gates: int) -> tuple[Floats, Floats, Floats]:
    """The arrays of a node with this many gates, biases of zero if there are none."""
    recurrent = floats("R", R, None, None, None)
    count, hidden = len(recurrent), recurrent.shape[-1]
    recurrent = floats("R", recurrent, count, gates * hidden, hidden)
    inputs = floats("W", W, count, gates * hidden, None)
    both = 2 * gates * hidden
    bias = np.zeros((count, both), inputs.dtype) if B is None else floats("B", B, count, both)
    return inputs, recurrent, bias


def _is_symmetric(gate: Activation) -> bool:
    r"""Whether $1 - \phi(z) = \phi(-z)$."""
    return gate == SIGMOID or (gate.name == "hard_sigmoid" and gate.beta == 0.5)


def _coupled(weights: LayerWeights[Floats], hidden: int) -> LayerWeights[Floats]:
    """Without the rows of input gates, of which theirs make forget gates: f = 1 - i."""

    def rows(part: Floats) -> Floats:
        return np.concatenate([-part[:hidden], part[2 * hidden :]])

    peepholes = weights.peepholes
    return LayerWeights(
        weight_ih=rows(weights.weight_ih),
        weight_hh=rows(weights.weight_hh),
        bias=rows(weights.bias),
        peepholes=None if peepholes is None else np.stack([-peepholes[0], peepholes[2]]),
    )


def _ours(rows: Floats, places: tuple[int, ...]) -> Floats:
    """Parts of rows that stand in their order, in ours."""
    parts = np.split(rows, len(places))
    return np.concatenate([parts[place] for place in np.argsort(places)])


def _theirs(rows: Any, places: tuple[int, ...], library: Any) -> Any:
    """Parts of rows that stand in our order, in theirs."""
    size = len(rows) // len(places)
    return library.concatenate([rows[place * size : (place + 1) * size] for place in places])
