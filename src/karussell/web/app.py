"""The app behind the page: its files, the hand-over of the code, and the socket of a text field."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from karussell.keyboard import Predictor
from karussell.service import Conversation
from karussell.web.access import Access
from karussell.web.guard import Guard
from karussell.web.page import page_files

SESSION = "/session"
TYPING = "/typing"
BODY_SECONDS = 5.0
SOCKET_LIMIT = 64
"""Text fields at once: a person has a few; more would be a page gone wild."""


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of ``POST /session``: the one-time code of the link in the terminal."""

    code: Annotated[str, msgspec.Meta(max_length=128)]


def create_app(predictor: Predictor, access: Access) -> Guard:
    """The keyboard's ASGI app, its guard outermost.

    Args:
        predictor: what suggests; one session of it is opened for each text field.
        access: the secrets of this start, and the port: the guard answers for no other.
    """
    pages = page_files(predictor.model.card.language)
    routes = [
        *(Route(path, file, methods=["GET"]) for path, file in pages.items()),
        Route(SESSION, _hand_over(access), methods=["POST"]),
        Route(SESSION, _recognise, methods=["GET"]),
        WebSocketRoute(TYPING, _Fields(predictor).hold),
    ]
    return Guard(Starlette(routes=routes), access, open_files=pages, open_posts=[SESSION])


def _hand_over(access: Access) -> Callable[[Request], Awaitable[Response]]:
    async def hand_over(request: Request) -> Response:
        """Swap a one-time code for the cookie that opens everything else."""
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.body()
            sign_in = msgspec.json.decode(body, type=SignIn)
        except TimeoutError:
            return PlainTextResponse("The body did not arrive.\n", status_code=408)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return PlainTextResponse('The body is {"code": "..."}.\n', status_code=400)
        if not access.redeem(sign_in.code):
            reason = "This link was used before or is more than a minute old.\n"
            return PlainTextResponse(reason, status_code=403)
        answer = Response(status_code=204)
        answer.set_cookie(access.cookie, access.token, path="/", httponly=True, samesite="strict")
        return answer

    return hand_over


async def _recognise(request: Request) -> Response:
    """Say that the guard knows who asks; without the token it has answered 401 already."""
    return Response(status_code=204)


class _Fields:
    """The text fields of the page: a socket and a conversation each, at most 64 at a time."""

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
        conversation = Conversation(self._predictor)
        try:
            while (message := await socket.receive())["type"] == "websocket.receive":
                if (text := message.get("text")) is None:
                    await socket.close(1003, "text frames only")
                    return
                # A reply takes about a millisecond, so it is made where it is.
                await socket.send_text(conversation.reply(text))
        except WebSocketDisconnect:
            pass
        finally:
            self._open -= 1
