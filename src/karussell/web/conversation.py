"""One WebSocket: a text field asks, a session answers."""

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from karussell.errors import KarussellError
from karussell.keyboard import Context, Predictor, Session
from karussell.web.faults import record_fault
from karussell.web.protocol import Answer, Failure, Offer, OfferedEdit, Question

SOCKET_LIMIT = 64
"""Text fields at once: a person has a few; more would be a page gone wild."""

SUGGESTIONS = 3

_questions = msgspec.json.Decoder(Question)
_answers = msgspec.json.Encoder()


class Conversations:
    """The sockets of one server: one session each, at most 64 at a time."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._open = 0

    async def hold(self, socket: WebSocket) -> None:
        """Answer the questions of one text field until it goes."""
        await socket.accept()
        if self._open >= SOCKET_LIMIT:
            await socket.close(1013, f"{SOCKET_LIMIT} text fields are open already")
            return
        self._open += 1
        try:
            await self._converse(socket, self._predictor.session())
        except WebSocketDisconnect:
            pass
        finally:
            self._open -= 1

    async def _converse(self, socket: WebSocket, session: Session) -> None:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                await socket.close(1003, "text frames only")
                return
            reply = respond(session, text)
            await socket.send_text(_answers.encode(reply).decode())


def respond(session: Session, message: str) -> Answer | Failure:
    """Return the reply to one text frame. It takes about a millisecond, so it runs where it is.

    Whatever goes wrong becomes a line that the page shows; our own faults are recorded, without
    the text.
    """
    number: int | None = None
    try:
        question = _questions.decode(message)
        number = question.number
        session.replace(Context(left=question.left, right=question.right))
        offers = [
            Offer(
                text=suggestion.text,
                kind=suggestion.kind.value,
                probability=suggestion.probability,
                edit=OfferedEdit(
                    delete_left=suggestion.edit.delete_left, insert=suggestion.edit.insert
                ),
            )
            for suggestion in session.suggestions(limit=SUGGESTIONS)
        ]
    except msgspec.MsgspecError as mistake:
        return Failure(number=number, error=f"Not a question this server reads: {mistake}")
    except KarussellError as mistake:
        return Failure(number=number, error=str(mistake))
    except Exception as fault:  # the outermost edge: the field goes on, the log stays wordless
        record_fault(fault)
        return Failure(number=number, error="A fault in Karussell; your text is untouched.")
    return Answer(number=number, suggestions=offers)
