"""Model files that commands use: none of their bytes changed on the way."""

from collections.abc import Iterable, Sequence
from pathlib import Path


def check_models(models: Sequence[Path] | None, languages: Iterable[str] = ()) -> None:
    """Compare model files with their digests, which opening them leaves out.

    It takes a hundredth of the time in which a command starts.

    Args:
        models: The files; None for the packaged ones.
        languages: Of which languages those are.

    Raises:
        ModelFileError: If a byte of one was changed.
    """
    from karussell.model import embedded_path
    from karussell.store import check_whole

    for path in models or map(embedded_path, languages):
        check_whole(path)
