"""Training in torch: models of text, of sequences of anything, of series."""

from karussell.training.any_run import train
from karussell.training.loop import Report
from karussell.training.run import train_text
from karussell.training.series_run import train_series
from karussell.training.series_settings import SeriesSettings
from karussell.training.settings import Labels, Settings
from karussell.training.token_run import train_tokens

__all__ = [
    "Labels",
    "Report",
    "SeriesSettings",
    "Settings",
    "train",
    "train_series",
    "train_text",
    "train_tokens",
]
