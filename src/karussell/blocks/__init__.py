"""The mathematics of memory blocks and plain recurrent layers in NumPy, beside the papers."""

from typing import TYPE_CHECKING

from karussell.doors import door

if TYPE_CHECKING:
    from karussell.blocks.equations import lstm_step
    from karussell.blocks.gradients import LSTMStepGradients, lstm_step_backward
    from karussell.blocks.initial import lstm_weights, rnn_weights
    from karussell.blocks.layer import lstm_backward, lstm_forward, rnn_backward, rnn_forward
    from karussell.blocks.normalisation import EPSILON, Norms
    from karussell.blocks.order import Gates, split_gates
    from karussell.blocks.plain_equations import rnn_step, rnn_step_backward
    from karussell.blocks.state import State
    from karussell.blocks.trace import GateTrace
    from karussell.blocks.weights import LayerKind, LayerWeights, Noise

__all__ = [
    "EPSILON",
    "GateTrace",
    "Gates",
    "LSTMStepGradients",
    "LayerKind",
    "LayerWeights",
    "Noise",
    "Norms",
    "State",
    "lstm_backward",
    "lstm_forward",
    "lstm_step",
    "lstm_step_backward",
    "lstm_weights",
    "rnn_backward",
    "rnn_forward",
    "rnn_step",
    "rnn_step_backward",
    "rnn_weights",
    "split_gates",
]

# Who reads with a model needs no equations.
__getattr__ = door(
    __name__,
    {
        "equations": ("lstm_step",),
        "gradients": ("LSTMStepGradients", "lstm_step_backward"),
        "initial": ("lstm_weights", "rnn_weights"),
        "layer": ("lstm_backward", "lstm_forward", "rnn_backward", "rnn_forward"),
        "normalisation": ("EPSILON", "Norms"),
        "order": ("Gates", "split_gates"),
        "plain_equations": ("rnn_step", "rnn_step_backward"),
        "state": ("State",),
        "trace": ("GateTrace",),
        "weights": ("LayerKind", "LayerWeights", "Noise"),
    },
)
