"""What is known of a writer, page by page."""

from karussell.keyboard import Predictor
from karussell.service import protocol, replies


def recalled(predictor: Predictor, message: protocol.Learned) -> replies.Memory:
    """The page of what is known that a message asks for."""
    known = predictor.recall(message.word, since=message.since, app=message.app)
    page = slice(message.offset, message.offset + message.limit)
    return replies.Memory(
        number=message.number,
        words=known.words[page],
        repairs=known.repairs[: message.limit],
        rejections=known.rejections[: message.limit],
        total=len(known.words),
        sentences=known.sentences,
        apps=known.apps,
        bytes=predictor.memory.bytes,
    )
