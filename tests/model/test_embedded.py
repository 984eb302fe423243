import tracemalloc

import pytest

from karussell.errors import ModelFileError, UsageError
from karussell.model import LANGUAGES, embedded, embedded_path, map_model_file, open_model

_LARGEST = {"en": 8_000_000, "de": 5_000_000, "es": 5_000_000, "fr": 5_000_000}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_packaged_model_opens_and_is_small(language: str) -> None:
    path = embedded_path(language)
    assert path.stat().st_size <= _LARGEST[language]
    assert open_model(path).card.language == language


def test_a_language_without_a_model_is_named() -> None:
    assert embedded_path("de-AT") == embedded_path("de")
    with pytest.raises(UsageError, match=r"language 'tlh': .* expected one of en, de, es, fr"):
        embedded_path("tlh")


def test_the_packaged_model_is_mapped_not_read() -> None:
    path = embedded_path()
    map_model_file(path)
    tracemalloc.start()
    try:
        mapped = map_model_file(path).mapped
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert mapped is not None
    assert held < path.stat().st_size / 5


def test_a_package_without_a_model_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_FOLDER", embedded._FOLDER / "absent")
    with pytest.raises(ModelFileError, match="karussell train FILE"):
        embedded_path()
