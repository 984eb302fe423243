"""The page of the lab, behind the same guard as the keyboard's."""

import json
import re
from collections.abc import Iterator

import pytest

from karussell.web import create_lab
from karussell.web.page import lab_files, page_files
from tests.web.serving import Running, serving_app

_DATA = {"calendar.json": b'{"hours": [8]}'}
_PAGES = lab_files(_DATA)


@pytest.fixture(scope="module")
def lab() -> Iterator[Running]:
    with serving_app(lambda access: create_lab(_DATA, access)) as server:
        yield server


def test_the_page_and_each_file_it_names_are_served_without_a_code(lab: Running) -> None:
    named = set()
    for path, file in _PAGES.items():
        named |= set(re.findall(r'"(/[\w/-]+\.(?:js|json|css|svg))"', bytes(file.body).decode()))
        status, headers, text = lab.ask("GET", path)
        assert status == 200
        assert headers["content-type"] == file.media_type
        assert text == bytes(file.body).decode()
    left = set(_PAGES) - {"/"} - named
    assert named <= set(_PAGES)
    assert all(path.startswith("/lab/pictures/") for path in left)  # the book shows these


@pytest.mark.parametrize("path", _PAGES)
def test_nothing_on_the_page_comes_from_elsewhere_or_turns_text_into_markup(path: str) -> None:
    if path.endswith(".svg"):  # an image: it loads and runs nothing
        return
    text = bytes(_PAGES[path].body).decode().replace("http://www.w3.org/2000/svg", "")
    assert not re.findall(r"https?://|//[\w-]+\.\w", text)
    ways = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
    assert not re.findall(ways, text)
    assert not re.findall(r"console\.\w+|document\.cookie|Storage|style=", text)


def test_what_the_page_fetches_is_given(lab: Running) -> None:
    assert json.loads(lab.ask("GET", "/lab/calendar.json")[2]) == {"hours": [8]}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Host": "evil.example"}, 421),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
    ],
)
def test_foreign_pages_are_refused(lab: Running, headers: dict[str, str], status: int) -> None:
    assert lab.ask("GET", "/", **headers)[0] == status


@pytest.mark.parametrize(
    "path", ["/main.js", "/typing", "/session", "/lab/../main.js", "/index.html"]
)
def test_nothing_of_the_keyboard_is_served(lab: Running, path: str) -> None:
    assert lab.ask("GET", path)[0] in (401, 404)


def test_the_keyboard_serves_nothing_of_the_lab() -> None:
    assert not [path for path in page_files("en") if path.startswith("/lab/")]
