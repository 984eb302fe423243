"""What programs ask without a line, over HTTP, and the document that tells of it."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import Any, NamedTuple

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from karussell.errors import KarussellError
from karussell.keyboard import Predictor
from karussell.service import API_VERSION, plain
from karussell.web.access import Access
from karussell.web.rules import CODES, IS_PRIVATE, PROGRAMS, Refusal

BODY_SECONDS = 5.0
DOCUMENT = "/openapi.json"
Open = Callable[[], Awaitable[str]]
"""Make a link that opens the page once."""


class Link(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where is the page?

    Attributes:
        settings: What the keyboard was asked to be; it is refused if this server is another.
    """

    settings: str | None = None


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """A link that opens the page once, within a minute."""

    link: str


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """Why something was not done: a code for programs, a line for people."""

    code: str
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What every error is told as."""

    error: Mistake


class Question(NamedTuple):
    """Something that programs may ask.

    Attributes:
        method: GET or POST.
        name: Its path, behind that of all of them.
        asks: What it asks, None for no words.
        answers: What is answered.
        does: What finds the answer.
        what: What it is, in a line.
    """

    method: str
    name: str
    asks: type[msgspec.Struct] | None
    answers: type[msgspec.Struct]
    does: Callable[..., msgspec.Struct]
    what: str


QUESTIONS = (
    Question("GET", "health", None, plain.Health, plain.health, "That the server is there"),
    Question("POST", "suggest", plain.Suggest, plain.Suggestions, plain.suggest, "What could come"),
    Question("POST", "learn", plain.Learn, plain.Taught, plain.learn, "Learn a finished text"),
    Question("POST", "forget", plain.Forget, plain.Forgotten, plain.forget, "Forget for good"),
    Question("GET", "learned", plain.Learned, plain.Known, plain.learned, "What is known"),
)


class Page(NamedTuple):
    """The page that a server for programs opens on demand.

    Attributes:
        settings: What the server was asked to be.
        link: Makes a link to it.
    """

    settings: str
    link: Open


def routes(
    predictor: Predictor, threads: Callable[[], Executor | None], page: Page | None
) -> list[Route]:
    """Where programs ask.

    Args:
        predictor: What answers.
        threads: Where it does, once the server runs.
        page: What opens the page; None where nobody does.
    """
    found = [
        Route(f"{PROGRAMS}{each.name}", _answering(predictor, threads, each), methods=[each.method])
        for each in QUESTIONS
    ]
    if page is not None:
        found.append(Route(f"{PROGRAMS}link", _linking(page), methods=["POST"]))
    return found


def _answering(
    predictor: Predictor, threads: Callable[[], Executor | None], question: Question
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        asked = [await _asked(request, question.asks)] if question.asks else []
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(threads(), question.does, predictor, *asked)
        except KarussellError as mistake:
            raise HTTPException(409, str(mistake)) from None
        return _json(found)

    return answer


def _linking(page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def link(request: Request) -> Response:
        if not request.scope.get(IS_PRIVATE):
            raise HTTPException(403, "Links are told on the Unix socket only.")
        asked = await _asked(request, Link)
        if asked.settings not in (None, page.settings):
            raise HTTPException(409, "This server runs with other settings.")
        try:
            return _json(Linked(link=await page.link()))
        except KarussellError as mistake:
            raise HTTPException(503, str(mistake)) from None

    return link


async def _asked(request: Request, kind: type[msgspec.Struct]) -> Any:
    """What a request asks: its body, or of a GET what stands in its address."""
    try:
        if request.method == "POST":
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.body()
            return msgspec.json.decode(body, type=kind)
        told = dict(request.query_params)
        if len(told) < len(request.query_params.multi_items()):
            raise HTTPException(400, "Each name stands in the address once.")
        return msgspec.convert(told, type=kind, strict=False)
    except TimeoutError:
        raise HTTPException(408, "The body did not arrive.") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as mistake:
        raise HTTPException(400, f"{mistake}"[:500]) from None


def _json(found: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(found), media_type="application/json")


async def tell(request: Request, error: Exception) -> Response:
    """Tell a program of an error as it reads it, and anybody else in a line."""
    assert isinstance(error, HTTPException)
    refusal = Refusal(error.status_code, error.detail)
    if request.url.path.startswith(PROGRAMS):
        body, kind = refusal.as_json(), "application/json"
    else:
        body, kind = f"{refusal.reason}\n".encode(), "text/plain; charset=utf-8"
    return Response(body, error.status_code, headers=error.headers, media_type=kind)


def document(access: Access | None = None) -> bytes:
    """The OpenAPI document of what programs may ask, made from the types of it.

    Args:
        access: The server's, for its address; None for one at the usual port.
    """
    kinds = [Problem, *(each.answers for each in QUESTIONS)]
    kinds += [each.asks for each in QUESTIONS if each.asks and each.method == "POST"]
    template = "#/components/schemas/{name}"
    _, schemas = msgspec.json.schema_components(kinds, ref_template=template)
    host = next(iter(access.origins)) if access else "127.0.0.1:8420"
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Karussell",
                "version": str(API_VERSION),
                "description": "The keyboard of one person on their own machine.",
            },
            "servers": [{"url": f"http://{host}"}],
            "security": [{"token": []}],
            "paths": {f"{PROGRAMS}{each.name}": _path(each) for each in QUESTIONS},
            "components": {
                "schemas": schemas,
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _path(question: Question) -> dict[str, object]:
    told: dict[str, object] = {
        "summary": question.what,
        "operationId": question.name,
        "responses": {
            "200": _content(question.answers, question.what),
            "default": _content(Problem, f"One of {', '.join(sorted({*CODES.values()}))}"),
        },
    }
    if question.method == "POST" and question.asks:
        told["requestBody"] = {"required": True, **_content(question.asks)}
        told["parameters"] = [
            {
                "name": "X-Karussell",
                "in": "header",
                "required": True,
                "description": "Needed on TCP, so that no web page can ask by accident.",
                "schema": {"const": "1"},
            }
        ]
    elif question.asks:
        told["parameters"] = [*map(_parameter, msgspec.structs.fields(question.asks))]
    return {question.method.lower(): told}


def _parameter(field: msgspec.structs.FieldInfo) -> dict[str, object]:
    (schema,), _ = msgspec.json.schema_components([field.type])
    return {
        "name": field.encode_name,
        "in": "query",
        "required": field.required,
        "schema": schema,
    }


def _content(kind: type[msgspec.Struct], what: str = "") -> dict[str, object]:
    schema = {"$ref": f"#/components/schemas/{kind.__name__}"}
    content: dict[str, object] = {"content": {"application/json": {"schema": schema}}}
    return {"description": what, **content} if what else content
