"""Training models of words on text files."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from karussell.training.text.casing import CAPITAL_NOUNS, titled_words
    from karussell.training.text.counting import add_counts, count_source
    from karussell.training.text.encoding import LONGEST
    from karussell.training.text.prepared import Plan, PreparedText, Stage
    from karussell.training.text.run import train_text
    from karussell.training.text.sources import TextSource

__all__ = [
    "CAPITAL_NOUNS",
    "LONGEST",
    "Plan",
    "PreparedText",
    "Stage",
    "TextSource",
    "add_counts",
    "count_source",
    "titled_words",
    "train_text",
]

# Each name is loaded when it is first asked for: to look at what is given needs no torch.
_HOMES = {
    **dict.fromkeys(("CAPITAL_NOUNS", "titled_words"), "casing"),
    **dict.fromkeys(("add_counts", "count_source"), "counting"),
    "LONGEST": "encoding",
    **dict.fromkeys(("Plan", "PreparedText", "Stage"), "prepared"),
    "TextSource": "sources",
    "train_text": "run",
}


def __getattr__(name: str) -> Any:
    """Load a public name from the file it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
