"""Exports of every kind, small and invented."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from karussell.imports import Export, Message

Read = Callable[..., list[Message]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Writes a file and reads its messages."""

    def written(text: str | bytes, name: str = "chat.txt", format: str | None = None):  # type: ignore[no-untyped-def]
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return list(Export(path, format=format).messages())

    return written


@pytest.fixture(autouse=True)
def berlin() -> Iterator[None]:
    """Times without a zone are this one's, and afterwards those of the machine again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        _take_zone()
        yield
    _take_zone()


def _take_zone() -> None:
    if hasattr(time, "tzset"):  # Windows has none
        time.tzset()
