"""Where a person meets the keyboard: page, app, input method; and the server behind them."""

from karussell.cli.surfaces.app import app
from karussell.cli.surfaces.ibus import IBUS, ibus
from karussell.cli.surfaces.keyboard import keyboard
from karussell.cli.surfaces.presage import PRESAGE, presage
from karussell.cli.surfaces.serve import serve
from karussell.cli.surfaces.stage import stage
from karussell.cli.surfaces.systemd import SYSTEMD, systemd

__all__ = [
    "IBUS",
    "PRESAGE",
    "SYSTEMD",
    "app",
    "ibus",
    "keyboard",
    "presage",
    "serve",
    "stage",
    "systemd",
]
