"""The keyboard as a service: a versioned protocol and its conversations, over any line."""

from karussell.service.conversation import Conversation
from karussell.service.faults import record_fault
from karussell.service.protocol import CONTEXT_LIMIT, VERSION

__all__ = ["CONTEXT_LIMIT", "VERSION", "Conversation", "record_fault"]
