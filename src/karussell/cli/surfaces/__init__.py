"""Where a person meets the keyboard: page and app, a server for all programs, the input method."""

from karussell.cli.surfaces.app import app
from karussell.cli.surfaces.ibus import IBUS, ibus
from karussell.cli.surfaces.keyboard import keyboard
from karussell.cli.surfaces.serve import serve

__all__ = ["IBUS", "app", "ibus", "keyboard", "serve"]
