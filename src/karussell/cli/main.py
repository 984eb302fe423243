"""The `karussell` command: its subcommands, and how errors are told."""

import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated

import typer

from karussell.cli.evaluate import evaluate
from karussell.cli.gates import gates
from karussell.cli.info import info
from karussell.cli.keyboard import keyboard
from karussell.cli.suggest import suggest
from karussell.cli.train import train
from karussell.errors import KarussellError

app = typer.Typer(
    name="karussell",
    help="An LSTM engine for sequence prediction, and the private predictive keyboard on it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

_COMMANDS: tuple[Callable[..., None], ...] = (keyboard, suggest, evaluate, gates, info, train)
for _command in _COMMANDS:
    app.command()(_command)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"karussell {version('karussell')}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; a user's mistake is one line on stderr and exit code 2."""
    try:
        app()
    except KarussellError as error:
        print(f"karussell: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has left, as `head` does
        sys.stderr.close()
        sys.exit(0)
