"""`karussell keyboard`: the predictive keyboard in the browser."""

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


def keyboard(
    language: Languages = "en",
    model: Models = None,
    offensive: Offensive = False,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 for any free one."),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in the default browser.")] = True,
    memory: MemoryFolder = None,
    key: MemoryKey = None,
    no_memory: NoMemory = False,
    private: Private = False,
    after_uses: AfterUses = 1,
) -> None:
    """Type on a keyboard that predicts. Serves one page on this machine only; nothing leaves it.

    What you finish it learns, and keeps in a folder that only you can read.
    """
    from karussell.web import link_of_running, serve, show

    wishes: Wishes = {
        "offensive": offensive,
        "memory": memory,
        "key": key,
        "no_memory": no_memory,
        "private": private,
        "after_uses": after_uses,
    }
    if port is None:
        link = link_of_running(settings_of(language, model, **wishes))
        if link:
            announce(f"Karussell is at {link}")
            announce("It is the page of the server that runs. The link opens it once, in a minute.")
            if browser:
                show(link)
            return
        if link is not None:
            announce("karussell: a server of yours runs with other settings; this page is its own.")
    with opened(language, model, **wishes) as predictor:
        serve(predictor, port=port, open_browser=browser, announce=announce)
