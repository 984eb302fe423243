"""`karussell ibus`: suggestions in every text field of a Linux desktop."""

import os
from collections.abc import Callable, Mapping

import typer

from karussell.cli.surfaces.taken_back import tell_removed


def ibus(context: typer.Context) -> None:
    """Suggestions and corrections in every text field of a Linux desktop, by IBus.

    Without a command, how far it is there. Passwords, PINs, private fields and terminals are left
    alone.
    """
    if context.invoked_subcommand is None:
        status()


def install() -> None:
    """Add the input method to IBus, for you alone; no file of the system is touched."""
    from karussell import ibus

    places = ibus.install(ibus.current_command(), os.environ)
    print(f"wrote {places.component}")
    print(f"wrote {places.variables}")
    print("It is there from your next login on. To have it now, too:")
    print(f"  IBUS_COMPONENT_PATH={places.path} ibus-daemon --daemonize --replace --xim")
    print(f"  ibus engine {ibus.ENGINE}")
    print("To take it back: karussell ibus uninstall")


def uninstall() -> None:
    """Take the input method back out of IBus; what was learned stays."""
    from karussell import ibus

    tell_removed(ibus.uninstall(os.environ))


def status() -> None:
    """Tell how far the input method is there."""
    from karussell import ibus

    found = ibus.status(os.environ)
    packages = "ibus gir1.2-ibus-1.0 python3-gi"
    listed = {None: "does not run", True: "knows it", False: "does not know it yet: log in anew"}
    missing = f"missing: sudo apt install {packages}" if found.missing else "there"
    print(f"packages   {missing}")
    print(f"installed  {'yes' if found.installed else 'no: karussell ibus install'}")
    print(f"IBus       {listed[found.listed]}")


IBUS: Mapping[str, Callable[[], None]] = {
    "install": install,
    "uninstall": uninstall,
    "status": status,
}
"""Its commands by name."""
