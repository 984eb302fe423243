from collections.abc import Iterator

import numpy as np
import pytest

from karussell.errors import UsageError
from karussell.measure.presage import Presage
from karussell.measure.suggested import keystroke_savings, type_lines


@pytest.fixture
def presage(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Presage]:
    # Presage makes a folder in its user's home.
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    try:
        made = Presage(limit=5)
    except UsageError as error:
        pytest.skip(str(error))
    with made:
        yield made


def test_presage_completes_what_is_typed(presage: Presage) -> None:
    assert "you" in presage.suggestions("how are y")
    assert len(presage.suggestions("how are ")) == 5


def test_presage_says_the_same_when_asked_again(presage: Presage) -> None:
    asked = ["how are ", "see you to", "how are "]
    first, between, again = map(presage.suggestions, asked)
    assert first == again != between


def test_presage_saves_keys(presage: Presage) -> None:
    found = keystroke_savings(type_lines(presage.suggestions, ["How are you going to do that?"]))
    assert np.all(np.diff(found) >= 0)
    assert 0 < found[1] < 1


def test_without_presage_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("karussell.measure.presage._LIBRARY", "libpresage-of-no-system.so")
    with pytest.raises(UsageError, match="apt install presage"):
        Presage()
