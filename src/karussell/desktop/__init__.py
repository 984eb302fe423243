"""What a Linux desktop starts or asks: the server's units of systemd, and Presage's service."""

from karussell.desktop.starting import presage_command
from karussell.desktop.units import Removed, Units, install, uninstall

__all__ = ["Removed", "Units", "install", "presage_command", "uninstall"]
