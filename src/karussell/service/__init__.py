"""The keyboard as a service: a versioned protocol and its conversations, over any line."""

from karussell.service.conversation import Conversation
from karussell.service.faults import record_fault
from karussell.service.protocol import CONTEXT_LIMIT, VERSION
from karussell.service.twin import told_to_twin

__all__ = ["CONTEXT_LIMIT", "VERSION", "Conversation", "record_fault", "told_to_twin"]
