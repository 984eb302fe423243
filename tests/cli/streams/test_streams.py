"""Output that is lost is told by every command, and nothing else goes wrong for it."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from karussell.cli.main import COMMANDS
from karussell.history import History, Sentence
from tests.cli.streams.forked import Forked, Stream

_LOST: dict[Stream, str] = {"closed": "Bad file descriptor", "full": "No space left on device"}
# Each command that ends by itself, with each kind of output that it has.
_SPEAKING = [
    "lab",
    "",
    "--help",
    "--version",
    "ibus",
    "ibus status",
    "ibus uninstall",
    "systemd",
    "systemd status",
    "systemd uninstall",
    "presage status",
    "presage uninstall",
    "stage there",
    "stage there --remove",
    "suggest -h",
    "suggest see -m ten.karussell",
    "suggest see -m ten.karussell --json",
    "learn text.txt --memory other -m ten.karussell --dry-run",
    "learn text.txt --memory other -m ten.karussell --dry-run --json",
    "learned --memory memory",
    "learned --memory memory --json",
    "learned --memory memory --out learned.json --overwrite",
    "saved --memory memory",
    "saved --memory memory --json",
    "forget qqq --memory memory",
    "evaluate text.txt -m ten.karussell",
    "evaluate text.txt -m ten.karussell --json",
    "scoreboard text.txt -m ten.karussell -n 2",
    "scoreboard text.txt -m ten.karussell --own --json",
    "gates tea -m ten.karussell",
    "info ten.karussell",
    "info ten.karussell --json",
    "export ten.karussell --overwrite",
]
# And those that only complain.
_COMPLAINING = [
    "unheard",
    "--unheard",
    "app --out text.txt",
    "keyboard -m nowhere",
    "keyboard --port 99999",
    "serve -m nowhere --no-memory",
    "serve --port 99999",
    "presage --unheard",
    "serve --origin nowhere",
    "suggest",
    "suggest see -m nowhere",
    "learn nowhere",
    "learned --since never",
    "saved -n 0",
    "forget",
    "evaluate nowhere",
    "scoreboard nowhere",
    "gates tea -m nowhere",
    "info nowhere",
    "export nowhere",
    "train nowhere",
    "train --time never",
    "bench unheard",
]


@pytest.fixture(scope="module")
def forked(ten_word_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forked]:
    folder = tmp_path_factory.mktemp("streams")
    shutil.copy(ten_word_path, folder / "ten.karussell")
    (folder / "text.txt").write_text("see you tomorrow, are you to see the tea\n" * 20)
    with History.open(folder / "memory") as history:
        history.add(Sentence(words=("zebrafish",), language="en", time=1))
    with Forked(folder) as found:
        yield found


def test_every_command_is_tried() -> None:
    """But bench, which takes minutes, and what serves; train and keyboard are tried below."""
    tried = {command.split()[0] for command in _SPEAKING if command}
    rest = {command.__name__ for command in COMMANDS} - tried
    assert rest == {"app", "bench", "train", "keyboard", "serve"}
    assert all(any(line.startswith(name) for line in _COMPLAINING) for name in rest)


@pytest.mark.parametrize("command", _SPEAKING)
def test_output_that_is_lost_is_no_success(forked: Forked, command: str) -> None:
    arguments = command.split()
    for stream, reason in _LOST.items():
        lost = forked.run(arguments, out=stream)
        assert lost.code == 2, stream
        assert lost.err == f"karussell: cannot write the output ({reason})\n"
    left = forked.run(arguments, out="left", err="full")
    assert left.code == 1


@pytest.mark.parametrize("command", _SPEAKING)
def test_output_needs_neither_errors_nor_unicode_nor_colours(forked: Forked, command: str) -> None:
    plain = {"TERM": "dumb", "NO_COLOR": "1", "LC_ALL": "C"}
    told = forked.run(
        command.split(), err="full", stdin="closed", encoding="ascii", environment=plain
    )
    assert told.code == 0
    assert told.out.isascii()
    assert "\x1b" not in told.out
    if "--json" in command:
        json.loads(told.out)


@pytest.mark.parametrize("command", _COMPLAINING)
def test_a_complaint_is_a_line_or_an_exit_code(forked: Forked, command: str) -> None:
    told = forked.run(command.split(), out="closed")
    assert told.code == 2
    assert re.fullmatch(r"karussell: .+\n", told.err)
    assert forked.run(command.split(), out="full", err="closed", stdin="closed").code == 2
    assert forked.run(command.split(), out="left", err="left").code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "-", "-m", "ten.karussell"),
        ("scoreboard", "-", "-m", "ten.karussell"),
        ("learn", "-", "--memory", "other", "-m", "ten.karussell"),
    ],
)
def test_what_cannot_be_read_is_not_taken_for_empty(
    forked: Forked, arguments: tuple[str, ...]
) -> None:
    told = forked.run(arguments, stdin="closed")
    assert told.code == 2
    assert re.fullmatch(r"karussell: .*Bad file descriptor.*\n", told.err)


def test_a_training_does_not_depend_on_who_hears_of_it(tmp_path: Path) -> None:
    """In a process of its own, as it is started by a script."""
    (tmp_path / "text.txt").write_text("see you tomorrow, are you to see the tea\n" * 20)
    small = "--epochs 1 --hidden 8 --embedding 8 --threads 1"
    found = subprocess.run(
        ("sh", "-c", f"{sys.executable} -m karussell train text.txt {small} >&- 2>/dev/full"),
        cwd=tmp_path,
        timeout=120,
        check=False,
    )
    assert found.returncode == 2  # what it told of the model is lost
    assert (tmp_path / "mine.karussell").is_file()


def test_nothing_is_learned_where_nothing_can_be_kept(forked: Forked, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in ("/proc/history", tmp_path / "file" / "history"):
        told = forked.run(["learn", "text.txt", "--memory", folder, "-m", "ten.karussell"])
        assert (told.code, told.out) == (2, "")
        assert re.fullmatch(r"karussell: .*nothing was learned; name another folder.*\n", told.err)


def test_a_file_that_cannot_be_written_is_named_as_it_was(forked: Forked) -> None:
    model = forked.folder / "ten.karussell"
    for arguments in (
        ("export", model),
        ("gates", "tea", "-m", model, "--plot", "ten.png"),
        ("scoreboard", forked.folder / "text.txt", "-n", "2", "-m", model, "--markdown", "ten.md"),
        ("learned", "--memory", forked.folder / "memory", "--out", "ten.json"),
    ):
        told = forked.run(arguments, cwd=Path("/proc"))
        assert told.code == 2
        assert re.fullmatch(r"karussell: cannot write (/proc/)?ten\.\w+ \(.*\)\n", told.err)
