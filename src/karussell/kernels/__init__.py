"""Typed thin functions over the compiled kernels: NumPy float32 arrays in and out.

Letters: T time, N batch, I inputs, B blocks, S cells per block, H = B * S hidden, G = H + 3B gate
rows in the order of `karussell.blocks.GATE_ORDER`, P projected, V vocabulary, E embedding. Time
first.
"""

from karussell.kernels.block import COMMON_BLOCK, Block, Precision
from karussell.kernels.checks import Nonlinearity, gate_rows
from karussell.kernels.level import has_bfloat16, level, levels, use_level, use_level_of_environment
from karussell.kernels.nonlinear import sigmoid, tanh
from karussell.kernels.plain_sequence import rnn_backward, rnn_forward
from karussell.kernels.results import Floats, LSTMGradients, RNNGradients, Trace
from karussell.kernels.scores import OutputScores, log_sum_exp, top_k
from karussell.kernels.sequence import lstm_backward, lstm_forward
from karussell.kernels.streaming import StreamingLSTM, StreamingRNN
from karussell.kernels.threads import use_openmp

__all__ = [
    "COMMON_BLOCK",
    "Block",
    "Floats",
    "LSTMGradients",
    "Nonlinearity",
    "OutputScores",
    "Precision",
    "RNNGradients",
    "StreamingLSTM",
    "StreamingRNN",
    "Trace",
    "gate_rows",
    "has_bfloat16",
    "level",
    "levels",
    "log_sum_exp",
    "lstm_backward",
    "lstm_forward",
    "rnn_backward",
    "rnn_forward",
    "sigmoid",
    "tanh",
    "top_k",
    "use_level",
    "use_openmp",
]

use_level_of_environment()
