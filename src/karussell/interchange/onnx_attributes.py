"""The attributes of LSTM and RNN nodes of ONNX: what they say, and what they leave unsaid.

Source: the specification of LSTM and RNN, version 22.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from karussell.errors import UsageError
from karussell.kernels import SIGMOID, TANH, Activation

Direction = Literal["forward", "reverse", "bidirectional"]
DIRECTIONS: dict[Direction, int] = {"forward": 1, "reverse": 1, "bidirectional": 2}

# Ours by their names in small letters. Alpha and beta of hard sigmoid are 0.2 and 0.5 if a node
# does not say them; of the other two engines make different things, so a node must say them.
_ACTIVATIONS = {
    "Sigmoid": SIGMOID,
    "Tanh": TANH,
    "Relu": Activation("relu"),
    "Softsign": Activation("softsign"),
    "Affine": Activation("affine"),
    "HardSigmoid": Activation("hard_sigmoid"),
    "ScaledTanh": Activation("scaled_tanh"),
}
OPERATORS = {ours.name: theirs for theirs, ours in _ACTIVATIONS.items()}
"""Their names by ours; each but the last and that of affine is an operator, too."""
_KNOWN = {name.lower(): activation for name, activation in _ACTIVATIONS.items()}
_NAMES = (
    "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size",
    "input_forget", "layout",
)  # fmt: skip


class Attributes(NamedTuple):
    """What the attributes of a node say.

    Attributes:
        direction: "forward", "reverse" or "bidirectional".
        activations: The nonlinearities of each direction.
        clip: Largest size of a net input; None for any.
        input_forget: Whether a forget gate is 1 - its input gate.
        batch_first: Whether the batch comes first (``layout=1``).
    """

    direction: Direction
    activations: tuple[tuple[Activation, ...], ...]
    clip: float | None
    input_forget: bool
    batch_first: bool


def read_attributes(
    given: Mapping[str, Any] | None, directions: int, hidden: int, usual: tuple[str, ...]
) -> Attributes:
    """Read the attributes of a node.

    Args:
        given: The attributes by name, as ONNX has them, or with text for bytes and arrays for
            lists.
        directions: How many directions its weights have.
        hidden: The size of its hidden state.
        usual: The nonlinearities of one direction if it names none.

    Raises:
        UsageError: An attribute is unknown or has a value that there is not, or one is missing
            without which engines differ.
    """
    if not isinstance(given or {}, Mapping):
        raise UsageError(f"the attributes are {type(given).__name__}, expected them by name")
    said = {name: _plain(value) for name, value in (given or {}).items() if value is not None}
    unknown = sorted(set(said) - set(_NAMES))
    if unknown:
        raise UsageError(f"attribute {unknown[0]!r} is not known, expected {', '.join(_NAMES)}")
    direction = said.get("direction", "forward")
    if direction not in list(DIRECTIONS) or DIRECTIONS[direction] != directions:
        raise UsageError(
            f"direction is {direction!r} with weights of {directions} directions, expected forward "
            "or reverse with one, bidirectional with two"
        )
    if said.get("hidden_size", hidden) != hidden:
        raise UsageError(
            f"hidden_size is {said['hidden_size']!r}, but the weights are for {hidden}"
        )
    clip = said.get("clip")
    if clip is not None and not (_is_number(clip) and 0 < clip < float("inf")):
        raise UsageError(f"clip is {clip!r:.80}, expected a number more than 0")
    flags = {name: said.get(name, 0) for name in ("input_forget", "layout")}
    for name, flag in flags.items():
        if not _is_number(flag) or flag not in (0, 1):
            raise UsageError(f"{name} is {flag!r}, expected 0 or 1")
    found = _activations(said, usual * directions)
    each = len(usual)
    return Attributes(
        direction,
        tuple(tuple(found[at : at + each]) for at in range(0, len(found), each)),
        None if clip is None else float(clip),
        bool(flags["input_forget"]),
        bool(flags["layout"]),
    )


def activation_attributes(activations: Sequence[Activation]) -> dict[str, Any]:
    """Nonlinearities as attributes of a node."""
    names = [OPERATORS[each.name] for each in activations]
    numbers = [(float(each.alpha), float(each.beta)) for each in activations if each.has_numbers]
    attributes: dict[str, Any] = {"activations": names}
    if numbers:
        attributes["activation_alpha"] = [alpha for alpha, _ in numbers]
        attributes["activation_beta"] = [beta for _, beta in numbers]
    return attributes


def _plain(value: Any) -> Any:
    """An attribute as Python has it."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _listed(said: dict[str, Any], name: str) -> list[Any]:
    """An attribute that has several values."""
    values = said.get(name, [])
    if not isinstance(values, list):
        raise UsageError(f"{name} is {str(values)[:80]!r}, expected a list")
    return values


def _activations(said: dict[str, Any], usual: tuple[str, ...]) -> list[Activation]:
    names = _listed(said, "activations") or list(usual)
    if len(names) != len(usual):
        raise UsageError(f"activations are {len(names)}, expected {len(usual)}, for each direction")
    for name in names:
        if str(name).lower() not in _KNOWN:
            raise UsageError(f"activation {name!r} is not known, expected {', '.join(OPERATORS)}")
    found = [_KNOWN[str(name).lower()] for name in names]
    # Alphas and betas stand one after the other for those nonlinearities that have them.
    for kind in ("alpha", "beta"):
        found = _with_numbers(kind, found, _listed(said, f"activation_{kind}"))
    return found


def _with_numbers(kind: str, found: list[Activation], given: list[float]) -> list[Activation]:
    for number in given:
        if not _is_number(number):
            raise UsageError(f"activation_{kind} has {str(number)[:80]!r}, expected numbers")
    places = [number for number, each in enumerate(found) if each.has_numbers]
    if not given and all(found[place].name == "hard_sigmoid" for place in places):
        return found
    if len(given) != len(places):
        names = ", ".join(OPERATORS[found[place].name] for place in places) or "none"
        raise UsageError(
            f"activation_{kind} has {len(given)} numbers, expected {len(places)}, one for each "
            f"activation that has {kind}: {names}"
        )
    result = list(found)
    for place, number in zip(places, given, strict=True):
        name, alpha, beta = found[place]
        alpha, beta = (number, beta) if kind == "alpha" else (alpha, number)
        result[place] = Activation(name, alpha, beta)
    return result
