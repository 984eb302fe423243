"""A model file of which a bit changed on the way: no command works with it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import WriteModel


@pytest.fixture
def text(tmp_path: Path) -> Path:
    (tmp_path / "text.txt").write_text("see you tomorrow\n" * 5)
    return tmp_path / "text.txt"


@pytest.mark.parametrize("number_format", ["int8", "float32"])
@pytest.mark.parametrize("place", [0, 1000, 2000])
@pytest.mark.parametrize(
    "command",
    [
        ("suggest", "see you to"),
        ("gates", "see you"),
        ("evaluate", "TEXT"),
        ("scoreboard", "TEXT"),
        ("learn", "TEXT", "--dry-run"),
        ("keyboard", "--no-browser", "--no-memory"),
        ("serve", "--no-memory"),
        ("info",),
    ],
)
def test_a_flipped_bit_in_a_weight_is_refused(
    complain: Callable[..., str],
    write_model: WriteModel,
    text: Path,
    command: tuple[str, ...],
    number_format: str,
    place: int,
    tmp_path: Path,
) -> None:
    path = write_model(tmp_path / "m.karussell", number_format=number_format)  # type: ignore[arg-type]
    data = bytearray(path.read_bytes())
    body = 8 + int.from_bytes(data[:8], "little")
    data[body + place] ^= 0x40
    path.unlink()
    path.write_bytes(data)
    named = [str(path)] if command == ("info",) else ["--model", str(path)]
    told = complain(*(str(text) if each == "TEXT" else each for each in command), *named)
    assert told == (
        f"{path}: its contents do not match their SHA-256; the file was damaged or cut short, copy "
        "it again"
    )
