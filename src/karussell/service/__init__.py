"""The keyboard as a service: a versioned protocol and its conversations, over any line."""

from karussell.service.conversation import Conversation
from karussell.service.faults import record_fault
from karussell.service.protocol import CONTEXT_LIMIT, VERSION
from karussell.service.twin import emoji_told_to_twin, told_to_twin

__all__ = [
    "CONTEXT_LIMIT",
    "VERSION",
    "Conversation",
    "emoji_told_to_twin",
    "record_fault",
    "told_to_twin",
]
