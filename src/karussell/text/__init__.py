"""Text in: spelling, words, sentences, graphemes, vocabulary, and files read line by line."""

from typing import TYPE_CHECKING

from karussell.doors import door
from karussell.text.abbreviations import ABBREVIATING, abbreviations
from karussell.text.normalise import fold, normalise
from karussell.text.sentences import is_titled, last_sentence, sentences
from karussell.text.spelled import STANDING_FOR, abbreviation, spelled_out, stands_for
from karussell.text.tags import is_language_tag
from karussell.text.vocabulary import UNKNOWN, Vocabulary
from karussell.text.words import (
    count_graphemes,
    graphemes,
    is_spelled,
    unicode_pattern,
    words,
    written_words,
)

if TYPE_CHECKING:
    from karussell.text.cleaning import clean, is_private
    from karussell.text.json_list import elements
    from karussell.text.letters import LetterModel
    from karussell.text.lines import STANDARD_INPUT, open_stream, read_lines
    from karussell.text.unpacked import Unpacked

__all__ = [
    "ABBREVIATING",
    "STANDARD_INPUT",
    "STANDING_FOR",
    "UNKNOWN",
    "LetterModel",
    "Unpacked",
    "Vocabulary",
    "abbreviation",
    "abbreviations",
    "clean",
    "count_graphemes",
    "elements",
    "fold",
    "graphemes",
    "is_language_tag",
    "is_private",
    "is_spelled",
    "is_titled",
    "last_sentence",
    "normalise",
    "open_stream",
    "read_lines",
    "sentences",
    "spelled_out",
    "stands_for",
    "unicode_pattern",
    "words",
    "written_words",
]

# Who types reads no files.
__getattr__ = door(
    __name__,
    {
        "cleaning": ("clean", "is_private"),
        "json_list": ("elements",),
        "letters": ("LetterModel",),
        "lines": ("STANDARD_INPUT", "open_stream", "read_lines"),
        "unpacked": ("Unpacked",),
    },
)
