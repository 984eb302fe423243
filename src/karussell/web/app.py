"""The app behind the page: its files, the hand-over of the code, and the socket of a text field."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from karussell.keyboard import Predictor
from karussell.web.access import Access
from karussell.web.conversation import Conversations
from karussell.web.guard import Guard
from karussell.web.page import page_files, page_routes

SESSION = "/session"
TYPING = "/typing"
BODY_SECONDS = 5.0


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of ``POST /session``: the one-time code of the link in the terminal."""

    code: Annotated[str, msgspec.Meta(max_length=128)]


def create_app(predictor: Predictor, *, port: int, access: Access | None = None) -> Guard:
    """The keyboard's ASGI app, its guard outermost.

    Args:
        predictor: what suggests; one session of it is opened for each text field.
        port: the port the app will be reached at; the guard answers for no other.
        access: the secrets of this start, if the caller wants to mint links; new ones otherwise.
    """
    access = access or Access(port)
    pages = page_files(predictor.model.card.language)
    routes = [
        *page_routes(pages),
        Route(SESSION, _hand_over(access), methods=["POST"]),
        Route(SESSION, _recognise, methods=["GET"]),
        WebSocketRoute(TYPING, Conversations(predictor).hold),
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
