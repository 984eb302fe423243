"""`karussell lab`: its commands, one file each but the tables, and how they are grouped."""

from collections.abc import Callable, Mapping

from karussell.cli.lab.contents import lab
from karussell.cli.lab.everything import everything
from karussell.cli.lab.new import new
from karussell.cli.lab.rooms import ROOMS
from karussell.cli.lab.table import TABLES

LAB: Mapping[str, Mapping[str, Callable[..., str | None]]] = {
    "Tables": TABLES,
    "Rooms": {room.__name__: room for room in ROOMS},
    "More": {"all": everything, "new": new},
}
"""The commands of the lab by name, as its help groups them."""

__all__ = ["LAB", "lab"]
