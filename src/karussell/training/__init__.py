"""Training in torch: models of text, of sequences of anything, and of series of numbers."""

from typing import TYPE_CHECKING, Any

from karussell.training.any_run import train
from karussell.training.checkpoint import Progress, full_disks_named
from karussell.training.loop import Loop, Report, clip_gradients, silent
from karussell.training.network import TiedNetwork
from karussell.training.series import train_series
from karussell.training.settings import Labels, SeriesSettings, Settings
from karussell.training.text import LONGEST, Folder, Plan, TextSource, train_text
from karussell.training.tokens import train_tokens

if TYPE_CHECKING:
    from karussell.training.estimators import NextToken, SeriesForecaster

__all__ = [
    "LONGEST",
    "Folder",
    "Labels",
    "Loop",
    "NextToken",
    "Plan",
    "Progress",
    "Report",
    "SeriesForecaster",
    "SeriesSettings",
    "Settings",
    "TextSource",
    "TiedNetwork",
    "clip_gradients",
    "full_disks_named",
    "silent",
    "train",
    "train_series",
    "train_text",
    "train_tokens",
]


def __getattr__(name: str) -> Any:
    """Load the estimators when one is asked for, since only they need scikit-learn."""
    if name not in ("NextToken", "SeriesForecaster"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from karussell.training import estimators

    return getattr(estimators, name)
