"""What one wrote elsewhere, to learn from: exported chats, mail, notes, nothing private."""

from karussell.imports.formats import FORMATS, Export, Format, files_of
from karussell.imports.message import Message, same_name
from karussell.imports.private import Kind, Private, without_private

__all__ = [
    "FORMATS",
    "Export",
    "Format",
    "Kind",
    "Message",
    "Private",
    "files_of",
    "same_name",
    "without_private",
]
