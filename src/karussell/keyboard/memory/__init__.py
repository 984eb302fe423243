"""What a writer taught, whatever models they write with: learned, shown, forgotten."""

from karussell.keyboard.memory.lessons import HIDDEN, MOST_LETTERS, inside, is_anybodys, taught
from karussell.keyboard.memory.memory import Forgotten, Lesson, Memory, Teach
from karussell.keyboard.memory.recall import Day, LearnedWord, Pair, Part, Reason, Recall

__all__ = [
    "HIDDEN",
    "MOST_LETTERS",
    "Day",
    "Forgotten",
    "LearnedWord",
    "Lesson",
    "Memory",
    "Pair",
    "Part",
    "Reason",
    "Recall",
    "Teach",
    "inside",
    "is_anybodys",
    "taught",
]
