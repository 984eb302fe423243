"""The line of the page: one WebSocket for each text field."""

from starlette.websockets import WebSocket, WebSocketDisconnect

from karussell.keyboard import Predictor
from karussell.service import Conversation

SOCKET_LIMIT = 64
"""Text fields at once: a person has a few; more would be a page gone wild."""


class Conversations:
    """The sockets of one server: one conversation each, at most 64 at a time."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._open = 0

    async def hold(self, socket: WebSocket) -> None:
        """Reply to one text field until it goes."""
        await socket.accept()
        if self._open >= SOCKET_LIMIT:
            await socket.close(1013, f"{SOCKET_LIMIT} text fields are open already")
            return
        self._open += 1
        try:
            await _converse(socket, Conversation(self._predictor))
        except WebSocketDisconnect:
            pass
        finally:
            self._open -= 1


async def _converse(socket: WebSocket, conversation: Conversation) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is None:
            await socket.close(1003, "text frames only")
            return
        # A reply takes about a millisecond, so it is made where it is.
        await socket.send_text(conversation.reply(text))
