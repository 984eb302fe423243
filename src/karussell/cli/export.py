"""`karussell export`: a model for other engines."""

from pathlib import Path
from typing import Annotated

import typer

from karussell.cli.options import Language, ModelFile, Out, Overwrite
from karussell.errors import UsageError, counted
from karussell.files import check_outputs, written_beside


def export(
    model: ModelFile = None,
    out: Out = None,
    language: Language = "en",
    int8: Annotated[
        bool, typer.Option("--int8", help="A quarter of the size; needs ONNX Runtime.")
    ] = False,
    overwrite: Overwrite = False,
) -> None:
    """Write a model as a graph of ONNX, with its states as inputs and outputs.

    Words go in as ids (time, batch), log probabilities of the next come out; the file's metadata
    hold the words. By default it is named as the model is, and written where you are.
    """
    from karussell.cli.printing import print_facts
    from karussell.interchange import export_model, to_int8
    from karussell.model import embedded_path, read_model_file

    path = model or embedded_path(language)
    out = out or Path(f"{path.stem}.onnx")
    check_outputs([out], [path])
    if out.exists() and not overwrite:
        raise UsageError(f"{out}: exists already; choose another name or give --overwrite")
    with written_beside(out) as beside:
        export_model(beside, read_model_file(path))
        before = beside.stat().st_size
        if int8:
            to_int8(beside)
    facts = [("written", str(out)), ("bytes", f"{out.stat().st_size:,}")]
    if int8:
        facts.append(("in float32", counted(before, "byte")))
    print_facts(facts)
