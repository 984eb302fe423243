"""`karussell stage`: what a distribution's package has."""

from pathlib import Path
from typing import Annotated

import typer


def stage(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder that will be the root: DESTDIR.")
    ],
    prefix: Annotated[
        str, typer.Option(metavar="PATH", help="Where it will lie in the system.")
    ] = "/usr",
    command: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help="Where the karussell command will lie; by default bin/karussell of the prefix.",
        ),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take all of it back.")] = False,
) -> None:
    """Lay out for a package what the desktop needs: IBus, systemd, D-Bus, man pages.

    Nothing outside DIR is read or written. The package brings the karussell command itself.
    """
    from importlib.metadata import version

    from karussell import desktop
    from karussell.cli.pages import pages

    if remove:
        removed = desktop.unstage(folder, prefix)
        for path in removed.kept:
            print(f"left {path}, which was changed")
        print(
            f"removed {len(removed.gone)} files" if removed.gone else "nothing was laid out there"
        )
        return
    manual = pages(context.find_root().command)
    usual = f"{prefix.rstrip('/')}/bin/karussell"
    plan = desktop.Plan.of(prefix, command or usual, version("karussell"), manual)
    written = desktop.stage(folder, plan)
    for path in written:
        if "/man1/" not in str(path) and "/lib/karussell/" not in str(path):
            print(f"wrote {path}")
    print(f"and {sum(1 for path in written if '/man1/' in str(path))} man pages, and the engine")
