"""What a writer taught, kept on the own disk and nowhere else, and forgotten without a trace."""

from karussell.history.entries import (
    COUNTS,
    Entry,
    Rejection,
    Repair,
    Saving,
    Sentence,
    is_language,
)
from karussell.history.exchange import exported, parsed
from karussell.history.folder import usual_folder
from karussell.history.forgetting import Proof
from karussell.history.history import History
from karussell.history.keys import key_file, keyring_key
from karussell.history.selection import selected
from karussell.history.standing import Standing

__all__ = [
    "COUNTS",
    "Entry",
    "History",
    "Proof",
    "Rejection",
    "Repair",
    "Saving",
    "Sentence",
    "Standing",
    "exported",
    "is_language",
    "key_file",
    "keyring_key",
    "parsed",
    "selected",
    "usual_folder",
]
