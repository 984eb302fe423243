"""`karussell export`: a model for other engines."""

from pathlib import Path
from typing import Annotated

import typer

from karussell.cli.options import Language, Model


def export(
    out: Annotated[Path, typer.Argument(help="Where to write the .onnx file.")],
    model: Model = None,
    language: Language = "en",
    int8: Annotated[
        bool, typer.Option("--int8", help="A quarter of the size; needs ONNX Runtime.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file.")] = False,
) -> None:
    """Write a model as a graph of ONNX, with its states as inputs and outputs.

    Words go in as ids (time, batch), log probabilities of the next come out; the file's metadata
    hold the words.
    """
    from karussell.cli.printing import print_facts
    from karussell.errors import UsageError, needing
    from karussell.interchange import export_model, to_int8
    from karussell.model import embedded_path, read_model_file

    if out.exists() and not overwrite:
        raise UsageError(f"{out}: exists already; choose another name or give --overwrite")
    stored = read_model_file(model or embedded_path(language))
    export_model(out, stored)
    if int8:
        with needing("onnxruntime", "ONNX Runtime", "int8 needs"):
            to_int8(out)
    print_facts([("written", str(out)), ("bytes", f"{out.stat().st_size:,}")])
