"""The nonlinearities of Keras and Flax by their names there."""

from collections.abc import Mapping
from typing import Any

from karussell.errors import UsageError
from karussell.kernels import Activation, Block

# Those that mean the same in all of them, by all their names.
COMMON = {
    "sigmoid": Activation("sigmoid"),
    "tanh": Activation("tanh"),
    "relu": Activation("relu"),
    "softsign": Activation("softsign"),
    "soft_sign": Activation("softsign"),
    "linear": Activation("affine"),
    "identity": Activation("affine"),
}


def read_function(option: str, given: Any, known: Mapping[str, Activation]) -> Activation:
    """The nonlinearity that an option names.

    Args:
        option: The name of the option.
        given: A name, a function with that name, what Keras writes for one, or ours.
        known: Ours by theirs.

    Raises:
        UsageError: Blocks have none like it, or the name means several.
    """
    if isinstance(given, Activation):
        try:
            return Block(cell_input=given).cell_input
        except ValueError as error:
            raise UsageError(f"{option}: {error}") from None
    if isinstance(given, Mapping) and "config" in given:
        given = given["config"]
    name = given if isinstance(given, str) else getattr(given, "__name__", None)
    if given is None:
        name = "linear"
    if name == "hard_sigmoid" and name not in known:
        raise UsageError(
            f"{option} is 'hard_sigmoid', which has changed: give Activation('hard_sigmoid', 1 / 6,"
            " 0.5) for that of Keras 3, Activation('hard_sigmoid', 0.2, 0.5) for that of Keras 1 "
            "and 2"
        )
    if not isinstance(name, str) or name not in known:
        shown = repr(given if name is None else name)[:80]
        raise UsageError(f"{option} is {shown}, expected one of {', '.join(known)}")
    return known[name]
