"""What the passes over a sequence return; the same names for the kernels and for the equations."""

from typing import Any, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.floating[Any]]


class _Sliced(Protocol):
    """What NumPy's arrays and torch's tensors both are."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, key: Any, /) -> Any: ...


# Arrays of NumPy, or tensors of torch.
Numbers = TypeVar("Numbers", bound=_Sliced)


class Trace(NamedTuple, Generic[Numbers]):
    """What a layer of memory blocks did at every time step.

    Attributes:
        hidden: Hidden states (T, N, P); P is H without a projection.
        cell: Cell states (T, N, H).
        gates: Gate activations and cell inputs after their nonlinearities (T, N, G), rows in the
            order of `GATE_ORDER`.
    """

    hidden: Numbers
    cell: Numbers
    gates: Numbers


class LSTMGradients(NamedTuple):
    """Gradients of a layer of memory blocks over a whole sequence.

    Attributes:
        x: On the inputs (T, N, I).
        weight_ih: On the input weights (G, I).
        weight_hh: On the recurrent weights (G, P); P is H without a projection.
        bias: On the bias (G,).
        hidden: On the hidden state before the first step (N, P).
        cell: On the cell state before the first step (N, H).
        peepholes: On the peephole weights (3, H) or (2, H), if there are any.
        projection: On the projection (P, H), if there is one.
        weight_gh: On the weights of fed-back gates (G, R), if there are any; never of the kernels,
            like what follows.
        norms: On the gains and the bias of a normalised layer.
        gates: On the fed-back gates before the first step (N, R).
    """

    x: Floats
    weight_ih: Floats
    weight_hh: Floats
    bias: Floats
    hidden: Floats
    cell: Floats
    peepholes: Floats | None = None
    projection: Floats | None = None
    weight_gh: Floats | None = None
    norms: tuple[Floats, ...] | None = None
    gates: Floats | None = None


class RNNGradients(NamedTuple):
    """Gradients of a plain recurrent layer over a whole sequence.

    Attributes:
        x: On the inputs (T, N, I).
        weight_ih: On the input weights (H, I).
        weight_hh: On the recurrent weights (H, H).
        bias: On the bias (H,).
        hidden: On the hidden state before the first step (N, H).
    """

    x: Floats
    weight_ih: Floats
    weight_hh: Floats
    bias: Floats
    hidden: Floats
