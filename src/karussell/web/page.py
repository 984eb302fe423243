"""The page and its files, read once and served from memory: no other path exists."""

from collections.abc import Iterator
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.responses import Response

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

_LAB = "/lab/"
"""Where the files of the lab's page lie, which a keyboard does not serve."""


def page_files(language: str) -> dict[str, Response]:
    """The page's files as they go out, by their path on the server; ``/`` is the page itself.

    Args:
        language: what is written in it, as a BCP 47 tag; it decides the keys.
    """
    # Quoted, since a model file can be anybody's.
    spoken = f'lang="{escape(language)}"'.encode()
    found: dict[str, Response] = {}
    for path, entry in _files(files("karussell.web") / "static", ""):
        if path.startswith(_LAB):
            continue
        suffix = entry.name[entry.name.rfind(".") :]
        if suffix in TYPES:
            body = entry.read_bytes()
            if path == "/index.html":
                path, body = "/", body.replace(b'lang="und"', spoken)
            found[path] = Response(body, media_type=TYPES[suffix])
    return found


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{path}/{entry.name}")
        else:
            yield f"{path}/{entry.name}", entry
