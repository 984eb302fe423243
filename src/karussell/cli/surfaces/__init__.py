"""Where a person meets the keyboard: the page, the app, and a server for all programs."""

from karussell.cli.surfaces.app import app
from karussell.cli.surfaces.keyboard import keyboard
from karussell.cli.surfaces.serve import serve

__all__ = ["app", "keyboard", "serve"]
