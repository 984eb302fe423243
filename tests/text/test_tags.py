"""A tag says which language; what is none is no tag."""

import pytest

from karussell.errors import UsageError
from karussell.text import is_language_tag
from karussell.training import Labels


@pytest.mark.parametrize("tag", ["en", "de-AT", "zh-Hant-TW", "und", "tlh", "EN", "sl-rozaj-biske"])
def test_tags_of_languages_are_known(tag: str) -> None:
    assert is_language_tag(tag)
    assert Labels(name="a", language=tag).language == tag


@pytest.mark.parametrize(
    "tag",
    ["klingon", "english", "", "e", "xx", "en_GB", "en-", "en,de", "\u0435n", "en\n"],
)
def test_what_is_no_tag_is_refused(tag: str) -> None:
    assert not is_language_tag(tag)
    with pytest.raises(UsageError, match="expected a BCP 47 tag such as en"):
        Labels(name="a", language=tag)


def test_a_label_that_no_file_can_hold_is_refused() -> None:
    with pytest.raises(UsageError, match=r"name is .*expected text that can be written in UTF-8"):
        Labels(name="n\udcff")
