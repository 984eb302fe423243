"""What is read of sentences, and in which of a keyboard's languages they are believed to be."""

from karussell.keyboard.hearing.belief import Belief
from karussell.keyboard.hearing.hearing import MOST_BEFORE, Heard, Hearing

__all__ = ["MOST_BEFORE", "Belief", "Heard", "Hearing"]
