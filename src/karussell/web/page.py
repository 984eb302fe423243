"""The page and its files, read once and served from memory: no other path exists."""

from collections.abc import Callable, Iterator, Mapping
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

_TWIN = "/twin/"
"""Where the keyboard in JavaScript lies: who is served by the one in Python never asks for it."""

_SHARED = ("/colours.css", "/contrast.css", "/icon.svg", "/carousel.css", "/carousel.js")


def page_files(language: str) -> dict[str, Response]:
    """The page's files as they go out, by their path on the server; ``/`` is the page itself.

    Args:
        language: what is written in it, as a BCP 47 tag; it decides the keys.
    """
    # Quoted, since a model file can be anybody's.
    spoken = f'lang="{escape(language)}"'.encode()
    found = _responses(lambda path: not path.startswith((_LAB, _TWIN)))
    page = bytes(found.pop("/index.html").body)
    found["/"] = Response(page.replace(b'lang="und"', spoken), media_type=TYPES[".html"])
    return found


def lab_files(data: Mapping[str, bytes]) -> dict[str, Response]:
    """The files of the lab's page as they go out, by their path on the server.

    Args:
        data: what the page fetches, JSON by its name.
    """
    found = _responses(lambda path: path.startswith(_LAB) or path in _SHARED)
    found["/"] = found.pop(f"{_LAB}index.html")
    for name, body in data.items():
        found[f"{_LAB}{name}"] = Response(body, media_type="application/json")
    return found


def _responses(wanted: Callable[[str], bool]) -> dict[str, Response]:
    """The files whose paths are wanted; no other is read."""
    found = {}
    for path, entry in _files(files("karussell.web") / "static", ""):
        suffix = entry.name[entry.name.rfind(".") :]
        if suffix in TYPES and wanted(path):
            found[path] = Response(entry.read_bytes(), media_type=TYPES[suffix])
    return found


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{path}/{entry.name}")
        else:
            yield f"{path}/{entry.name}", entry
