"""The `karussell` command: its subcommands, and how mistakes are told."""

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, cast, get_args

import typer
from typer.core import TyperCommand, TyperGroup

from karussell.cli import surfaces
from karussell.cli.bench import bench
from karussell.cli.evaluate import evaluate
from karussell.cli.export import export
from karussell.cli.forget import forget
from karussell.cli.gates import gates
from karussell.cli.info import info
from karussell.cli.lab import LAB, lab
from karussell.cli.learn import learn
from karussell.cli.learned import learned
from karussell.cli.saved import saved
from karussell.cli.scoreboard import scoreboard
from karussell.cli.streams import close_output, open_streams
from karussell.cli.suggest import suggest
from karussell.cli.surfaces import (
    IBUS,
    PRESAGE,
    SYSTEMD,
    ibus,
    keyboard,
    presage,
    serve,
    stage,
    systemd,
)
from karussell.cli.train import train
from karussell.errors import KarussellError, UsageError, shown
from karussell.files import reason_of

# A complaint that is longer quotes too much of what it is about.
_LONGEST = 2000
# The largest number of anything.
_MOST = 2**31 - 1
# What a number that an option does not take has to be, by what pydantic calls the mistake.
_EXPECTED = {
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
}
# What help calls a value of an option.
_KINDS = {Path: "FILE", int: "NUMBER", float: "NUMBER", str: "TEXT"}
# The exit code where a reader left early.
_LEFT = 1


class _Command(TyperCommand):
    """A command whose help calls values by what they are to people."""

    def get_params(self, ctx: Any) -> Any:
        return _with_kinds(super().get_params(ctx))

    def invoke(self, ctx: Any) -> Any:
        """Run it, unless a number is larger than anything of which there could be so many."""
        for param in self.params:
            value = ctx.params.get(param.name)
            for number in value if isinstance(value, list | tuple) else (value,):
                if isinstance(number, int) and abs(number) > _MOST and param.name != "seed":
                    raise UsageError(f"{param.opts[0]} {number}: expected at most {_MOST:,}")
        return super().invoke(ctx)


class _Group(TyperGroup):
    """Several commands, with the same help."""

    def get_params(self, ctx: Any) -> Any:
        return _with_kinds(super().get_params(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is named; where there is none, which there are."""
        try:
            return super().resolve_command(ctx, args)
        except typer.TyperException as error:
            if args[0] not in self.commands and not args[0].startswith("-"):
                error.message += f" Expected one of {', '.join(self.commands)}."
            raise


def _with_kinds(params: Any) -> Any:
    """Options and arguments whose values are called NUMBER, not <int range>; a flag takes none."""
    for param in params:
        if param.param_type_name == "argument":  # its name stands beside
            param.display_type_rich = lambda **_: None
        if param.metavar is not None:
            continue
        kind = param.type_descriptor.annotation
        while get_args(kind):
            kind = get_args(kind)[0]
        if getattr(param, "is_flag", False):
            param.metavar = ""
        elif not param.type_descriptor.is_choice:
            param.metavar = _KINDS.get(kind)
    return params


app = typer.Typer(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    name="karussell",
    help="An LSTM engine for sequence prediction, and the private predictive keyboard on it.",
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

COMMANDS: tuple[Callable[..., None], ...] = (
    keyboard,
    surfaces.app,
    serve,
    ibus,
    systemd,
    presage,
    stage,
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
    lab,
)
"""Every command, in the order of the help."""

for _command in COMMANDS:
    if _command not in (lab, ibus, systemd, presage):
        app.command(cls=_Command)(_command)

for _status, _acts in ((ibus, IBUS), (systemd, SYSTEMD), (presage, PRESAGE)):
    _part = typer.Typer(cls=_Group, rich_markup_mode="markdown")
    _part.callback(invoke_without_command=True)(_status)
    for _name, _act in _acts.items():
        _part.command(_name, cls=_Command)(_act)
    app.add_typer(_part, name=_status.__name__)

_lab = typer.Typer(cls=_Group, rich_markup_mode="markdown")
_lab.callback(invoke_without_command=True)(lab)
for _panel, _commands in LAB.items():
    for _name, _learn in _commands.items():
        _lab.command(_name, cls=_Command, rich_help_panel=_panel)(_learn)
app.add_typer(_lab, name="lab")


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


def main(command: str = "") -> None:
    """Run the command line.

    A user's mistake is one line on stderr and exit code 2. Ctrl-C is exit code 130, a reader that
    leaves early, as `head` does, is exit code 1, and both are silent.

    Args:
        command: The one that is run by a module of its name; "" where the first argument names it.
    """
    open_streams()
    code = _run(command)
    lost = close_output()
    if lost is not None and not code:
        code = _LEFT if isinstance(lost, BrokenPipeError) else _tell(_cannot_write(lost))
    sys.exit(code)


def _run(command: str) -> int:
    """Run what was asked for; mistakes are told.

    Args:
        command: As of ``main``.

    Returns:
        The exit code.
    """
    try:
        left = _asked(command)
        return left if isinstance(left, int) else 0  # rooms of the lab give a line
    except KarussellError as error:
        return _tell(str(error))
    except typer.TyperException as error:
        return _tell(f"{_complaint(error)}{_hint(error)}")
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return _LEFT
    except SystemExit as left:  # rich's, when a reader left
        return _LEFT if left.code else 0
    except OSError as error:
        return _tell(_cannot_write(error))


def _asked(command: str) -> object:
    """What a command gives; usage and hints name it as it was called."""
    if not command:
        return app(sys.argv[1:] or ["--help"], prog_name="karussell", standalone_mode=False)
    group = cast(_Group, typer.main.get_command(app))
    return group.commands[command].main(
        sys.argv[1:],
        prog_name=f"python -m karussell.{command}",
        standalone_mode=False,
        help_option_names=["-h", "--help"],
    )


def _cannot_write(error: OSError) -> str:
    return f"cannot write {error.filename or 'the output'} ({reason_of(error)})"


def _tell(complaint: str) -> int:
    # Where nobody can be told, the exit code tells it.
    with suppress(OSError):
        print("karussell:", shown(" ".join(complaint.split("\n")), _LONGEST), file=sys.stderr)
    return 2


def _complaint(error: typer.TyperException) -> str:
    """A mistake in the line that was typed, in the words of that line."""
    told = getattr(error.__cause__, "errors", None)
    found = told()[0] if told is not None else {}
    if isinstance(error, typer.BadParameter) and found.get("type") in _EXPECTED:
        expected = _EXPECTED[found["type"]].format(**found.get("ctx", {}))
        assert error.param is not None
        return f"{error.param.opts[0]} {found['input']}: expected {expected}"
    message = error.format_message().replace(" Value error, ", " ")
    if "unexpected extra argument" in message:
        message += "; what has spaces stands in quotes"
    return message


def _hint(error: typer.TyperException) -> str:
    """Where to read on, if the error knows its command."""
    context = getattr(error, "ctx", None)
    return f" (see: {context.command_path} --help)" if context is not None else ""
