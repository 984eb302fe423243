"""Options that the commands of the lab share: the same names and meaning everywhere."""

from pathlib import Path
from typing import Annotated

import typer

from karussell.cli.options import folder_of

Quick = Annotated[bool, typer.Option("--quick", help="Only what takes a minute or two.")]
Plain = Annotated[
    bool, typer.Option("--plain/--no-plain", help="Whether plain RNNs try the same; needs torch.")
]
Sequences = Annotated[
    int | None,
    typer.Option(min=1, help="Give a network up after so many, instead of five times the paper's."),
]
Networks = Annotated[
    int, typer.Option(min=16, max=4096, help="Seeds that are tried at once, by 16.")
]
# Torch takes no larger one.
Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="What all is drawn from.")]
Threads = Annotated[int, typer.Option("--threads", "-t", min=1, max=64)]
Folder = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        parser=folder_of("--folder"),
        help="Keep results there, and go on from those that it has.",
    ),
]
Train = Annotated[
    bool,
    typer.Option(
        "--train/--no-train", help="Whether networks learn and are measured again; needs torch."
    ),
]
