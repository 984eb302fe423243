"""The twin shows the strips that Python shows, on many cases of context and letters."""

import pytest

from tests.twin.node import same_at_baseline


@pytest.mark.parametrize(("language", "count"), [("en", "150"), ("de", "60")])
def test_strips_are_the_same(language: str, count: str) -> None:
    same_at_baseline("tests.twin.keyboard.strips", count, "--lessons", "40", "--language", language)
