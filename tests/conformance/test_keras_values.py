"""The values that Keras knows its LSTM and SimpleRNN to give (keras/src/layers/rnn/*_test.py)."""

import numpy as np
import pytest

from karussell.blocks import lstm_forward, rnn_forward
from karussell.interchange import from_keras
from karussell.kernels import Floats

X = np.arange(72, dtype=np.float64).reshape(3, 6, 4).transpose(1, 0, 2)  # time first
UNITS = 3
KERAS = {"activation": "tanh", "recurrent_activation": "sigmoid"}


def last_lstm(bias: list[float] | None, x: Floats = X) -> Floats:
    kernel, recurrent = np.full((4, 4 * UNITS), 0.01), np.full((UNITS, 4 * UNITS), 0.02)
    arrays: list[Floats] = [kernel, recurrent]
    if bias is not None:
        arrays.append(np.repeat(bias, UNITS))
    zero = np.zeros((3, UNITS))
    last: Floats = lstm_forward(x, *from_keras(arrays, KERAS)[:3], zero, zero).hidden[-1]
    return last


@pytest.mark.parametrize(
    ("bias", "backwards", "right"),
    [
        ([0.03, 1.0, 0.03, 0.03], False, [0.6288687, 0.86899155, 0.9460773]),
        ([0.03, 1.0, 0.03, 0.03], True, [0.35622165, 0.74789524, 0.8872726]),
        ([0.03] * 4, False, [0.57019705, 0.8661914, 0.9459622]),
        (None, False, [0.54986924, 0.86226785, 0.9443936]),
    ],
)
def test_keras_lstm(bias: list[float] | None, backwards: bool, right: list[float]) -> None:
    found = last_lstm(bias, X[::-1] if backwards else X)
    np.testing.assert_allclose(found, np.repeat(np.array(right)[:, None], UNITS, 1), atol=1e-6)


def test_keras_simple_rnn() -> None:
    x = np.arange(24, dtype=np.float64).reshape(2, 3, 4).transpose(1, 0, 2)
    kernel, recurrent, bias = np.full((4, 4), 0.01), np.full((4, 4), 0.02), np.full(4, 0.03)
    found = rnn_forward(x, kernel, recurrent, bias, np.zeros((2, 4)))[-1]
    np.testing.assert_allclose(found, [[0.405432] * 4, [0.73605347] * 4], atol=1e-6)
