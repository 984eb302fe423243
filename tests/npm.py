"""Files of the packages that `npm ci` lays into `tests/node_modules`."""

from pathlib import Path

import pytest

_MODULES = Path(__file__).parent / "node_modules"


def npm_file(name: str) -> Path:
    """A file of a package, such as "axe-core/axe.min.js"; skip the test where it is missing.

    Args:
        name: the package, and the path in it.

    Returns:
        Where it lies.
    """
    path = _MODULES / name
    if not path.is_file():
        pytest.skip(f"no {name} in tests/node_modules: cd tests && npm ci")
    return path
