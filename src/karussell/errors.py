"""Errors a user can cause: each names the thing, the value, what was expected and the next step."""

from collections.abc import Iterator
from contextlib import contextmanager


class KarussellError(Exception):
    """The parent of every error that is a user's to mend; its message is one line."""


class UsageError(KarussellError):
    """An option or argument that cannot work."""


class TextError(KarussellError):
    """A text file that cannot be read as text."""


class ModelFileError(KarussellError):
    """A model file that is damaged, foreign, or claims something untrue."""


class TrainingError(KarussellError):
    """Training that cannot start or go on."""


class HistoryError(KarussellError):
    """A store of what was learned that cannot be opened so, or an entry it cannot take."""


class ServerError(KarussellError):
    """A server that cannot be started."""


@contextmanager
def needing(package: str, title: str, purpose: str) -> Iterator[None]:
    """Say in one line what an import inside needs, for not everybody installs everything.

    Args:
        package: The package's name, for imports and for pip.
        title: What people call it.
        purpose: The beginning of the sentence: "pictures need".

    Raises:
        UsageError: If it is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != package:
            raise
        raise UsageError(
            f"{purpose} {title}, which is not installed; run: pip install {package}"
        ) from None
