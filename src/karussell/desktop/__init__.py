"""What a Linux desktop starts by itself: the server's units of systemd."""

from karussell.desktop.units import Removed, Units, install, uninstall

__all__ = ["Removed", "Units", "install", "uninstall"]
