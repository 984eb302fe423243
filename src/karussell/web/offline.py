"""The keyboard as a folder for any static host: page, kernels, model and data, for use offline."""

import hashlib
import re
import tempfile
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from pathlib import Path

import msgspec

from karussell.correction import carried_files
from karussell.errors import UsageError
from karussell.model import embedded_path, read_model_file
from karussell.service import emoji_told_to_twin, told_to_twin
from karussell.web.bundle import bundled
from karussell.web.page import static_files

_MARK = "karussell-app.json"
"""The list of its files, by which a folder is known as ours."""

# What a server has, and no static host.
_SERVED = ("/lab/", "/programs/", "/line/", "/app/service-worker.js")
_WORKER = "service-worker.js"
# What browsers load by itself. The line starts the keyboard before the page is there, which takes
# it for the one to a server.
_LINE = "app/line.js"
_PAGE = "app/page.js"
_ENTRIES = (_LINE, "app/worker.js", "widget/widget.js")
_STYLE = "app/app.css"
_CARRIED = "app/carried.js"  # the names of what is carried for corrections
_APART = {"line/server.js": "./line.js"}
_SCRIPT = re.compile(r'\n *<script type="module" src="/([^"]+)"></script>')
_LINK = re.compile(r'\n *<link rel="stylesheet" href="/([^"]+)">')
_CHARSET = '<meta charset="utf-8">'
_HEAD = f"""
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; \
worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'">
    <meta name="referrer" content="no-referrer">
    <script type="module" src="./{_LINE}" async></script>
    <script type="module" src="./{_PAGE}"></script>
    <meta name="theme-color" content="#f3ecdf" media="(prefers-color-scheme: light)">
    <meta name="theme-color" content="#15111c" media="(prefers-color-scheme: dark)">
    <link rel="stylesheet" href="./{_STYLE}">
    <link rel="manifest" href="./app/manifest.webmanifest">
    <link rel="apple-touch-icon" href="./app/icons/192.png">"""

_INSTALL = """<div class="notice install" id="install" hidden>
        <p aria-hidden="true"></p>
        <progress aria-label="Getting ready for offline use"></progress>
      </div>
      """
_RENEW = (
    '\n      <button class="quiet" id="renew" type="button" hidden>Load the new version</button>'
)


class AppFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of an app.

    Attributes:
        path: Where it lies in the folder.
        size: Its bytes.
        hash: Its SHA-256, in hexadecimal.
    """

    path: str
    size: int
    hash: str


class App(msgspec.Struct, frozen=True, kw_only=True):
    """What an app is made of.

    Attributes:
        version: What tells it from others: a digest of all its files.
        files: What a browser puts by.
    """

    version: str
    files: tuple[AppFile, ...]


def write_app(out: Path, language: str = "en") -> App:
    """Write the keyboard as a folder that any static host serves.

    A folder that was written so before is replaced, whole or not at all.

    Args:
        out: The folder.
        language: A BCP 47 tag of a packaged model.

    Raises:
        UsageError: If there is no such model, in the folder lies something else, or it is not told
            by its own name.
        ModelFileError: If the model is damaged.
        OSError: If it cannot be written.
    """
    if out.name in ("", ".."):
        raise UsageError(
            f"{out}: expected a folder's own name, such as karussell-app: it is replaced as a whole"
        )
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise UsageError(f"{out}: is no folder; choose another name")
    _check_ours(out)
    contents = _contents(language)
    app = _described(contents)
    said = msgspec.json.encode(app)
    worker = (files("karussell.web") / "static" / "app" / _WORKER).read_bytes()
    contents[_WORKER] = b"const APP = " + said + b";\n" + worker
    contents[_MARK] = said
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as beside:
        made = Path(beside) / "made"
        for path, content in contents.items():
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            (made / path).write_bytes(content)
        _take_place(made, out, Path(beside) / "old")
    return app


def _take_place(made: Path, out: Path, old: Path) -> None:
    if out.exists():
        out.rename(old)
    try:
        made.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise


def _check_ours(out: Path) -> None:
    """Refuse a folder in which something lies that no app wrote there."""
    try:
        listed = msgspec.json.decode((out / _MARK).read_bytes(), type=App).files
        ours = {_MARK, _WORKER, *(each.path for each in listed)}
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        ours = set()
    for path in out.rglob("*"):  # the first one is enough: it may be a whole disk
        name = path.relative_to(out).as_posix()
        if (path.is_symlink() or not path.is_dir()) and name not in ours:
            raise UsageError(
                f"{out}: {name} lies there, which is no part of an app; choose a new or empty "
                "folder, or move it away"
            )


def _contents(language: str) -> dict[str, bytes]:
    """Every file but the service worker, by its path."""
    model = embedded_path(language)
    tag = read_model_file(model).card.language  # every byte of it is looked at
    found = {
        path.removeprefix("/"): content
        for path, content in static_files(lambda path: not path.startswith(_SERVED))
    }
    page = found["index.html"].decode()
    correction = carried_files()
    sources = {path: found.pop(path).decode() for path in list(found) if path.endswith(".js")}
    sources[_PAGE] = "".join(f'import "/{path}";\n' for path in _SCRIPT.findall(page))
    carried = msgspec.json.encode(sorted(correction)).decode()
    sources[_CARRIED] = f"export const CARRIED = {carried};\n"
    found |= {path: bundled(sources, path, apart=_APART).encode() for path in (*_ENTRIES, _PAGE)}
    styles = [*_LINK.findall(page), _STYLE]
    found[_STYLE] = b"\n".join(found.pop(path) for path in styles)
    found["index.html"] = _page(page, tag).encode()
    found |= {f"data/correction/{name}": content for name, content in correction.items()}
    found |= {
        "data/model.karussell": model.read_bytes(),
        "data/told.json": told_to_twin(),
        "data/emoji.json": emoji_told_to_twin(tag),
    }
    found["data/LICENCES.md"] = (model.parent / "LICENCES.md").read_bytes()
    return found


def _page(page: str, language: str) -> str:
    """The page with relative addresses, one script and one style, and what makes an app of it."""
    page = _LINK.sub("", _SCRIPT.sub("", page))
    page = re.sub(r'\b(href|src)="/', r'\1="./', page)
    page = page.replace('lang="und"', f'lang="{escape(language)}"')
    page = page.replace('id="open-inside"', 'id="open-inside" hidden')  # the twin does not know
    page = page.replace(_CHARSET, _CHARSET + _HEAD)
    page = page.replace(
        '<div class="notice" id="notice"', _INSTALL + '<div class="notice" id="notice"'
    )
    return page.replace("<footer>\n      <p>", f"<footer>{_RENEW}\n      <p>", 1)


def _described(contents: Mapping[str, bytes]) -> App:
    listed = tuple(
        AppFile(path=path, size=len(content), hash=hashlib.sha256(content).hexdigest())
        for path, content in sorted(contents.items())
    )
    version = hashlib.sha256(msgspec.json.encode(listed)).hexdigest()[:16]
    return App(version=version, files=listed)
