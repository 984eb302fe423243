"""The input method for IBus: suggestions and corrections in every text field of a Linux desktop.

The engine runs under the system's Python with the standard library and gi alone, and asks
``karussell serve``; see `main`. What installs it runs where Karussell is installed.
"""

from karussell.ibus.component import ENGINE, FILE, component
from karussell.ibus.installing import (
    Places,
    Status,
    current_command,
    install,
    status,
    uninstall,
)

__all__ = [
    "ENGINE",
    "FILE",
    "Places",
    "Status",
    "component",
    "current_command",
    "install",
    "status",
    "uninstall",
]
