"""What can be forgotten, brought back, and forgotten again, and what cannot."""

from pathlib import Path
from typing import Any

import pytest

from karussell.errors import UsageError
from karussell.history import History
from karussell.keyboard import Memory


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "history"


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"word": ""}, "word '': is empty, expected a word"),
        ({"word": " \t\n"}, "is empty"),
        ({"word": "tea you"}, "is several, expected one"),
        ({"since": 200, "until": 100}, "since 200, until 100: no time is between"),
        ({"since": 200, "until": 200}, "no time is between"),
        ({"since": 1 << 40}, "is still to come"),
    ],
)
def test_what_cannot_be_there_is_told(asked: dict[str, Any], error: str) -> None:
    memory = Memory()
    memory.learn("you and tea", language="en")
    with pytest.raises(UsageError) as told:
        memory.forget(**asked)
    assert error in str(told.value)
    assert memory.recall().sentences == 1


def test_what_was_brought_back_is_forgotten_again(folder: Path) -> None:
    with History.open(folder) as history:
        memory = Memory(history)
        memory.learn("see Tomasz", language="en")
        for _ in range(3):
            forgotten = memory.forget("tomasz")
            memory.recover(forgotten)
            again = memory.forget_again(forgotten)
            assert (again.entries, again.copies) == (1, 0)
            assert memory.forget_again(forgotten).entries == 0
            memory.recover(again)
        assert memory.recall("tomasz").words[0].uses == 1


def test_what_is_shown_as_learned_is_on_the_disk(folder: Path) -> None:
    with History.open(folder) as history:
        memory = Memory(history)
        (number,) = memory.learn("see Tomasz", language="en")
        assert memory.recall().words
        assert history.is_committed(number)
