r"""Layer normalisation (Ba, Kiros and Hinton, "Layer normalization", arXiv:1607.06450, 2016).

$$\hat u = \frac{u - \mu}{\sqrt{\operatorname{var}(u) + \varepsilon}}, \qquad
  \mathrm{LN}(u) = \gamma\, \hat u + b \qquad \text{mean and variance over one row}$$
"""

from typing import Generic, NamedTuple

import numpy as np

from karussell.kernels import Floats, Numbers

# That of torch.nn.LayerNorm.
EPSILON = 1e-5


class Norms(NamedTuple, Generic[Numbers]):
    """The weights of a normalised layer of memory blocks.

    Attributes:
        inputs: Gain of what the inputs contribute to net inputs (G,).
        hidden: Gain of what the hidden state contributes (G,).
        cell: Gain of cell states on their way out (H,).
        cell_bias: Their bias (H,).
    """

    inputs: Numbers
    hidden: Numbers
    cell: Numbers
    cell_bias: Numbers


def normalise(u: Floats, gain: Floats, bias: Floats | float = 0.0) -> Floats:
    r"""$\mathrm{LN}(u)$ of each row of u (N, K)."""
    return gain * _standardised(u)[0] + bias


def normalise_backward(grad: Floats, u: Floats, gain: Floats) -> tuple[Floats, Floats]:
    r"""Carry gradients (N, K) back through `normalise`, to u (N, K) and to the gain (K,).

    $$\epsilon^u = \frac{\gamma \epsilon - \overline{\gamma \epsilon}
      - \hat u\, \overline{\gamma \epsilon\, \hat u}}{\sqrt{\operatorname{var}(u) + \varepsilon}}
      \qquad \text{bars are means over the row}$$
    """
    standardised, deviation = _standardised(u)
    error = grad * gain
    along = (error * standardised).mean(axis=-1, keepdims=True)
    to_u = (error - error.mean(axis=-1, keepdims=True) - standardised * along) / deviation
    return to_u, (grad * standardised).sum(axis=0)


def _standardised(u: Floats) -> tuple[Floats, Floats]:
    deviation: Floats = np.sqrt(u.var(axis=-1, keepdims=True) + EPSILON)
    return (u - u.mean(axis=-1, keepdims=True)) / deviation, deviation
