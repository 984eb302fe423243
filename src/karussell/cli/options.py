"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Model = Annotated[
    Path | None,
    typer.Option("--model", "-m", help="A .karussell file; by default the language's own model."),
]
Language = Annotated[
    str, typer.Option("--language", "-l", help="The packaged model to use: en, de, es or fr.")
]
Offensive = Annotated[
    bool,
    typer.Option("--offensive", help="Suggest coarse words even before they were typed once."),
]
AsJSON = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
