"""The page and its files, read once and served from memory: no other path exists."""

from html import escape
from importlib.resources import files
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class PageFile(NamedTuple):
    """One file of the page as it goes out."""

    body: bytes
    content_type: str


def page_files(language: str = "und") -> dict[str, PageFile]:
    """The page's files by their path on the server; ``/`` is the page itself.

    Args:
        language: what is written in it, as a BCP 47 tag; it decides the keys.
    """
    found: dict[str, PageFile] = {}
    for entry in (files("karussell.web") / "static").iterdir():
        suffix = entry.name[entry.name.rfind(".") :]
        if suffix in TYPES:
            path = "/" if entry.name == "index.html" else f"/{entry.name}"
            found[path] = PageFile(entry.read_bytes(), TYPES[suffix])
    page = found["/"]
    # Quoted, since a model file can be anybody's.
    spoken = f'lang="{escape(language)}"'.encode()
    found["/"] = page._replace(body=page.body.replace(b'lang="und"', spoken))
    return found


def page_routes(pages: dict[str, PageFile]) -> list[Route]:
    """A route for each file."""

    async def serve_file(request: Request) -> Response:
        page = pages[request.url.path]
        return Response(page.body, media_type=page.content_type)

    return [Route(path, serve_file, methods=["GET"]) for path in pages]
