"""Started by IBus under the system's Python, which knows nothing of Karussell but this folder.

The engine needs the standard library and gi; the model, NumPy and the compiled kernels stay with
the server. So the packages that it comes from are made here without opening their doors.
"""

import argparse
import importlib
import sys
from pathlib import Path
from types import ModuleType

_HOUSE = Path(__file__).resolve().parents[1]
# What is taken out of packages whose doors need more than the standard library.
_ROOMS: dict[str, dict[str, str]] = {
    "karussell": {},
    "karussell.ibus": {},
    "karussell.writing": {"rules": "Rules", "typed": "typed"},
}


def furnish() -> None:
    """Make the packages that the engine comes from."""
    for name, wanted in _ROOMS.items():
        room = ModuleType(name)
        room.__path__ = [str(_HOUSE.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = room
        for module, thing in wanted.items():
            found = importlib.import_module(f"{name}.{module}")
            setattr(room, thing, getattr(found, thing))


def main() -> None:
    """Serve IBus, or say what is served."""
    parser = argparse.ArgumentParser(prog="ibus-engine-karussell", description=__doc__)
    parser.add_argument("--ibus", action="store_true", help="IBus starts it")
    parser.add_argument(
        "--xml", action="store_true", help="print the engines, for a component file"
    )
    parser.add_argument(
        "--command", default="", help="the karussell command that starts the server"
    )
    parser.add_argument("--socket", default=None, help="where the server listens")
    wanted = parser.parse_args()
    furnish()
    if wanted.xml:
        component = importlib.import_module("karussell.ibus.component")
        print(component.engines())
        return
    serving = importlib.import_module("karussell.ibus.serving")
    serving.serve(wanted.command, path=wanted.socket)


if __name__ == "__main__":
    main()
