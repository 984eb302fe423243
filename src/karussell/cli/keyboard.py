"""`karussell keyboard`: the predictive keyboard in the browser."""

import gc
import sys
from typing import Annotated

import typer

from karussell.cli.options import Languages, Models, Offensive, listed


def keyboard(
    language: Languages = "en",
    model: Models = None,
    offensive: Offensive = False,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 for any free one."),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in the default browser.")] = True,
) -> None:
    """Type on a keyboard that predicts. Serves one page on this machine only; nothing leaves it."""
    from karussell.keyboard import Predictor
    from karussell.web import serve

    with Predictor.open(model, languages=listed(language), offensive=offensive) as predictor:
        predictor.session()  # what the first keys would wait for
        gc.freeze()  # else Python looks through all that was loaded, 10 ms, at some key
        serve(predictor, port=port, open_browser=browser, announce=_announce)


def _announce(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
