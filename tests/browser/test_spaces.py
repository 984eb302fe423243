"""The page's twin of the rules of writing does what the rules say."""

import msgspec
import pytest
from playwright.sync_api import Page

from karussell.writing import Rules
from tests.browser.conftest import OpenPage
from tests.web.serving import Running
from tests.writing.test_typed import CASES

pytestmark = pytest.mark.browser

_TWIN = """async ([rules, cases]) => {
  const { typed } = await import("/writing.js");
  return cases.map(({ language, left, pending, keys }) => {
    let text = left;
    for (const key of keys) {
      const done = typed(rules[language], text, key, pending, true);
      text = text.slice(0, text.length - done.deleteLeft) + done.insert;
      pending = done.pending;
    }
    return text;
  });
}"""


@pytest.fixture
def page(open_page: OpenPage, running: Running) -> Page:
    return open_page(running)


def test_the_space_of_a_pick_comes_and_goes_on_the_page_as_in_python(page: Page) -> None:
    languages = {case["language"] for case in CASES}
    rules = {language: msgspec.to_builtins(Rules.of_language(language)) for language in languages}
    assert page.evaluate(_TWIN, [rules, CASES]) == [case["text"] for case in CASES]
