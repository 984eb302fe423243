"""Why a word is suggested."""

from collections.abc import Collection

from karussell.keyboard.habits import NOTHING, Habits
from karussell.keyboard.memory import Part, Reason
from karussell.keyboard.reading import Reading
from karussell.keyboard.suggestion import Suggestion
from karussell.text import fold


def reason(
    suggestion: Suggestion, read: Reading, habits: Habits, languages: Collection[str]
) -> Reason:
    """Why a word is suggested.

    Args:
        suggestion: The word.
        read: What was read around the cursor.
        habits: What the writer taught.
        languages: The tags of the models' languages.
    """
    only = next(iter(languages)) if len(languages) == 1 else None
    word = fold(suggestion.text, read.language)
    parts: tuple[Part, ...] = ()
    if read.learned is not NOTHING:
        found = habits.why(word, read.base(), read.place.words)
        parts = tuple(
            Part(**each._asdict() | {"language": each.language or suggestion.language or only})
            for each in found.parts
        )
    if not parts:
        parts = (Part(source=suggestion.source.value, language=suggestion.language or only),)
    return Reason(word=suggestion.text, parts=parts)
