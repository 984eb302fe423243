"""Other people's ways to correct words, as far as they are installed."""

from karussell.measure.typing.rivals.hunspell import open_hunspell
from karussell.measure.typing.rivals.presage import PresageCompletions
from karussell.measure.typing.rivals.symspell import open_symspell

__all__ = ["PresageCompletions", "open_hunspell", "open_symspell"]
