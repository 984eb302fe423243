"""What the memory blocks of a layer are made of, and the number format of their products."""

import math
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal, NamedTuple, SupportsFloat

# Products of float32 numbers, or of the nearest bfloat16 with sums in float32. Everything else is
# float32 either way.
Precision = Literal["float32", "bfloat16"]

ActivationName = Literal[
    "sigmoid", "hard_sigmoid", "tanh", "scaled_tanh", "relu", "affine", "softsign"
]


# Alpha and beta of those that have them, where none are given: those of ONNX. It has none for
# scaled tanh.
_NUMBERS: dict[str, tuple[float, float]] = {
    "hard_sigmoid": (0.2, 0.5),
    "affine": (1.0, 0.0),
    "scaled_tanh": (1.0, 1.0),
}


class _Activation(NamedTuple):
    name: ActivationName
    alpha: float
    beta: float


class Activation(_Activation):
    r"""A nonlinearity, by its name in ONNX.

    Attributes:
        name: "sigmoid", "tanh", "relu", "softsign" $x / (1 + |x|)$, "affine" $\alpha x + \beta$,
            "hard_sigmoid" $\min(1, \max(0, \alpha x + \beta))$ or
            "scaled_tanh" $\alpha \tanh(\beta x)$.
        alpha: $\alpha$ of the last three, which must not be 0; if None 1, and 0.2 of
            "hard_sigmoid", as in ONNX.
        beta: $\beta$ of the last three; if None 0 of "affine", 0.5 of "hard_sigmoid", 1 of
            "scaled_tanh".

    >>> Activation("hard_sigmoid")
    Activation(name='hard_sigmoid', alpha=0.2, beta=0.5)
    """

    __slots__ = ()

    def __new__(
        cls,
        name: ActivationName,
        alpha: SupportsFloat | None = None,
        beta: SupportsFloat | None = None,
    ) -> "Activation":
        """Make one, with the numbers of ONNX where none are given."""
        usual = _NUMBERS.get(name, (1.0, 1.0))
        given = zip((alpha, beta), usual, strict=True)
        numbers = (float(usual if number is None else number) for number, usual in given)
        return super().__new__(cls, name, *numbers)

    @property
    def has_numbers(self) -> bool:
        """Whether alpha and beta mean anything."""
        return self.name in _NUMBERS


# Rows of weights, biases and gate activations of one layer stand in this order: B rows for each
# gate, H for the cell inputs. With one cell per block it is PyTorch's order. A gate that a block
# does not have, or that is coupled to another, has no rows.
GATE_ORDER = ("input", "forget", "cell", "output")

SIGMOID = Activation("sigmoid")
TANH = Activation("tanh")


@dataclass(frozen=True, slots=True, repr=False)
class Block:
    r"""What a memory block is made of.

    Attributes:
        cells: Memory cells that share one set of gates, S.
        coupled: Whether the input gate is 1 - forget gate and has no rows of its own: the coupled
            input and forget gate of Greff et al. 2017.
        forgets: Whether there is a forget gate; without one a cell keeps all it holds (Hochreiter
            and Schmidhuber 1997).
        gate: $\phi$, the nonlinearity of gates.
        cell_input: $g$, that of cell inputs.
        cell_output: $h$, that of cell states on their way out.
        gate_recurrence: Whether all net inputs also see the gates of the step before (1997; the
            full gate recurrence of Greff et al.).
        layer_norm: Whether net inputs and cell states are normalised (Ba, Kiros and Hinton 2016).
        net_clip: Largest size of the net input of a gate or a cell, as in ONNX; None for any.
        cell_clip: Largest size of a cell state, as in cuDNN; None for any.

    >>> Block(cells=4).gate_rows(hidden_size=16)
    28
    >>> Block(coupled=True).gate_rows(hidden_size=16)
    48
    >>> Block.of_1997(cells=2).gate_rows(hidden_size=16)
    32
    >>> Block(cells=2, layer_norm=True)
    Block(cells=2, layer_norm=True)
    """

    cells: int = 1
    coupled: bool = False
    forgets: bool = field(default=True, kw_only=True)
    gate: Activation = field(default=SIGMOID, kw_only=True)
    cell_input: Activation = field(default=TANH, kw_only=True)
    cell_output: Activation = field(default=TANH, kw_only=True)
    gate_recurrence: bool = field(default=False, kw_only=True)
    layer_norm: bool = field(default=False, kw_only=True)
    net_clip: float | None = field(default=None, kw_only=True)
    cell_clip: float | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        """Refuse what is no block.

        Raises:
            ValueError: Naming the choice, its value and what was expected.
        """
        if self.coupled and not self.forgets:
            raise ValueError("coupled gates need a forget gate; leave out coupled or forgets=False")
        for name in ("net_clip", "cell_clip"):
            clip = getattr(self, name)
            if clip is not None and not 0 < clip < math.inf:
                raise ValueError(f"{name} is {clip}, expected more than 0, or None")
        for name in ("gate", "cell_input", "cell_output"):
            _check(name, getattr(self, name))

    def __repr__(self) -> str:
        common = Block.__dataclass_fields__.values()
        own = {each.name: getattr(self, each.name) for each in common}
        usual = {each.name: each.default for each in common}
        shown = ", ".join(
            f"{name}={value!r}" for name, value in own.items() if value != usual[name]
        )
        return f"Block({shown})"

    @classmethod
    def of_1997(cls, cells: int = 1) -> "Block":
        r"""The block of Hochreiter and Schmidhuber 1997.

        No forget gate, gates fed back, $g(x) = 4 \sigma(x) - 2$ and $h(x) = 2 \sigma(x) - 1$ (their
        equations 4 and 5), which are $2 \tanh(x / 2)$ and $\tanh(x / 2)$.
        """
        return cls(
            cells,
            forgets=False,
            cell_input=Activation("scaled_tanh", 2.0, 0.5),
            cell_output=Activation("scaled_tanh", 1.0, 0.5),
            gate_recurrence=True,
        )

    @property
    def is_plain(self) -> bool:
        """Whether nothing is chosen but S and which gates there are: torch's layer can do that."""
        return self == Block(self.cells, self.coupled, forgets=self.forgets)

    @property
    def for_kernels(self) -> bool:
        """Whether the kernels can run it: it is plain and forgets."""
        return self.is_plain and self.forgets

    @property
    def own_gates(self) -> tuple[str, ...]:
        """The gates that have rows of their own."""
        there = {"input": not self.coupled, "forget": self.forgets, "output": True}
        return tuple(name for name, own in there.items() if own)

    @property
    def gates(self) -> int:
        """How many gates of its own a block has."""
        return len(self.own_gates)

    def sizes(self, hidden_size: int) -> dict[str, int]:
        """How many rows each gate and the cell inputs of a layer have, those that have any.

        Raises:
            ValueError: S does not divide H.
        """
        rows = dict.fromkeys(self.own_gates, self.blocks(hidden_size)) | {"cell": hidden_size}
        return {name: rows[name] for name in GATE_ORDER if name in rows}

    def sections(self, hidden_size: int) -> dict[str, slice]:
        """Where these rows stand, in NumPy's arrays as in torch's tensors.

        Raises:
            ValueError: S does not divide H.
        """
        sizes = self.sizes(hidden_size)
        ends = accumulate(sizes.values())
        return {name: slice(end - sizes[name], end) for name, end in zip(sizes, ends, strict=True)}

    def gate_rows(self, hidden_size: int) -> int:
        """G = H + 3B for H cells, or H + 2B if coupled or without forget gates.

        Raises:
            ValueError: S does not divide H.
        """
        return sum(self.sizes(hidden_size).values())

    def hidden_size(self, rows: int) -> int:
        """H of a layer with G rows.

        Raises:
            ValueError: S is not positive, or S and the gates of a block do not divide G.
        """
        size = self.gates + self.cells
        if self.cells < 1 or rows % size:
            raise ValueError(
                f"{rows} gate rows are no whole number of blocks of {self.cells} cells, "
                f"expected a multiple of {self.gates} + cells_per_block"
            )
        return rows // size * self.cells

    def blocks(self, hidden_size: int) -> int:
        """B for H cells.

        Raises:
            ValueError: S does not divide H.
        """
        if self.cells < 1 or hidden_size % self.cells:
            raise ValueError(
                f"cells_per_block is {self.cells}, expected a divisor of hidden_size {hidden_size}"
            )
        return hidden_size // self.cells


def _check(name: str, activation: Activation) -> None:
    """Refuse what is no nonlinearity."""
    if activation.name not in ActivationName.__args__:  # type: ignore[attr-defined]
        known = ", ".join(ActivationName.__args__)  # type: ignore[attr-defined]
        raise ValueError(f"{name} is {activation.name!r}, expected one of {known}")
    numbers = activation[1:]
    if not activation.has_numbers and numbers != (1.0, 1.0):
        raise ValueError(f"{name} is {activation.name} with {numbers}, but it has no alpha or beta")
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"{name} has alpha and beta {numbers}, expected finite numbers")
    if activation.alpha == 0:
        raise ValueError(f"{name} has alpha 0: it would say nothing of what it is given")


# The LSTM as it is common today: one cell a block.
COMMON_BLOCK = Block()
