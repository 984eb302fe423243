"""Training in torch: the layers, the language model, and the loop that trains it on text."""

from karussell.training.loop import Report
from karussell.training.lstm import LSTM
from karussell.training.rnn import RNN
from karussell.training.run import train
from karussell.training.settings import Labels, Settings

__all__ = ["LSTM", "RNN", "Labels", "Report", "Settings", "train"]
