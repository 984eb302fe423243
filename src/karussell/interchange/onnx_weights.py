"""ONNX: the operators LSTM and RNN. Rows for input, output, forget, cell; peepholes i, o, f.

Source: the specification of LSTM and RNN, version 22.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from karussell.blocks import LayerWeights
from karussell.errors import UsageError
from karussell.interchange.plain import to_plain
from karussell.kernels import SIGMOID, TANH, Activation, Block, Floats, Nonlinearity

Direction = Literal["forward", "reverse", "bidirectional"]
_DIRECTIONS: dict[Direction, int] = {"forward": 1, "reverse": 1, "bidirectional": 2}

# Nonlinearities by their names, with alpha and beta as they are if a node does not say.
_ACTIVATIONS = {
    "Sigmoid": SIGMOID,
    "Tanh": TANH,
    "Relu": Activation("relu"),
    "Softsign": Activation("softsign"),
    "Affine": Activation("affine", 1.0, 0.0),
    "HardSigmoid": Activation("hard_sigmoid", 0.2, 0.5),
    "ScaledTanh": Activation("scaled_tanh", 1.0, 1.0),
}
OPERATORS = {ours.name: theirs for theirs, ours in _ACTIVATIONS.items()}
"""Their names by ours; each but the last and that of affine is an operator, too."""
_WITH_NUMBERS = ("Affine", "HardSigmoid", "ScaledTanh")
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

    Raises:
        UsageError: The node does what our blocks cannot: directions of different nonlinearities, a
            nonlinearity we do not have, or coupled gates that are not symmetric around 1/2.
    """
    given = dict(attributes or {})
    direction, count = _direction(given, W)
    activations = _activations(given, count, usual=("Sigmoid", "Tanh", "Tanh"))
    if activations[:3] != activations[3:] and count == 2:
        raise UsageError("both directions of an LSTM node must have the same activations")
    clip = given.get("clip")
    coupled = bool(given.get("input_forget", 0))
    block = Block(
        coupled=coupled,
        gate=activations[0],
        cell_input=activations[1],
        cell_output=activations[2],
        net_clip=None if not clip else float(clip),
    )
    if coupled and not _is_symmetric(block.gate):
        raise UsageError(
            f"input_forget with {block.gate}: a forget gate of 1 - input gate has no rows then"
        )
    hidden = R.shape[-1]
    bias = np.zeros((count, 8 * hidden), W.dtype) if B is None else B
    weights = []
    for number in range(count):
        one = LayerWeights(
            weight_ih=_ours(W[number], _ROWS),
            weight_hh=_ours(R[number], _ROWS),
            bias=_ours(bias[number].reshape(2, -1).sum(axis=0), _ROWS),
            peepholes=None if P is None else _ours(P[number].reshape(3, -1), _PEEPHOLES),
        )
        weights.append(_coupled(one, hidden) if coupled else one)
    return OnnxLayer(tuple(weights), block, direction, bool(given.get("layout", 0)))


def to_onnx(
    weights: Sequence[LayerWeights[Floats]], block: Block, direction: Direction = "forward"
) -> OnnxWeights:
    """Write the inputs and attributes of an LSTM node; see `to_plain`.

    Raises:
        UsageError: No such node does the same.
    """
    for hindrance, there in {
        "a projection": any(one.projection is not None for one in weights),
        "cell_clip": block.cell_clip is not None,
    }.items():
        if there:
            raise UsageError(f"{hindrance}: an LSTM node of ONNX has none")
    plain = [to_plain(one, block) for one in weights]
    rows = [
        [_theirs(part, _ROWS) for part in (one.weight_ih, one.weight_hh, one.bias)] for one in plain
    ]
    W, R, bias = (np.stack(parts) for parts in zip(*rows, strict=True))
    peepholes = [one.peepholes for one in plain if one.peepholes is not None]
    P = np.stack([_theirs(one, _PEEPHOLES).reshape(-1) for one in peepholes]) if peepholes else None
    attributes: dict[str, Any] = {"hidden_size": R.shape[-1]}
    if direction != "forward":
        attributes["direction"] = direction
    if block.net_clip is not None:
        attributes["clip"] = block.net_clip
    activations = (block.gate, block.cell_input, block.cell_output) * len(plain)
    if activations != (SIGMOID, TANH, TANH) * len(plain):
        names = [OPERATORS[each.name] for each in activations]
        pairs = zip(names, activations, strict=True)
        numbers = [(each.alpha, each.beta) for name, each in pairs if name in _WITH_NUMBERS]
        attributes["activations"] = names
        if numbers:
            attributes["activation_alpha"] = [alpha for alpha, _ in numbers]
            attributes["activation_beta"] = [beta for _, beta in numbers]
    return OnnxWeights(W, R, np.concatenate([bias, 0 * bias], axis=1), P, attributes)


def from_onnx_rnn(
    W: Floats,
    R: Floats,
    B: Floats | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> OnnxPlainLayer:
    """Read an RNN node: W (D, H, I), R (D, H, H), B (D, 2H).

    Raises:
        UsageError: Its nonlinearity is neither tanh nor relu, or it clips.
    """
    given = dict(attributes or {})
    direction, count = _direction(given, W)
    if given.get("clip"):
        raise UsageError("a plain layer has no clip")
    names = [each.name for each in _activations(given, count, usual=("Tanh",))]
    nonlinearities: list[Nonlinearity] = []
    for name in names:
        if name != "tanh" and name != "relu":
            raise UsageError(f"a plain layer has {name!r}, expected tanh or relu")
        nonlinearities.append(name)
    bias = np.zeros((count, 2 * R.shape[-1]), W.dtype) if B is None else B
    weights = [
        LayerWeights(W[number], R[number], bias[number].reshape(2, -1).sum(axis=0))
        for number in range(count)
    ]
    batch_first = bool(given.get("layout", 0))
    return OnnxPlainLayer(tuple(weights), tuple(nonlinearities), direction, batch_first)


def _direction(attributes: Mapping[str, Any], W: Floats) -> tuple[Direction, int]:
    direction = attributes.get("direction", "forward")
    if isinstance(direction, bytes):
        direction = direction.decode()
    if _DIRECTIONS.get(direction) != len(W):
        raise UsageError(
            f"direction is {direction!r} with weights of {len(W)} directions, expected forward or "
            "reverse with one, bidirectional with two"
        )
    return direction, len(W)


def _activations(
    attributes: Mapping[str, Any], count: int, usual: tuple[str, ...]
) -> list[Activation]:
    names = [
        name.decode() if isinstance(name, bytes) else name
        for name in attributes.get("activations") or usual * count
    ]
    # Alphas and betas stand one after the other for those nonlinearities that have them.
    alphas = iter(attributes.get("activation_alpha") or ())
    betas = iter(attributes.get("activation_beta") or ())
    known = {name.lower(): activation for name, activation in _ACTIVATIONS.items()}
    found = []
    for name in names:
        if name.lower() not in known:
            raise UsageError(f"activation {name!r} is not known, expected {', '.join(OPERATORS)}")
        activation = known[name.lower()]
        if OPERATORS[activation.name] in _WITH_NUMBERS:
            activation = activation._replace(
                alpha=float(next(alphas, activation.alpha)),
                beta=float(next(betas, activation.beta)),
            )
        found.append(activation)
    return found


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


def _theirs(rows: Floats, places: tuple[int, ...]) -> Floats:
    parts = np.split(rows, len(places))
    return np.concatenate([parts[place] for place in places])
