"""Files that the package carries: one that was damaged is told, with what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from karussell.errors import ModelFileError, shown

_PACKAGED = Path(__file__).parent / "packaged"


def carried_files() -> dict[str, bytes]:
    """All of them as they lie, by their names, for whoever carries them elsewhere."""
    return {path.name: path.read_bytes() for path in sorted(_PACKAGED.iterdir())}


@contextmanager
def carried(path: Path) -> Iterator[bytes]:
    """The bytes of a file, which are looked at inside.

    Raises:
        ModelFileError: If it cannot be read, or looking at it fails.
    """
    try:
        yield path.read_bytes()
    # What decodes raises anything when a file is not what it was.
    except Exception as error:
        reason = shown(error, 120) or type(error).__name__
        raise ModelFileError(
            f"{path}: is missing or damaged ({reason}); install Karussell again"
        ) from None
