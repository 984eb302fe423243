"""What not everybody installs, and how its absence is told."""

import contextlib
from collections.abc import Iterator

from karussell.errors import UsageError


@contextlib.contextmanager
def needing(package: str, title: str, purpose: str) -> Iterator[None]:
    """Say in one line what an import inside needs, and how to get it.

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
