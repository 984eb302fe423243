"""What a writer taught, kept on the own disk and nowhere else, and forgotten without a trace."""

from typing import TYPE_CHECKING

from karussell.doors import door
from karussell.history.entries import (
    COUNTS,
    Entry,
    Rejection,
    Repair,
    Saving,
    Sentence,
    is_language,
)

if TYPE_CHECKING:
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

# Who keeps nothing on the disk, and forgets nothing yet, needs its entries alone.
__getattr__ = door(
    __name__,
    {
        "exchange": ("exported", "parsed"),
        "folder": ("usual_folder",),
        "forgetting": ("Proof",),
        "history": ("History",),
        "keys": ("key_file", "keyring_key"),
        "selection": ("selected",),
        "standing": ("Standing",),
    },
)
