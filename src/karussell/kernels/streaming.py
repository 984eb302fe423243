"""One sequence, one time step at a time, on one thread, with weights packed once."""

import numpy as np

from karussell import _native
from karussell.kernels.checks import (
    Nonlinearity,
    check_array,
    check_dimensions,
    check_layer,
    gate_rows,
    is_relu,
)
from karussell.kernels.results import Floats


class StreamingLSTM:
    """A layer of memory blocks that takes one input after the other.

    The weights are copied and packed when it is made. Threads may share it.

    Args:
        weight_ih: Input weights (G, I), float32.
        weight_hh: Recurrent weights (G, H), float32.
        bias: Bias (G,), float32.
        cells_per_block: S, a divisor of H.

    Raises:
        TypeError: An array is not float32.
        ValueError: A shape does not fit, or an array is not contiguous.
    """

    __slots__ = ("_inputs", "_rows", "_size", "_stepper")

    def __init__(
        self, weight_ih: Floats, weight_hh: Floats, bias: Floats, *, cells_per_block: int = 1
    ) -> None:
        check_dimensions("weight_hh", weight_hh, 2)
        self._size = weight_hh.shape[1]
        self._rows = gate_rows(self._size, cells_per_block)
        check_layer(weight_ih, weight_hh, bias, self._rows)
        self._inputs = weight_ih.shape[1]
        self._stepper = _native.LstmStepper(weight_ih, weight_hh, bias, cells_per_block)

    def step(self, x: Floats, hidden: Floats, cell: Floats) -> tuple[Floats, Floats, Floats]:
        """Take one input.

        Args:
            x: Input (I,), float32.
            hidden: Hidden state before (H,), float32.
            cell: Cell state before (H,), float32.

        Returns:
            Hidden state (H,), cell state (H,) and gates (G,) in `karussell.blocks.GATE_ORDER`,
            all new arrays.

        Raises:
            TypeError: An array is not float32.
            ValueError: A shape does not fit, or an array is not contiguous.
        """
        check_array("x", x, (self._inputs,))
        check_array("hidden", hidden, (self._size,))
        check_array("cell", cell, (self._size,))
        next_hidden = np.empty(self._size, np.float32)
        next_cell = np.empty(self._size, np.float32)
        gates = np.empty(self._rows, np.float32)
        self._stepper.step(x, hidden, cell, next_hidden, next_cell, gates)
        return next_hidden, next_cell, gates


class StreamingRNN:
    """A plain recurrent layer that takes one input after the other.

    The weights are copied and packed when it is made. Threads may share it.

    Args:
        weight_ih: Input weights (H, I), float32.
        weight_hh: Recurrent weights (H, H), float32.
        bias: Bias (H,), float32.
        nonlinearity: "tanh" or "relu".

    Raises:
        TypeError: An array is not float32.
        ValueError: A shape does not fit, or an array is not contiguous.
    """

    __slots__ = ("_inputs", "_size", "_stepper")

    def __init__(
        self,
        weight_ih: Floats,
        weight_hh: Floats,
        bias: Floats,
        *,
        nonlinearity: Nonlinearity = "tanh",
    ) -> None:
        check_dimensions("weight_hh", weight_hh, 2)
        self._size = weight_hh.shape[1]
        check_layer(weight_ih, weight_hh, bias, self._size)
        self._inputs = weight_ih.shape[1]
        self._stepper = _native.RnnStepper(weight_ih, weight_hh, bias, is_relu(nonlinearity))

    def step(self, x: Floats, hidden: Floats) -> Floats:
        """Take one input (I,) at one hidden state (H,); return the next hidden state (H,).

        Raises:
            TypeError: An array is not float32.
            ValueError: A shape does not fit, or an array is not contiguous.
        """
        check_array("x", x, (self._inputs,))
        check_array("hidden", hidden, (self._size,))
        next_hidden = np.empty(self._size, np.float32)
        self._stepper.step(x, hidden, next_hidden)
        return next_hidden
