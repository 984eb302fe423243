"""`karussell serve`: one keyboard for all programs of a person."""

from pathlib import Path
from typing import Annotated

import typer

from karussell.cli.options import Languages, MemoryFolder, MemoryKey, Models, Offensive
from karussell.cli.surfaces.opened import (
    AfterUses,
    NoMemory,
    Private,
    Wishes,
    announce,
    opened,
    settings_of,
)
from karussell.errors import ServerError, UsageError

_Port = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=65535,
        help="Listen on this port of 127.0.0.1, too; 0 for any free one. Programs bear the token "
        "there.",
    ),
]
_TokenFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The token of programs; made if there is none. By default in your own folder.",
    ),
]
_Origins = Annotated[
    list[str] | None,
    typer.Option(
        metavar="URL",
        help="A page of this origin may connect, too, with the token. Repeatable.",
    ),
]
_Idle = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS", help="End when nobody has been connected for so long; else never."
    ),
]

_Processes = Annotated[
    int,
    typer.Option(
        min=1,
        max=64,
        help="Share the connections among so many processes, for hundreds of text fields at once.",
    ),
]


def serve(
    language: Languages = "en",
    model: Models = None,
    offensive: Offensive = False,
    port: _Port = None,
    token_file: _TokenFile = None,
    origin: _Origins = None,
    idle: _Idle = None,
    processes: _Processes = 1,
    memory: MemoryFolder = None,
    key: MemoryKey = None,
    no_memory: NoMemory = False,
    private: Private = False,
    after_uses: AfterUses = 1,
) -> None:
    """Serve one keyboard to all programs of yours: input methods, pages, your own.

    It listens on a Unix socket that only you can open; on 127.0.0.1, too, with --port. Nothing
    leaves this machine.
    """
    from karussell.web import claimed, origin_of, serve_programs

    origins = [origin_of(each) for each in origin or []]
    if origins and port is None:
        raise UsageError(
            "--origin: pages reach the server on 127.0.0.1 alone; add --port, such as --port 8420"
        )
    if processes > 1 and no_memory and not private:
        raise UsageError(
            "--processes and --no-memory: what one process learns, the others know from the "
            "memory's folder; leave one of them out, or learn nothing, by --private"
        )
    token = _token(token_file, needed=port is not None)
    wishes: Wishes = {
        "offensive": offensive,
        "memory": memory,
        "key": key,
        "no_memory": no_memory,
        "private": private,
        "after_uses": after_uses,
    }
    with claimed() as place, opened(language, model, **wishes) as predictor:
        serve_programs(
            predictor,
            place,
            port=port,
            token=token,
            origins=origins,
            idle=idle,
            processes=processes,
            settings=settings_of(language, model, **wishes),
            announce=announce,
        )


def _token(file: Path | None, *, needed: bool) -> str:
    """The token of programs; where no port was asked for, none of them needs it.

    Raises:
        ServerError: It cannot be read or made, and is needed.
    """
    from secrets import token_urlsafe

    from karussell.web import token_of, usual_token_file

    try:
        return token_of(file or usual_token_file())
    except ServerError as error:
        if needed:
            raise
        announce(f"karussell: {error}; programs are served on the Unix socket alone")
        return token_urlsafe(32)
