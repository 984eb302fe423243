"""What the models of a keyboard do while they read: their gates, and the words that weigh."""

from karussell.keyboard.inside.gates import GATES, Gates
from karussell.keyboard.inside.inside import Inside
from karussell.keyboard.inside.weights import Weight, Weights

__all__ = ["GATES", "Gates", "Inside", "Weight", "Weights"]
