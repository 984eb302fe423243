"""Small networks of memory blocks that learn online, as in 1997: many at once, one in each lane.

All arrays float32, C-contiguous, networks last. Letters: T time, K networks, I inputs, O outputs, B
blocks, S cells per block, H = B * S cells, W weights of a network.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from karussell.kernels import _native
from karussell.kernels.block import SIGMOID, Activation, Block
from karussell.kernels.checks import check_array, check_dimensions, check_threads
from karussell.kernels.memory import empty
from karussell.kernels.results import Floats

NETWORKS_TOGETHER = 16
"""K is a multiple of it on every machine."""

_IDENTITY = Activation("affine", 1.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class OnlineNetwork:
    r"""What each of the networks is: a layer of memory blocks, and sigmoid outputs on its cells.

    A net input sees $[x(t); y(t-1)]$, with gate recurrence the gates of the step before, and a
    bias, in this order; a gate with peepholes then the cells of its own block. An output sees the
    cells' outputs, perhaps the inputs, and a bias.

    Attributes:
        inputs: I.
        blocks: B.
        outputs: O.
        block: What a block is made of: with or without a forget gate, gates fed back or not; cell
            inputs and outputs are scaled tanh, tanh, sigmoid or the identity.
        peepholes: Whether gates see the cells of their block.
        outputs_see_inputs: Whether outputs see them.
    """

    inputs: int
    blocks: int
    outputs: int
    block: Block = field(default_factory=Block.of_1997)
    peepholes: bool = False
    outputs_see_inputs: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot learn so.

        Raises:
            ValueError: Naming the choice, its value and what was expected.
        """
        for name in ("inputs", "blocks", "outputs"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, expected 1 or more")
        block = self.block
        clipped = block.net_clip is not None or block.cell_clip is not None
        if block.coupled or block.layer_norm or clipped or block.gate != SIGMOID:
            raise ValueError(
                f"{block} cannot learn online, expected no coupled gates, no layer norm, no clips "
                "and sigmoid gates"
            )
        for name in ("cell_input", "cell_output"):
            activation = getattr(block, name)
            if activation.name not in ("tanh", "scaled_tanh", "sigmoid") and (
                activation != _IDENTITY
            ):
                raise ValueError(
                    f"{name} is {activation}, expected tanh, scaled tanh, sigmoid or the identity"
                )

    @property
    def hidden(self) -> int:
        """H."""
        return self.blocks * self.block.cells

    @property
    def gates(self) -> int:
        """How many gates net inputs see."""
        return self.block.gates * self.blocks if self.block.gate_recurrence else 0

    @property
    def row(self) -> int:
        """How many weights a gate or cell has, peepholes too, used or not."""
        peeping = self.block.cells if self.peepholes else 0
        return self.inputs + self.hidden + self.gates + 1 + peeping

    @property
    def output_row(self) -> int:
        """How many weights an output has."""
        return self.hidden + (self.inputs if self.outputs_see_inputs else 0) + 1

    @cached_property
    def sections(self) -> dict[str, tuple[slice, tuple[int, int]]]:
        """Where the weights of gates, cells and outputs ("answer") stand, as (rows, width)."""
        shapes = {
            name: (size, self.row) for name, size in self.block.sizes(self.hidden).items()
        } | {"answer": (self.outputs, self.output_row)}
        found: dict[str, tuple[slice, tuple[int, int]]] = {}
        first = 0
        for name, shape in shapes.items():
            size = math.prod(shape)
            found[name] = slice(first, first + size), shape
            first += size
        return found

    @property
    def weights(self) -> int:
        """W, those that no unit uses among them: peepholes of cells."""
        return sum(math.prod(shape) for _, shape in self.sections.values())

    @property
    def state(self) -> int:
        """How many numbers a network carries from step to step."""
        return 2 * self.hidden + self.gates + 3 * self.hidden * self.row + 1

    def as_native(self) -> _native.OnlineShape:
        """What the kernels take."""
        block = self.block
        return _native.online_shape(
            self.inputs,
            self.blocks,
            block.cells,
            self.outputs,
            block.forgets,
            block.gate_recurrence,
            self.peepholes,
            self.outputs_see_inputs,
            *block.cell_input,
            *block.cell_output,
        )


def learn_online(
    network: OnlineNetwork,
    weights: Floats,
    state: Floats,
    x: Floats,
    targets: Floats,
    *,
    matters: Floats,
    begins: Floats,
    rates: Floats | None = None,
    trained: Floats | None = None,
    wrong: float = math.inf,
    outputs: Floats | None = None,
    threads: int = 1,
) -> Floats:
    r"""Have K networks read a stream each and learn at each step at which their outputs matter.

    The gradient of half the squared error is cut off where an error leaves a block (Hochreiter and
    Schmidhuber 1997, equations 12 to 15 and 21 to 28; with forget gates Gers, Schmidhuber and
    Cummins 2000; with peepholes Gers, Schraudolph and Schmidhuber 2002), and weights move by it at
    once. What a network does depends on its own lane alone.

    Args:
        network: What each is.
        weights: Changed (W, K).
        state: Changed; zeros at first (``network.state``, K).
        x: What they read (T, I, K).
        targets: What they should answer (T, O, K).
        matters: 1 where outputs matter, 0 elsewhere (T, K).
        begins: 1 where a sequence begins and what came before is forgotten, 2 where one may begin
            for a network that sleeps, 0 elsewhere (T, K).
        rates: Learning rates (K,); None to answer without learning.
        trained: 1 for weights that learn, 0 for others (W,); None for all.
        wrong: An output that is off by more puts its network to sleep, until it may begin anew.
        outputs: Written, if given (T, O, K).
        threads: How many threads to use; the result does not depend on it.

    Returns:
        The largest error of the outputs at each step where they matter to a network that is awake,
        -1 elsewhere (T, K).

    Raises:
        TypeError: An array is not float32.
        ValueError: A shape does not fit, or an array is not contiguous.
    """
    check_threads(threads)
    check_dimensions("x", x, 3)
    time, _, count = x.shape
    learns = rates is not None
    rates = np.zeros(count, np.float32) if rates is None else rates
    trained = np.ones(network.weights, np.float32) if trained is None else trained
    given = x, targets, matters, begins, rates, trained, weights, state
    _check(network, *given, targets if outputs is None else outputs)
    errors = empty((time, count))
    _native.online_learning(network.as_native(), *given, errors, outputs, learns, wrong, threads)
    return errors


def _check(network: OnlineNetwork, *given: Floats) -> None:
    time, _, count = given[0].shape
    if count % NETWORKS_TOGETHER:
        raise ValueError(
            f"x is {given[0].shape}, expected a multiple of {NETWORKS_TOGETHER} networks"
        )
    expected = {
        "x": (time, network.inputs, count),
        "targets": (time, network.outputs, count),
        "matters": (time, count),
        "begins": (time, count),
        "rates": (count,),
        "trained": (network.weights,),
        "weights": (network.weights, count),
        "state": (network.state, count),
        "outputs": (time, network.outputs, count),
    }
    for array, (name, shape) in zip(given, expected.items(), strict=True):
        check_array(name, array, shape)
