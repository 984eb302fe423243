"""The page that the book shows works as it stands there."""

import re
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.widget.conftest import Host, Written
from tests.web.serving import TOKEN, Running

pytestmark = pytest.mark.browser

_PAGE = Path(__file__).parents[3] / "docs/howto/widget.md"


def test_the_example_of_the_book_offers_words_in_both_its_fields(
    open_page: OpenPage, host: Host, english: Running
) -> None:
    (example,) = re.findall(r"```html\n(.*?)```", _PAGE.read_text(), re.DOTALL)
    told = example.replace("http://127.0.0.1:8765", english.origin).replace("TOKEN", TOKEN)
    told = told.replace(
        "<title>", '<link rel="icon" href="data:,"><title>'
    )  # else one is asked for
    host.files["/"] = ("text/html", told.encode())
    page = open_page.watched(open_page.context())
    page.goto(host.origin)
    written = Written(page=page)
    for field in ("#note", "#subject"):
        page.locator(field).focus()
        written.type("See you tomo")
        written.pick("tomorrow")
        written.stands(field, "See you tomorrow ")
