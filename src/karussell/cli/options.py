"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Model = Annotated[
    Path | None,
    typer.Option("--model", "-m", help="A .karussell file; by default the packaged English model."),
]
AsJSON = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
