import pytest

from karussell.training.text.offensive import offensive_words

_WORDS = ["bastards", "birds", "fucking", "grape", "scheisse", "spicy", "tea", "vögeln", "widow"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", ["bastards", "fucking"]), ("de-AT", ["scheisse"]), ("tlh", []), ("und", [])],
)
def test_coarse_words_and_their_forms_are_found(language: str, expected: list[str]) -> None:
    assert [_WORDS[place] for place in offensive_words(language, _WORDS)] == expected
