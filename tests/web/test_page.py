import posixpath
import re

import pytest

from karussell.web.page import page_files
from tests.web.serving import Running

PAGES = page_files("en")


def text_of(path: str) -> str:
    return bytes(PAGES[path].body).decode()


def test_the_page_and_each_file_it_names_are_served(running: Running) -> None:
    named = {"/widget/widget.js", "/programs/client.js"}  # by the pages of others
    for path in PAGES:
        for name in re.findall(r'"(\.{0,2}/[\w./-]+\.(?:js|css|svg))"', text_of(path)):
            named.add(posixpath.normpath(posixpath.join(posixpath.dirname(path), name)))
    assert named == set(PAGES) - {"/"}
    for path in PAGES:
        status, headers, text = running.ask("GET", path)
        assert status == 200
        assert headers["content-type"] == PAGES[path].media_type
        assert text == text_of(path)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_on_the_page_comes_from_elsewhere_or_turns_text_into_markup(path: str) -> None:
    text = text_of(path).replace("http://www.w3.org/2000/svg", "")
    assert not re.findall(r"https?://|//[\w-]+\.\w", text)
    ways = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
    assert not re.findall(ways, text)
    # Whoever builds a page with the widget is told there that the token is wrong; nothing else.
    told = ["console.warn"] if path == "/widget/line.js" else []
    assert re.findall(r"console\.\w+|document\.cookie", text) == told
    # What is kept is kept by one file each: settings by the browser, the text by its tab.
    assert ("localStorage" in text) == (path == "/remembered.js")
    assert ("sessionStorage" in text) == (path == "/field/kept.js")


def test_a_file_that_is_not_part_of_the_page_does_not_exist(running: Running) -> None:
    assert running.ask("GET", "/index.html", Cookie=running.cookie)[0] == 404
    assert running.ask("GET", "/%2e%2e/app.py", Cookie=running.cookie)[0] == 404


def test_the_page_says_its_language_and_no_model_can_say_more() -> None:
    assert text_of("/").count('lang="en"') == 5  # the page's own twice, text, suggestions, keys
    hostile = bytes(page_files('x"><script>')["/"].body).decode()
    assert hostile.count('lang="x&quot;&gt;&lt;script&gt;"') == 3
