import pytest

from karussell.errors import ModelFileError
from karussell.model import embedded, embedded_path, open_model


def test_the_packaged_model_opens() -> None:
    try:
        path = embedded_path()
    except ModelFileError:
        pytest.skip("this checkout carries no english.karussell yet")
    assert path.stat().st_size <= 8 * 2**20
    assert open_model(path).card.language == "en"


def test_a_package_without_a_model_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_PATH", embedded._PATH.with_name("absent.karussell"))
    with pytest.raises(ModelFileError, match="karussell train FILE"):
        embedded_path()
