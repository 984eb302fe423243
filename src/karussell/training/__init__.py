"""Training in torch: models of text, of sequences of anything, and of series of numbers."""

from typing import TYPE_CHECKING, Any

from karussell.training.any_run import train
from karussell.training.apart import apart, drawn
from karussell.training.checkpoint import Progress, damage_named, load_states, save_states
from karussell.training.folder import RunFolder, run_folder
from karussell.training.language import LanguageTask
from karussell.training.loop import Loop, Report, clip_gradients, silent
from karussell.training.network import TiedNetwork
from karussell.training.series import train_series
from karussell.training.settings import Labels, SeriesSettings, Settings
from karussell.training.text import (
    CAPITAL_NOUNS,
    LONGEST,
    Plan,
    PreparedText,
    TextSource,
    add_counts,
    count_source,
    titled_words,
    train_text,
)
from karussell.training.tokens import train_tokens

if TYPE_CHECKING:
    from karussell.training.estimators import NextToken, SeriesForecaster

__all__ = [
    "CAPITAL_NOUNS",
    "LONGEST",
    "Labels",
    "LanguageTask",
    "Loop",
    "NextToken",
    "Plan",
    "PreparedText",
    "Progress",
    "Report",
    "RunFolder",
    "SeriesForecaster",
    "SeriesSettings",
    "Settings",
    "TextSource",
    "TiedNetwork",
    "add_counts",
    "apart",
    "clip_gradients",
    "count_source",
    "damage_named",
    "drawn",
    "load_states",
    "run_folder",
    "save_states",
    "silent",
    "titled_words",
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
