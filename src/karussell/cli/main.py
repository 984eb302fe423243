"""The `karussell` command: its subcommands, and how mistakes are told."""

import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from karussell.cli.bench import bench
from karussell.cli.evaluate import evaluate
from karussell.cli.export import export
from karussell.cli.forget import forget
from karussell.cli.gates import gates
from karussell.cli.info import info
from karussell.cli.keyboard import keyboard
from karussell.cli.learn import learn
from karussell.cli.learned import learned
from karussell.cli.saved import saved
from karussell.cli.scoreboard import scoreboard
from karussell.cli.suggest import suggest
from karussell.cli.train import train
from karussell.errors import KarussellError, shown

# A complaint that is longer quotes too much of what it is about.
_LONGEST = 2000

app = typer.Typer(
    name="karussell",
    help="An LSTM engine for sequence prediction, and the private predictive keyboard on it.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

COMMANDS: tuple[Callable[..., None], ...] = (
    keyboard,
    suggest,
    learn,
    learned,
    forget,
    saved,
    evaluate,
    scoreboard,
    gates,
    info,
    train,
    export,
    bench,
)
"""Every command, in the order of the help."""

for _command in COMMANDS:
    app.command()(_command)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

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
    """Run the command line.

    A user's mistake is one line on stderr and exit code 2. Ctrl-C is exit code 130, a reader that
    leaves early, as `head` does, is exit code 1, and both are silent.
    """
    try:
        code = app(sys.argv[1:] or ["--help"], prog_name="karussell", standalone_mode=False)
        sys.stdout.flush()
    except KarussellError as error:
        code = _tell(str(error))
    except typer.TyperException as error:
        code = _tell(f"{error.format_message()}{_hint(error)}")
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # What is still to be written would fail once more when Python leaves.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except OSError as error:
        code = _tell(f"cannot write {error.filename or 'the output'} ({error.strerror})")
    sys.exit(code)


def _tell(complaint: str) -> int:
    print("karussell:", shown(" ".join(complaint.split("\n")), _LONGEST), file=sys.stderr)
    return 2


def _hint(error: typer.TyperException) -> str:
    """Where to read on, if the error knows its command."""
    context = getattr(error, "ctx", None)
    return f" (see: {context.command_path} --help)" if context is not None else ""
