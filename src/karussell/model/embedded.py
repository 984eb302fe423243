"""The English model that the package carries."""

from pathlib import Path

from karussell.errors import ModelFileError

_PATH = Path(__file__).with_name("english.karussell")


def embedded_path() -> Path:
    """The file of the packaged English model.

    Raises:
        ModelFileError: If this installation carries none.
    """
    if not _PATH.is_file():
        raise ModelFileError(
            f"{_PATH}: no such file; this installation carries no English model: train one with "
            "`karussell train FILE... --out mine.karussell` and name it with --model"
        )
    return _PATH
