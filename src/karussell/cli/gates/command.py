"""`karussell gates`: a look inside the memory blocks while they read."""

from typing import Annotated

import typer

from karussell.cli.options import Language, Model, Plot


def gates(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help='A sentence, such as "the cat that we saw sat".')
    ],
    language: Language = "en",
    model: Model = None,
    plot: Plot = None,
) -> None:
    """Show for each word how far every layer's memory blocks wrote, kept and read.

    Blocks stand from those that forget most to those that keep longest; the higher or
    darker, the more open the gate, and the number is the mean over all blocks.
    """
    from karussell.cli.whole import check_models
    from karussell.files import check_outputs
    from karussell.keyboard import Predictor
    from karussell.model import embedded_path

    check_outputs([plot], [model or embedded_path(language)])
    with Predictor.open(model, language=language) as predictor:
        check_models(None if model is None else [model], [language])
        found = predictor.gates(text)
    layers = found.by_keeping()
    if plot is None:
        from karussell.cli.gates.map import print_map

        print_map(found.words, layers)
    else:
        from karussell.cli.gates.picture import draw

        draw(plot, found.words, layers)
        print(plot)
