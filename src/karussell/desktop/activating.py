"""The file by which the session bus starts Presage's service as soon as a program asks for it."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from karussell.desktop.ours import Removed, is_ours, mark_of, refuse_others, remove
from karussell.errors import UsageError
from karussell.files import write_own

NAME = "org.gnome.presage.beta"
FILE = f"{NAME}.service"
_COMMAND = "presage install"


def activation_path(environment: Mapping[str, str]) -> Path:
    """Where it lies, of a person."""
    home = Path(environment.get("HOME") or Path.home())
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local/share")
    return data / "dbus-1/services" / FILE


def is_activated(environment: Mapping[str, str]) -> bool:
    """Whether it is there, and ours."""
    return is_ours(activation_path(environment), _COMMAND)


def activation(command: Sequence[str]) -> str:
    """What it says.

    Args:
        command: What serves.

    Raises:
        UsageError: D-Bus starts nothing by such a name.
    """
    for word in command:
        if not word.isprintable():
            raise UsageError(
                f"{word!a}: D-Bus starts nothing whose name has such signs; install karussell in "
                "another folder"
            )
    line = shlex.join(command).replace("\\", "\\\\")  # backslashes of values are escapes
    return f"[D-BUS Service]\nName={NAME}\nExec={line}\n"


def activate(command: Sequence[str], environment: Mapping[str, str]) -> Path:
    """Have the session bus start what serves.

    Args:
        command: What serves.
        environment: The person's.

    Returns:
        The file.

    Raises:
        UsageError: A file of somebody else has the name, or it cannot be written.
    """
    if sys.platform != "linux":
        raise UsageError(f"the session bus is Linux's, not {sys.platform}'s")
    path = activation_path(environment)
    refuse_others([path], _COMMAND)
    write_own(path, mark_of(_COMMAND) + activation(command))
    return path


def deactivate(environment: Mapping[str, str]) -> Removed:
    """Take it back; what somebody else wrote stays.

    Raises:
        UsageError: It cannot be removed.
    """
    return remove([activation_path(environment)], _COMMAND)
