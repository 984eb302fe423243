"""`karussell systemd`: the server of all programs, started when one asks."""

import os
from collections.abc import Callable, Mapping

import typer

from karussell.cli.options import Languages, listed
from karussell.cli.surfaces.taken_back import tell_removed


def systemd(context: typer.Context) -> None:
    """Start the server when a program asks for it, and end it when nobody does, by systemd.

    Without a command, how far it is there.
    """
    if context.invoked_subcommand is None:
        status()


def install(language: Languages = "en") -> None:
    """Add the server's units, for you alone; no file of the system is touched."""
    from karussell import desktop
    from karussell.ibus import current_command

    tags = ",".join(listed(language))
    arguments = () if tags == "en" else ("--language", tags)
    units = desktop.install(current_command(), os.environ, arguments=arguments)
    print(f"wrote {units.socket}")
    print(f"wrote {units.service}")
    print("To start the server whenever a program asks for it, from now on:")
    print("  systemctl --user daemon-reload")
    print("  systemctl --user enable --now karussell.socket")
    print("To take it back: karussell systemd uninstall")


def uninstall() -> None:
    """Take the server's units back; what was learned stays."""
    from karussell import desktop

    removed = desktop.uninstall(os.environ)
    tell_removed(removed.gone, removed.kept)
    if removed.gone:
        print("If it runs, end it:")
        print("  systemctl --user stop karussell.socket karussell.service")
        print("  systemctl --user daemon-reload")


def status() -> None:
    """Tell how far the server's units are there."""
    from karussell import desktop

    units = desktop.Units.of(os.environ)
    enable = "no: systemctl --user enable --now karussell.socket"
    print(f"installed  {'yes' if units.installed else 'no: karussell systemd install'}")
    print(f"enabled    {'yes' if units.enabled else enable}")


SYSTEMD: Mapping[str, Callable[..., None]] = {
    "install": install,
    "uninstall": uninstall,
    "status": status,
}
"""Its commands by name."""
