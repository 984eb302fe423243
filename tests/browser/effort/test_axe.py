"""What axe finds on the pages."""

import pytest

from tests.browser.conftest import Axe, OpenPage
from tests.web.serving import Running

pytestmark = pytest.mark.browser


def test_axe_sees_a_fault_that_was_made(open_page: OpenPage, running: Running, axe: Axe) -> None:
    page = open_page(running)
    assert axe.findings(page) == []
    page.evaluate("document.querySelector('#clear').replaceChildren()")
    assert ["button-name" in found for found in axe.findings(page)] == [True]
