"""Training in torch: models of text, of sequences of anything, and of series of numbers."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from karussell.training.any_run import train
    from karussell.training.checkpoint import Progress, damage_named, load_states, save_states
    from karussell.training.engine import Device, Engine, engine_for
    from karussell.training.estimators import NextToken, SeriesForecaster
    from karussell.training.folder import RunFolder, check_output, run_folder
    from karussell.training.language import LanguageTask
    from karussell.training.loop import Loop, clip_gradients
    from karussell.training.memory import check_memory
    from karussell.training.network import TiedNetwork
    from karussell.training.series import train_series
    from karussell.training.settings import Labels, SeriesSettings, Settings
    from karussell.training.started import rank_of
    from karussell.training.surroundings import apart, drawn
    from karussell.training.task import Report, silent
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

__all__ = [
    "CAPITAL_NOUNS",
    "LONGEST",
    "Device",
    "Engine",
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
    "check_memory",
    "check_output",
    "clip_gradients",
    "count_source",
    "damage_named",
    "drawn",
    "engine_for",
    "load_states",
    "rank_of",
    "run_folder",
    "save_states",
    "silent",
    "titled_words",
    "train",
    "train_series",
    "train_text",
    "train_tokens",
]


# Each name is loaded when it is first asked for: choices, and a look at what is given, need no
# torch, and only the estimators need scikit-learn.
_HOMES = {
    "train": "any_run",
    **dict.fromkeys(("apart", "drawn"), "surroundings"),
    "rank_of": "started",
    **dict.fromkeys(("Progress", "damage_named", "load_states", "save_states"), "checkpoint"),
    **dict.fromkeys(("NextToken", "SeriesForecaster"), "estimators"),
    **dict.fromkeys(("RunFolder", "check_output", "run_folder"), "folder"),
    "LanguageTask": "language",
    **dict.fromkeys(("Device", "Engine", "engine_for"), "engine"),
    **dict.fromkeys(("Loop", "clip_gradients"), "loop"),
    **dict.fromkeys(("Report", "silent"), "task"),
    "check_memory": "memory",
    "TiedNetwork": "network",
    "train_series": "series",
    **dict.fromkeys(("Labels", "SeriesSettings", "Settings"), "settings"),
    **dict.fromkeys(
        (
            "CAPITAL_NOUNS", "LONGEST", "Plan", "PreparedText", "TextSource", "add_counts",
            "count_source", "titled_words", "train_text",
        ),
        "text",
    ),
    "train_tokens": "tokens",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a public name from the file it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    from karussell.errors import needing

    with needing("training needs"):
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
