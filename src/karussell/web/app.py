"""The app behind the page: its files, the hand-over of the code, and the socket of a text field."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Annotated

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from karussell.keyboard import Predictor
from karussell.service import Conversation
from karussell.web import asked
from karussell.web.access import Access
from karussell.web.asked import Page
from karussell.web.guard import LINE, Guard
from karussell.web.lines import AT_ONCE
from karussell.web.page import lab_files, page_files
from karussell.web.rules import IS_PROGRAM

SESSION = "/session"
BODY_SECONDS = 5.0
GREETING_SECONDS = 5.0
"""A page greets as soon as its line is open."""

SOCKET_LIMIT = 512
"""Text fields at once: those of all pages and programs of a person; each takes some kilobytes."""

# One would do for what is typed; more, so that nobody waits while somebody forgets a whole memory.
_THREADS = 4


# Fields from which on they share the time of one loop.
_MANY = 16
# Messages that are answered in about a millisecond.
_BRIEF = {"ask", "accept", "correct", "field", "layout", "boldness", "reset"}


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of ``POST /session``: the one-time code of the link in the terminal."""

    code: Annotated[str, msgspec.Meta(max_length=128)]


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to it: the key that the greetings bear."""

    key: str


class Greeting(msgspec.Struct, frozen=True, kw_only=True, tag="hello"):
    """What a line must know of a greeting; the rest is the conversation's."""

    key: Annotated[str, msgspec.Meta(max_length=128)]


def create_app(predictor: Predictor, access: Access, page: Page | None = None) -> Guard:
    """The keyboard's ASGI app, its guard outermost.

    Args:
        predictor: what suggests; one session of it is opened for each text field.
        access: the secrets of this start, and the port: the guard answers for no other.
        page: what opens the page for programs that ask for it.
    """
    pages = page_files(predictor.model.card.language)
    told = asked.document(access if access.origins else None)
    pages[asked.DOCUMENT] = Response(told, media_type="application/json")
    fields = _Fields(predictor, access)
    routes = [
        *(Route(path, file, methods=["GET"]) for path, file in pages.items()),
        Route(SESSION, _hand_over(access), methods=["POST"]),
        Route(SESSION, _recognise, methods=["GET"]),
        WebSocketRoute(LINE, fields.hold),
        Route(LINE, _no_handshake, methods=["GET"]),
        *asked.routes(predictor, lambda: fields.threads, page),
    ]
    handlers = {HTTPException: asked.tell}
    app = Starlette(routes=routes, lifespan=fields.at_work, exception_handlers=handlers)
    return Guard(app, access, open_files=pages, open_posts=[SESSION])


def create_lab(data: Mapping[str, bytes], access: Access) -> Guard:
    """The ASGI app of the lab's page, its guard outermost: files that anybody here may read.

    Args:
        data: what the page fetches, JSON by its name.
        access: the secrets of this start, and the port: the guard answers for no other.
    """
    pages = lab_files(data)
    routes = [Route(path, file, methods=["GET"]) for path, file in pages.items()]
    return Guard(Starlette(routes=routes), access, open_files=pages, open_posts=[])


def _hand_over(access: Access) -> Callable[[Request], Awaitable[Response]]:
    async def hand_over(request: Request) -> Response:
        """Swap a one-time code for the key, and for the cookie that opens everything else."""
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
        key = msgspec.json.encode(SignedIn(key=access.key))
        answer = Response(key, media_type="application/json")
        answer.set_cookie(access.cookie, access.token, path="/", httponly=True, samesite="strict")
        return answer

    return hand_over


async def _recognise(request: Request) -> Response:
    """Say that the guard knows who asks; without the token it has answered 401 already."""
    return Response(status_code=204)


async def _no_handshake(request: Request) -> Response:
    """Say what is taken here: what comes to this place is no handshake, or one with a body."""
    reason = "This takes a WebSocket handshake: version 13, over HTTP/1.1, without a body.\n"
    headers = {"Upgrade": "websocket", "Connection": "Upgrade"}
    return PlainTextResponse(reason, status_code=426, headers=headers)


class _Fields:
    """The text fields: a socket and a conversation each, a limited number at a time.

    Conversations go on in threads beside the loop, so that no field waits for another's question.
    Where many are open, a brief question is answered where it is read, by the line itself if it can
    be: the way to a thread and back, or to this task, takes a quarter of the processor time, and
    Python runs one at a time; but not while something that takes long goes on, such as forgetting,
    since it may wait for that. Each line is answered in order.
    """

    def __init__(self, predictor: Predictor, access: Access) -> None:
        self._predictor = predictor
        self._access = access
        self._open = 0
        self._long = 0
        self.threads: ThreadPoolExecutor | None = None

    @asynccontextmanager
    async def at_work(self, app: Starlette) -> AsyncIterator[None]:
        """Have threads as long as the server runs."""
        with ThreadPoolExecutor(_THREADS, "karussell") as self.threads:
            yield

    async def hold(self, socket: WebSocket) -> None:
        """Reply to one text field until it goes."""
        with suppress(WebSocketDisconnect):
            await socket.accept()
            greeting = await self._greeted(socket)
            if greeting is None:
                return
            if self._open >= SOCKET_LIMIT:
                await socket.close(1013, f"{SOCKET_LIMIT} text fields are open already")
                return
            socket.state.let_in = True
            self._open += 1
            try:
                await self._converse(socket, greeting)
            finally:
                self._open -= 1

    async def _greeted(self, socket: WebSocket) -> str | None:
        """The greeting, if it comes soon and bears the key; else the line is closed.

        A program that bore its token, or came over the Unix socket, needs no key.
        """
        try:
            async with asyncio.timeout(GREETING_SECONDS):
                greeting = await _next(socket)
        except TimeoutError:
            await socket.close(1008, "no greeting came")
            return None
        if greeting is None:
            return None
        if socket.scope.get(IS_PROGRAM):
            return greeting
        try:
            key = msgspec.json.decode(greeting, type=Greeting).key
        except (msgspec.MsgspecError, UnicodeEncodeError):
            key = ""
        if self._access.unlocks(key):
            return greeting
        await socket.close(1008, "the first message is a greeting with the key of this start")
        return None

    async def _converse(self, socket: WebSocket, greeting: str) -> None:
        loop, threads = asyncio.get_running_loop(), self.threads
        conversation = await loop.run_in_executor(threads, Conversation, self._predictor)

        def at_once(message: str) -> str | None:
            brief = self._open > _MANY and not self._long and _is_brief(message)
            return conversation.reply(message) if brief else None

        state = socket.scope["state"]
        message: str | None = greeting
        while message is not None:
            reply = at_once(message)
            if reply is None:
                reply = await self._reply(conversation, message)
            else:
                await asyncio.sleep(0)  # others come first before the next of this line
            await socket.send_text(reply)
            state[AT_ONCE] = at_once
            message = await _next(socket)
            del state[AT_ONCE]

    async def _reply(self, conversation: Conversation, message: str) -> str:
        """The reply to a message in a thread, since it takes long, or might wait for what does."""
        self._long += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self.threads, conversation.reply, message)
        finally:
            self._long -= 1


class _Told(msgspec.Struct, frozen=True):
    """What a message is about; the rest is the conversation's."""

    type: str


_told = msgspec.json.Decoder(_Told)


def _is_brief(message: str) -> bool:
    """Whether a message is answered in about a millisecond, whatever was learned."""
    try:
        return _told.decode(message).type in _BRIEF
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return False


async def _next(socket: WebSocket) -> str | None:
    """The next message, None if there is none any more; a binary one closes the line."""
    message = await socket.receive()
    if message["type"] != "websocket.receive":
        return None
    text: str | None = message.get("text")
    if text is None:
        await socket.close(1003, "text frames only")
    return text
