"""The keyboard as a service: a versioned protocol and its conversations, over any line."""

from karussell.service import plain
from karussell.service.conversation import Conversation
from karussell.service.faults import record_fault
from karussell.service.plain import API_VERSION
from karussell.service.protocol import CONTEXT_LIMIT, VERSION
from karussell.service.twin import emoji_told_to_twin, told_to_twin

__all__ = [
    "API_VERSION",
    "CONTEXT_LIMIT",
    "VERSION",
    "Conversation",
    "emoji_told_to_twin",
    "plain",
    "record_fault",
    "told_to_twin",
]
