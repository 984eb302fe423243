"""A plain recurrent layer over a sequence. All arrays float32, C-contiguous."""

from karussell.kernels import _native
from karussell.kernels.block import Precision
from karussell.kernels.checks import (
    Nonlinearity,
    check_array,
    check_dimensions,
    check_threads,
    is_bfloat16,
    is_relu,
)
from karussell.kernels.memory import empty
from karussell.kernels.results import Floats, RNNGradients


def rnn_forward(
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    bias: Floats,
    hidden: Floats,
    *,
    nonlinearity: Nonlinearity = "tanh",
    precision: Precision = "float32",
    threads: int = 1,
) -> Floats:
    """Run a plain recurrent layer over a sequence.

    Args:
        x: Inputs (T, N, I).
        weight_ih: Input weights (H, I).
        weight_hh: Recurrent weights (H, H).
        bias: Bias (H,).
        hidden: Hidden state before the first step (N, H).
        nonlinearity: "tanh" or "relu".
        precision: The number format of all products.
        threads: How many threads to use; the result does not depend on it.

    Returns:
        The hidden states (T, N, H).

    Raises:
        TypeError: An array is not float32.
        ValueError: A shape does not fit, or an array is not contiguous.
    """
    how = is_relu(nonlinearity), is_bfloat16(precision), threads
    _check_rnn(x, weight_ih, weight_hh, hidden, threads)
    check_array("bias", bias, (hidden.shape[1],))
    outputs = empty((x.shape[0], *hidden.shape))
    _native.rnn_forward(x, weight_ih, weight_hh, bias, hidden, outputs, *how)
    return outputs


def rnn_backward(
    outputs: Floats,
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    hidden: Floats,
    grad_hidden: Floats,
    *,
    nonlinearity: Nonlinearity = "tanh",
    precision: Precision = "float32",
    threads: int = 1,
) -> RNNGradients:
    """Carry gradients back through what `rnn_forward` did, over the whole sequence.

    ``outputs`` is what that gave, and ``grad_hidden`` the gradient on every hidden state from
    outside (T, N, H). All others are the arguments of `rnn_forward`, and so are its errors.
    """
    how = is_relu(nonlinearity), is_bfloat16(precision), threads
    _check_rnn(x, weight_ih, weight_hh, hidden, threads)
    check_array("outputs", outputs, (x.shape[0], *hidden.shape))
    check_array("grad_hidden", grad_hidden, outputs.shape)
    like = x, weight_ih, weight_hh, weight_ih[:, 0], hidden
    gradients = RNNGradients(*(empty(array.shape) for array in like))
    _native.rnn_backward(*(outputs, x, weight_ih, weight_hh, hidden, grad_hidden), *gradients, *how)
    return gradients


def _check_rnn(
    x: Floats, weight_ih: Floats, weight_hh: Floats, hidden: Floats, threads: int
) -> None:
    check_threads(threads)
    check_dimensions("x", x, 3)
    check_dimensions("hidden", hidden, 2)
    (_, batch, inputs), size = x.shape, hidden.shape[1]
    check_array("x", x, x.shape)
    check_array("weight_ih", weight_ih, (size, inputs))
    check_array("weight_hh", weight_hh, (size, size))
    check_array("hidden", hidden, (batch, size))
