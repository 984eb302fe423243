"""`karussell lab new`: a room for a question of one's own."""

import keyword
import os
import re
import shlex
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from karussell.cli.options import folder_of
from karussell.errors import UsageError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FORM = ("README.md", "run.py")
_DOOR = '"""A question of the lab: README.md tells which."""\n'

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="What the room is called: small letters, digits, _.")
]
Rooms = Annotated[
    Path | None,
    typer.Option(
        "--folder",
        metavar="FOLDER",
        parser=folder_of("--folder"),
        help="Where rooms are, by default lab; made if it is not there.",
    ),
]


def new(name: Name, folder: Rooms = None) -> None:
    """Make a room for a question of your own, with a small one in it that runs at once.

    README.md has question, method, result and verdict; run.py finds the result, keeps it in
    results.json and draws figure.png. Change both.
    """
    from karussell.cli.printing import say

    if not _NAME.fullmatch(name):
        raise UsageError(
            f"NAME {name[:60]!a}: expected a small letter, then small letters, digits or _, "
            "40 at most, such as forget_bias"
        )
    if keyword.iskeyword(name):
        raise UsageError(f"NAME {name}: is a word of Python's own, which no module can be called")
    folder = folder or Path("lab")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file, expected the folder of rooms; name one by --folder")
    room = folder / name
    for there in (room, folder / f"{name}.py"):
        if os.path.lexists(there):
            raise UsageError(f"{there}: is there already; choose another name")
    _make(room)
    say(f"{room} asks how open a forget gate should begin, for you to ask something else.")
    say(f"python {shlex.quote(str(room / 'run.py'))} finds the answer in a few seconds.")


def _make(room: Path) -> None:
    """Make the folder of a room, whole or not at all.

    Raises:
        OSError: If it cannot be made.
    """
    room.parent.mkdir(parents=True, exist_ok=True)
    beside = room.parent / f".{room.name}-{os.urandom(4).hex()}"
    try:
        beside.mkdir()
        for name in _FORM:
            (beside / name).write_bytes(files("karussell.cli.lab.form").joinpath(name).read_bytes())
        # Beside rooms that are modules, as in this project, it is one, too.
        if (room.parent / "__init__.py").exists():
            (beside / "__init__.py").write_text(_DOOR)
        beside.rename(room)
    except BaseException as error:
        shutil.rmtree(beside, ignore_errors=True)
        if isinstance(error, OSError):
            error.filename = str(room)  # which people know
        raise
