"""`karussell keyboard`: the predictive keyboard in the browser."""

import gc
import sys
from typing import Annotated

import typer

from karussell.cli.options import Languages, MemoryFolder, MemoryKey, Models, Offensive, listed
from karussell.errors import UsageError, shown


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
    no_memory: Annotated[
        bool,
        typer.Option("--no-memory", help="Forget what is learned when the keyboard is closed."),
    ] = False,
    private: Annotated[
        bool,
        typer.Option("--private", help="Learn nothing; offer what was learned before."),
    ] = False,
    after_uses: Annotated[
        int,
        typer.Option(
            min=1, help="Offer a word of your own from so many uses on, to others' eyes, too."
        ),
    ] = 1,
) -> None:
    """Type on a keyboard that predicts. Serves one page on this machine only; nothing leaves it.

    What you finish it learns, and keeps in a folder that only you can read.
    """
    from karussell.cli.keeping import remembering
    from karussell.cli.whole import check_models
    from karussell.keyboard import Predictor
    from karussell.web import serve

    if memory is not None and no_memory:
        raise UsageError("--memory and --no-memory: expected one of them")
    if key is not None and no_memory:
        raise UsageError("--key and --no-memory: expected one of them")
    tags = listed(language)
    with (
        remembering(
            memory, key=key, keep=not no_memory, after_uses=after_uses, private=private
        ) as learned,
        Predictor.open(model, languages=tags, offensive=offensive, memory=learned) as predictor,
    ):
        if learned.notice:
            _announce(f"karussell: {learned.notice}")
        check_models(model, tags)
        predictor.session()  # what the first keys would wait for
        gc.freeze()  # else Python looks through all that was loaded, 10 ms, at some key
        serve(predictor, port=port, open_browser=browser, announce=_announce)
        gc.unfreeze()  # so that all is let go in the end


def _announce(line: str) -> None:
    print(shown(line, 500), file=sys.stderr, flush=True)
