"""Karussell: an LSTM engine for sequence prediction, and the private predictive keyboard on it.

>>> import karussell as ka
>>> with ka.Predictor.open() as predictor:                        # doctest: +SKIP
...     print([s.text for s in predictor.suggest("see you to")])
['tomorrow', 'too', 'today']
"""

from typing import TYPE_CHECKING, Any

from karussell.errors import KarussellError, needing

if TYPE_CHECKING:
    from karussell.keyboard import Context, Edit, Kind, Predictor, Session, Suggestion
    from karussell.model import LanguageModel, open_model
    from karussell.sequences import END, UNKNOWN, SequenceModel, SeriesModel
    from karussell.training import SeriesSettings, Settings, train

__all__ = [
    "END",
    "UNKNOWN",
    "Context",
    "Edit",
    "KarussellError",
    "Kind",
    "LanguageModel",
    "Predictor",
    "SequenceModel",
    "SeriesModel",
    "SeriesSettings",
    "Session",
    "Settings",
    "Suggestion",
    "open_model",
    "train",
]

# Each name is loaded when it is first asked for, so that importing the package costs little, and
# only training needs torch.
_HOMES = {
    **dict.fromkeys(
        ("Context", "Edit", "Kind", "Predictor", "Session", "Suggestion"), "karussell.keyboard"
    ),
    **dict.fromkeys(("LanguageModel", "open_model"), "karussell.model"),
    **dict.fromkeys(("END", "UNKNOWN", "SequenceModel", "SeriesModel"), "karussell.sequences"),
    **dict.fromkeys(("SeriesSettings", "Settings", "train"), "karussell.training"),
}


def __getattr__(name: str) -> Any:
    """Load a public name from the package it lives in."""
    if name == "__version__":
        from importlib.metadata import version

        return version("karussell")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    with needing("training needs"):
        return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
