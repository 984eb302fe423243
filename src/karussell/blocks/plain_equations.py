r"""One time step of a plain recurrent layer, forward and backward.

Letters: N batch, I inputs, H hidden. Any floating dtype.
"""

import numpy as np

from karussell.kernels import Floats, Nonlinearity, RNNGradients


def rnn_step(
    x: Floats,
    hidden: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    bias: Floats,
    *,
    nonlinearity: Nonlinearity = "tanh",
) -> Floats:
    r"""Take one time step of a plain recurrent layer.

    $$y(t) = \phi(W_{ih}\, x(t) + W_{hh}\, y(t-1) + \beta), \qquad
      \phi = \tanh \text{ or } \max(0, \cdot)$$

    Elman, "Finding structure in time", Cognitive Science 14(2), 1990.

    Args:
        x: Inputs (N, I).
        hidden: Hidden state y(t-1) (N, H).
        weight_ih: $W_{ih}$ (H, I).
        weight_hh: $W_{hh}$ (H, H).
        bias: $\beta$ (H,).
        nonlinearity: "tanh" or "relu".

    Returns:
        The hidden state y(t) (N, H).
    """
    z = x @ weight_ih.T + hidden @ weight_hh.T + bias
    return np.tanh(z) if nonlinearity == "tanh" else np.maximum(z, 0)


def rnn_step_backward(
    output: Floats,
    x: Floats,
    hidden: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    grad: Floats,
    *,
    nonlinearity: Nonlinearity = "tanh",
) -> RNNGradients:
    r"""Carry gradients back through one time step of a plain recurrent layer.

    $$\delta = \phi'(z)\, \epsilon^y, \qquad
      \tanh' = 1 - y^2, \quad \max(0, \cdot)' = [y > 0]$$
    $$\epsilon^y(t-1) = W_{hh}^T \delta, \qquad \epsilon^x = W_{ih}^T \delta$$
    $$\nabla W_{ih} = \delta\, x^T, \qquad \nabla W_{hh} = \delta\, y(t-1)^T, \qquad
      \nabla \beta = \delta$$

    Args:
        output: y(t), what `rnn_step` returned (N, H).
        x: Inputs (N, I).
        hidden: Hidden state y(t-1) (N, H).
        weight_ih: $W_{ih}$ (H, I).
        weight_hh: $W_{hh}$ (H, H).
        grad: $\epsilon^y$ on y(t) (N, H).
        nonlinearity: "tanh" or "relu".

    Returns:
        The gradients, those of weights summed over the batch.
    """
    delta = grad * (1 - output**2 if nonlinearity == "tanh" else output > 0)
    return RNNGradients(
        x=delta @ weight_ih,
        weight_ih=delta.T @ x,
        weight_hh=delta.T @ hidden,
        bias=delta.sum(axis=0),
        hidden=delta @ weight_hh,
    )
