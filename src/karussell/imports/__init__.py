"""What one wrote elsewhere, to learn from: exported chats, mail, notes, nothing private."""

from karussell.imports.formats import FORMATS, Export, Format, files_of
from karussell.imports.gathering import (
    Gathered,
    Writers,
    as_kept,
    chosen,
    gathered,
    listed_writers,
    who_are_you,
)
from karussell.imports.message import Message, same_name
from karussell.imports.private import Kind, Private, without_private

__all__ = [
    "FORMATS",
    "Export",
    "Format",
    "Gathered",
    "Kind",
    "Message",
    "Private",
    "Writers",
    "as_kept",
    "chosen",
    "files_of",
    "gathered",
    "listed_writers",
    "same_name",
    "who_are_you",
    "without_private",
]
