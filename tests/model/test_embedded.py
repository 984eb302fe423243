import time

import pytest

from karussell.errors import ModelFileError
from karussell.model import embedded, embedded_path, map_model_file, open_model

_SLOWEST = 0.005  # seconds, of this thread alone


def test_the_packaged_model_opens() -> None:
    try:
        path = embedded_path()
    except ModelFileError:
        pytest.skip("this checkout carries no english.karussell yet")
    assert path.stat().st_size <= 8 * 2**20
    assert open_model(path).card.language == "en"


def test_the_packaged_model_is_mapped_in_no_time_to_speak_of() -> None:
    try:
        path = embedded_path()
    except ModelFileError:
        pytest.skip("this checkout carries no english.karussell yet")
    seconds = []
    for _ in range(7):
        begin = time.thread_time()
        assert map_model_file(path).mapped is not None
        seconds.append(time.thread_time() - begin)
    assert sorted(seconds)[3] < _SLOWEST


def test_a_package_without_a_model_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_PATH", embedded._PATH.with_name("absent.karussell"))
    with pytest.raises(ModelFileError, match="karussell train FILE"):
        embedded_path()
