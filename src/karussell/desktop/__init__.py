"""What a Linux desktop starts or asks: the server's units of systemd, and Presage's service."""

from karussell.desktop.activating import activate, activation_path, deactivate, is_activated
from karussell.desktop.ours import Removed
from karussell.desktop.staging import Plan, stage, unstage
from karussell.desktop.starting import presage_command
from karussell.desktop.units import Units, install, uninstall

__all__ = [
    "Plan",
    "Removed",
    "Units",
    "activate",
    "activation_path",
    "deactivate",
    "install",
    "is_activated",
    "presage_command",
    "stage",
    "uninstall",
    "unstage",
]
