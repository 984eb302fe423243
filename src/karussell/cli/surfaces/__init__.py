"""Where a person meets the keyboard: the page, a server for all programs, and the input method."""

from karussell.cli.surfaces.ibus import IBUS, ibus
from karussell.cli.surfaces.keyboard import keyboard
from karussell.cli.surfaces.serve import serve

__all__ = ["IBUS", "ibus", "keyboard", "serve"]
