"""`karussell presage`: our words for programs that ask Presage."""

import os
from collections.abc import Callable, Mapping

import typer

from karussell.cli.surfaces.taken_back import tell_removed

_RELOAD = (
    "gdbus call --session --dest org.freedesktop.DBus --object-path / "
    "--method org.freedesktop.DBus.ReloadConfig"
)


def presage(context: typer.Context) -> None:
    """Answer programs that ask Presage for words on the session bus, by the server that runs.

    They need no change. Nothing is learned from them: they do not tell what was finished. Without a
    command it serves until it is told to shut down.
    """
    if context.invoked_subcommand is None:
        from karussell.desktop import presage_command

        command = presage_command()
        os.execv(command[0], command)


def install() -> None:
    """Have the session bus start it as soon as a program asks, for you alone."""
    from karussell import desktop

    path = desktop.activate(desktop.presage_command(), os.environ)
    print(f"wrote {path}")
    print("It is there from your next login on. To have it now, too:")
    print(f"  {_RELOAD}")
    print("It asks the server of your programs: karussell systemd install starts that one.")
    print("To take it back: karussell presage uninstall")


def uninstall() -> None:
    """Take that back."""
    from karussell import desktop

    removed = desktop.deactivate(os.environ)
    tell_removed(removed.gone, removed.kept)


def status() -> None:
    """Tell whether the session bus starts it."""
    from karussell import desktop

    there = desktop.is_activated(os.environ)
    print(f"installed  {'yes' if there else 'no: karussell presage install'}")


PRESAGE: Mapping[str, Callable[[], None]] = {
    "install": install,
    "uninstall": uninstall,
    "status": status,
}
"""Its commands by name."""
