"""Doors of packages that open when somebody asks: a name is loaded when it is first used."""

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any


def door(package: str, homes: Mapping[str, Iterable[str]]) -> Callable[[str], Any]:
    """A ``__getattr__`` of a package (PEP 562): what loads its public names from their files.

    Args:
        package: Its name.
        homes: Files of the package, and the names that live in each.
    """
    home = {name: file for file, names in homes.items() for name in names}

    def load(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module

        found = getattr(import_module(f"{package}.{home[name]}"), name)
        setattr(sys.modules[package], name, found)  # from now on without asking
        return found

    return load
