"""Typed thin functions over the compiled kernels: NumPy float32 arrays in and out.

Letters: T time, N batch, I inputs, B blocks, S cells per block, H = B * S hidden, G = H + 3B gate
rows in `GATE_ORDER`, P projected, V vocabulary, E embedding. Time
first.
"""

import os
from typing import TYPE_CHECKING

from karussell.doors import door
from karussell.kernels.block import (
    COMMON_BLOCK,
    GATE_ORDER,
    SIGMOID,
    TANH,
    Activation,
    Block,
    Precision,
)
from karussell.kernels.checks import Nonlinearity, Row
from karussell.kernels.files import MappedFile
from karussell.kernels.level import VARIABLE, level, levels, use_level, use_openmp
from karussell.kernels.network import Network, Prediction, SequenceState, States
from karussell.kernels.packed import (
    DEEPEST_INT8,
    LARGEST,
    Layer,
    NumberFormat,
    PackedMatrix,
    Rows,
    Tiles,
    depth_of,
)
from karussell.kernels.scores import best_of, extremes, log_sum_exp, taken, tally, top_k
from karussell.kernels.word_list import WordList, unprintable
from karussell.kernels.word_search import (
    LONGEST_TYPED,
    Arc,
    ArcsBehind,
    Lattice,
    SteadyScores,
    WordSearch,
    joined,
)

if TYPE_CHECKING:
    from karussell.kernels.limits import peak_operations, read_bandwidth
    from karussell.kernels.memory import SEAT, empty, meet
    from karussell.kernels.nonlinear import sigmoid, tanh
    from karussell.kernels.online import NETWORKS_TOGETHER, OnlineNetwork, learn_online
    from karussell.kernels.packing import (
        aligned,
        dequantise,
        pack_together,
        take_rows,
        unpack_matrix,
    )
    from karussell.kernels.quickest import Choice, quickest_format, quickest_precision
    from karussell.kernels.results import Floats, LSTMGradients, Numbers, RNNGradients, Trace
    from karussell.kernels.sequence import lstm_backward, lstm_forward, rnn_backward, rnn_forward
    from karussell.kernels.softmax import (
        SampledSoftmaxGradients,
        SoftmaxGradients,
        add_rows,
        sampled_softmax_gradients,
        softmax_gradients,
        softmax_losses,
    )

__all__ = [
    "COMMON_BLOCK",
    "DEEPEST_INT8",
    "GATE_ORDER",
    "LARGEST",
    "LONGEST_TYPED",
    "NETWORKS_TOGETHER",
    "SEAT",
    "SIGMOID",
    "TANH",
    "Activation",
    "Arc",
    "ArcsBehind",
    "Block",
    "Choice",
    "Floats",
    "LSTMGradients",
    "Lattice",
    "Layer",
    "MappedFile",
    "Network",
    "Nonlinearity",
    "NumberFormat",
    "Numbers",
    "OnlineNetwork",
    "PackedMatrix",
    "Precision",
    "Prediction",
    "RNNGradients",
    "Row",
    "Rows",
    "SampledSoftmaxGradients",
    "SequenceState",
    "SoftmaxGradients",
    "States",
    "SteadyScores",
    "Tiles",
    "Trace",
    "WordList",
    "WordSearch",
    "add_rows",
    "aligned",
    "best_of",
    "depth_of",
    "dequantise",
    "empty",
    "extremes",
    "joined",
    "learn_online",
    "level",
    "levels",
    "log_sum_exp",
    "lstm_backward",
    "lstm_forward",
    "meet",
    "pack_together",
    "peak_operations",
    "quickest_format",
    "quickest_precision",
    "read_bandwidth",
    "rnn_backward",
    "rnn_forward",
    "sampled_softmax_gradients",
    "sigmoid",
    "softmax_gradients",
    "softmax_losses",
    "take_rows",
    "taken",
    "tally",
    "tanh",
    "top_k",
    "unpack_matrix",
    "unprintable",
    "use_level",
    "use_openmp",
]

# What a keyboard needs of NumPy is nothing; training, packing and measuring load it.
__getattr__ = door(
    __name__,
    {
        "limits": ("peak_operations", "read_bandwidth"),
        "memory": ("SEAT", "empty", "meet"),
        "nonlinear": ("sigmoid", "tanh"),
        "online": ("NETWORKS_TOGETHER", "OnlineNetwork", "learn_online"),
        "packing": (
            *("aligned", "dequantise", "pack_together"),
            *("take_rows", "unpack_matrix"),
        ),
        "quickest": ("Choice", "quickest_format", "quickest_precision"),
        "results": ("Floats", "LSTMGradients", "Numbers", "RNNGradients", "Trace"),
        "sequence": ("lstm_backward", "lstm_forward", "rnn_backward", "rnn_forward"),
        "softmax": (
            *("SampledSoftmaxGradients", "SoftmaxGradients", "add_rows"),
            *("sampled_softmax_gradients", "softmax_gradients", "softmax_losses"),
        ),
    },
)

if _named := os.environ.get(VARIABLE):
    use_level(_named)
