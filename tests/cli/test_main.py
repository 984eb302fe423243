"""What all commands have in common."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

import karussell
from karussell.cli.main import COMMANDS
from tests.cli.conftest import Run
from tests.processes import started

Complain = Callable[..., str]
_KARUSSELL = (sys.executable, "-c", "from karussell.cli import main; main()")
_PATIENCE = 120.0


def test_the_version_is_the_package_s(run: Run) -> None:
    outcome = run("--version")
    assert (outcome.code, outcome.out) == (0, f"karussell {version('karussell')}\n")


@pytest.mark.parametrize("arguments", [(), ("--help",)])
def test_the_help_names_every_command(run: Run, arguments: tuple[str, ...]) -> None:
    outcome = run(*arguments)
    assert outcome.code == 0
    assert all(command.__name__ in outcome.out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run: Run, command: Callable[..., None]) -> None:
    outcome = run(command.__name__, "--help")
    assert outcome.code == 0
    assert command.__doc__ is not None
    assert command.__doc__.split(".")[0][:40] in outcome.out


@pytest.mark.parametrize(
    "command", ["keyboard", "serve", "train", "evaluate", "scoreboard", "bench"]
)
def test_help_calls_values_by_what_they_are_to_people(run: Run, command: str) -> None:
    told = run(command, "--help").out
    assert re.findall(r"<(?:list\[|str|int|float|path)[^>]*>", told) == []
    assert re.search(r"--\w+ .*(FILE|NUMBER|TEXT)", told)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["sugest", "hi"], "No such command 'sugest'"),
        (["suggest"], "Missing argument"),
        (["suggest", "hi", "there"], "(there); what has spaces stands in quotes"),
        (["suggest", "hi", "--limt", "3"], "No such option: --limt"),
        (["suggest", "hi", "-n", "0"], "--limit 0: expected 1 or more (see"),
        (["suggest", "hi", "-n", "many"], "--limit many: expected a whole number"),
        (["train", "--dropout", "much", "text.txt"], "--dropout much: expected a number"),
        (["suggest", "hi", "--model"], "'--model' requires an argument"),
        (["--unheard"], "No such option: --unheard"),
        (["evaluate"], "Missing argument 'FILE...'"),
        (["keyboard", "--port", "99999"], "--port 99999: expected 65535 or less"),
        (["train", "--cell", "gru", "text.txt"], "'--cell': 'gru' is not one of 'lstm', 'rnn'"),
        (["train", "--threads", "-1", "text.txt"], "--threads -1: expected 0 or more"),
    ],
)
def test_arguments_that_cannot_be_are_told_in_one_line(
    complain: Complain, arguments: list[str], complaint: str
) -> None:
    assert complaint in complain(*arguments)


def test_a_wrong_option_says_where_to_read_on(complain: Complain) -> None:
    assert complain("suggest", "hi", "--limt").endswith("(see: karussell suggest --help)")


@pytest.mark.parametrize(
    "arguments",
    [["suggest", "hi", "-m"], ["evaluate", __file__, "-m"], ["gates", "hi", "-m"], ["info"]],
)
def test_a_model_that_is_none_is_named(
    complain: Complain, tmp_path: Path, arguments: list[str]
) -> None:
    path = tmp_path / "x.karussell"
    assert complain(*arguments, path) == f"{path}: no such file"
    path.write_text("Once upon a time")
    assert complain(*arguments, path).startswith(f"{path}: is not a Karussell model file")


def test_ctrl_c_is_silent(ten_word_path: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "text"
    os.mkfifo(pipe)
    command = (*_KARUSSELL, "evaluate", str(pipe), "--model", str(ten_word_path))
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        writer = pipe.open("w")  # waits until the command reads
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=_PATIENCE)
        writer.close()
    assert (process.returncode, out, err) == (130, b"", b"")


def print_info_to(stdout: int, model: Path) -> subprocess.CompletedProcess[bytes]:
    """What comes of `karussell info` where its output goes to a file descriptor."""
    return subprocess.run(
        (*_KARUSSELL, "info", str(model)),
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=_PATIENCE,
        check=False,
    )


def test_a_reader_that_leaves_early_is_no_error(ten_word_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    outcome = print_info_to(writing, ten_word_path)
    os.close(writing)
    assert (outcome.returncode, outcome.stderr) == (1, b"")


def test_a_full_disk_is_told_in_one_line(ten_word_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        outcome = print_info_to(full.fileno(), ten_word_path)
    assert outcome.returncode == 2
    assert outcome.stderr == b"karussell: cannot write the output (No space left on device)\n"


def test_the_keyboard_serves_until_ctrl_c(ten_word_path: Path) -> None:
    command = (*_KARUSSELL, "keyboard", "--no-browser", "--port", "0", "-m", str(ten_word_path))
    with started(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert first.startswith(b"Karussell is at http://127.0.0.1:")
    assert (process.returncode, out, err) == (0, b"", b"")


def test_streams_that_are_closed_make_no_traceback(ten_word_path: Path) -> None:
    for closed in (">&-", "2>&-", "<&-", ">&- 2>&-"):
        for command in (f"suggest tea -m {ten_word_path}", "--version", "info nowhere"):
            outcome = subprocess.run(
                ("sh", "-c", f"{sys.executable} -m karussell {command} {closed}"),
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
            lost = "nowhere" in command or ">&- " in f"{closed} ".replace("2>&-", "")
            assert outcome.returncode == (2 if lost else 0)
            assert b"Traceback" not in outcome.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_every_encoding_can_be_printed_in(ten_word_path: Path, encoding: str) -> None:
    commands: list[tuple[str, ...]] = [
        ("gates", "tea café 漢"),
        ("suggest", "漢 \U0001f600 ", "--json"),
        ("--help",),
    ]
    for command in commands:
        model = () if command == ("--help",) else ("-m", str(ten_word_path))
        outcome = subprocess.run(
            (sys.executable, "-m", "karussell", *command, *model),
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding},
            timeout=_PATIENCE,
            check=False,
        )
        assert (outcome.returncode, outcome.stderr) == (0, b"")
        if "--json" in command:
            assert json.loads(outcome.stdout.decode(encoding))["text"] == command[1]


def test_nothing_is_padded_where_no_terminal_is(run: Run, ten_word_path: Path) -> None:
    lines = run("info", ten_word_path).out.splitlines()
    assert lines == [line.rstrip() for line in lines]


@pytest.mark.parametrize("command", ["", *(command.__name__ for command in COMMANDS)])
def test_a_short_option_asks_for_help_and_flags_take_no_value(run: Run, command: str) -> None:
    outcome = run(*command.split(), "-h")
    assert outcome.code == 0
    assert "<bool>" not in outcome.out


def test_the_shell_can_complete(run: Run) -> None:
    assert "--show-completion" in run("--help").out


def test_the_package_knows_its_version() -> None:
    assert karussell.__version__ == version("karussell")


@pytest.mark.parametrize("asked", [["--help"], ["-h"], ["--nonsense"]])
def test_a_command_by_a_module_of_its_own_is_named_as_it_was_called(asked: list[str]) -> None:
    command = [sys.executable, "-m", "karussell.train", *asked]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120)
    said = told.stdout + told.stderr
    assert "python -m karussell.train" in said
    assert "karussell train" not in said
    assert told.returncode == (2 if asked == ["--nonsense"] else 0)
