"""What is known of a writer, page by page."""

import msgspec

from karussell.keyboard import Predictor
from karussell.service import protocol, replies
from karussell.service.plain import learned


def recalled(predictor: Predictor, message: protocol.Learned) -> replies.Memory:
    """The page of what is known that a message asks for."""
    found = learned(predictor, message)
    return replies.Memory(number=message.number, **msgspec.structs.asdict(found))
