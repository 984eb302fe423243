"""Training in torch: the layers, and models of text, of sequences of anything, of series."""

from karussell.training.any_run import train
from karussell.training.loop import Report
from karussell.training.lstm import LSTM
from karussell.training.rnn import RNN
from karussell.training.run import train_text
from karussell.training.series_run import train_series
from karussell.training.series_settings import SeriesSettings
from karussell.training.settings import Labels, Settings
from karussell.training.token_run import train_tokens

__all__ = [
    "LSTM",
    "RNN",
    "Labels",
    "Report",
    "SeriesSettings",
    "Settings",
    "train",
    "train_series",
    "train_text",
    "train_tokens",
]
