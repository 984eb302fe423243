"""`karussell evaluate`: what a model saves on a text, and how good it is at it."""

from typing import Annotated, Any

import typer

from karussell.cli.options import AsJSON, Language, Lines, Model, Texts


def evaluate(
    files: Texts,
    language: Language = "en",
    model: Model = None,
    limit: Lines = None,
    unigram: Annotated[
        bool, typer.Option("--unigram", help="Only the model's word counts, as a baseline.")
    ] = False,
    as_json: AsJSON = False,
) -> None:
    """Measure a model on text it never saw: keystroke savings, recall, perplexity, latency.

    Three suggestions, shown before the first letter; a pick is one key and brings its space; case
    folded, punctuation and emoji not counted, each line a message of its own.
    """
    from karussell.cli.evaluate.tables import print_scores
    from karussell.cli.printing import print_json
    from karussell.cli.progress import bar
    from karussell.cli.texts import read_text, text_name
    from karussell.cli.whole import check_models
    from karussell.measure import (
        Evaluation,
        ModelMeter,
        Tally,
        UnigramModel,
        WordModel,
        keyboard_channel,
    )
    from karussell.model import embedded_path, open_model

    opened = open_model(model or embedded_path(language))
    check_models(None if model is None else [model], [language])
    measured: WordModel[Any] = UnigramModel(opened.vocabulary, opened.counts) if unigram else opened
    # All texts are read first: what is wrong with the last is told before the first is measured.
    texts = [read_text(file, limit) for file in files]
    with bar("measuring", sum(map(len, texts))) as advance:
        meter = ModelMeter(measured, opened.rare, channel=keyboard_channel(measured))
        tallies = [meter.measure(lines, on_line=advance) for lines in texts]
    whole = Evaluation.of(Tally.joined(tallies))
    if as_json:
        print_json(whole)
        return
    rows = [
        (text_name(file), Evaluation.of(tally)) for file, tally in zip(files, tallies, strict=True)
    ]
    print_scores([*rows, ("all together", whole)] if len(rows) > 1 else rows)
