r"""The nonlinearities of gates, cell inputs and cell outputs, and their slopes.

A slope is told from the output, which is what a trace keeps:
$\sigma' = y (1 - y)$, $\tanh' = 1 - y^2$, and so on.
"""

import numpy as np

from karussell.kernels import Activation, Floats


def sigmoid(x: Floats) -> Floats:
    r"""$\sigma(x) = 1 / (1 + e^{-x})$, without overflow for any x."""
    small = np.exp(-np.abs(x))
    result: Floats = np.where(x < 0, small, 1) / (1 + small)
    return result


def activate(activation: Activation, x: Floats) -> Floats:
    """The nonlinearity of x, of its shape and dtype."""
    name, alpha, beta = activation
    result: Floats
    match name:
        case "sigmoid":
            result = sigmoid(x)
        case "hard_sigmoid":
            result = np.clip(alpha * x + beta, 0, 1)
        case "tanh":
            result = np.tanh(x)
        case "scaled_tanh":
            result = alpha * np.tanh(beta * x)
        case "relu":
            result = np.maximum(x, 0)
        case "affine":
            result = alpha * x + beta
        case "softsign":
            result = x / (1 + np.abs(x))
    return result


def slope(activation: Activation, y: Floats) -> Floats:
    """The slope of the nonlinearity where its value is y; 0 where it has an edge."""
    name, alpha, beta = activation
    result: Floats
    match name:
        case "sigmoid":
            result = y * (1 - y)
        case "hard_sigmoid":
            result = np.where((y > 0) & (y < 1), alpha, 0).astype(y.dtype)
        case "tanh":
            result = 1 - y**2
        case "scaled_tanh":
            result = alpha * beta * (1 - (y / alpha) ** 2)
        case "relu":
            result = (y > 0).astype(y.dtype)
        case "affine":
            result = np.full_like(y, alpha)
        case "softsign":
            result = (1 - np.abs(y)) ** 2
    return result
