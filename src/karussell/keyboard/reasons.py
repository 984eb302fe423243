"""Why a word is suggested."""

from karussell.keyboard.habits import NOTHING, Habits
from karussell.keyboard.memory import Part, Reason
from karussell.keyboard.reading import Reading
from karussell.keyboard.suggestion import Suggestion
from karussell.text import fold


def reason(suggestion: Suggestion, read: Reading, habits: Habits) -> Reason:
    """Why a word is suggested.

    Args:
        suggestion: The word.
        read: What was read around the cursor.
        habits: What the writer taught.
    """
    word = fold(suggestion.text, read.language)
    parts: tuple[Part, ...] = ()
    if read.learned is not NOTHING:
        found = habits.why(word, read.base, read.place.words)
        parts = tuple(Part(**each._asdict()) for each in found.parts)
    if not parts:
        parts = (Part(source=suggestion.source.value),)
    return Reason(word=suggestion.text, parts=parts)
