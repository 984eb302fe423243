"""Several processes at one store, and processes that are killed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from karussell.history import History, Saving, Sentence

# Five hundred of them take minutes: KARUSSELL_KILLS=500.
KILLS = int(os.environ.get("KARUSSELL_KILLS", "3"))
_PROCESSES = 4

# Adds, commits, forgets some of its own; tells what it was promised as soon as it was.
_WRITER = """
import random, sys
from pathlib import Path
from karussell.history import History, Saving, Sentence

folder, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
chance = random.Random(name)
mine = []
with History.open(folder) as history:
    assert history.keeps, history.notice
    print("ready", flush=True)
    for number in range(count):
        words = "see", f"{name}q{number}z"
        identity = history.add(Sentence(words=words, language="en", time=number))
        if chance.random() < 0.3:
            history.add(Saving(day="2026-11-27", keys=1))
            print("key", number, flush=True)
        if chance.random() < 0.3:
            history.entries()
        if chance.random() < 0.7:
            history.flush()
            print("kept", number, flush=True)
            mine.append((identity, number))
        if len(mine) > 3 and chance.random() < 0.2:
            gone, which = mine.pop(chance.randrange(len(mine)))
            print("forgets", which, flush=True)
            assert history.forget([gone]).copies == 0
            print("forgot", which, flush=True)
print("saved", flush=True)
"""


def _start(folder: Path, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        (sys.executable, "-c", _WRITER, str(folder), name, str(count)),
        stdout=subprocess.PIPE,
        text=True,
    )


def _told(lines: str) -> dict[str, set[int]]:
    told: dict[str, set[int]] = {"kept": set(), "forgets": set(), "forgot": set(), "key": set()}
    for what, *number in map(str.split, lines.splitlines()):
        if number:
            told[what].add(int(number[0]))
    return told


def _check(folder: Path, name: str, lines: str, *, whole: bool) -> None:
    """Fail if a writer's store lost something, or has left something, that it was promised."""
    told = _told(lines)
    with History.open(folder) as history:
        assert history.notice is None
        words = {entry.words[1] for _, entry in history.entries() if isinstance(entry, Sentence)}
        assert {f"{name}q{n}z" for n in told["kept"] - told["forgets"]} <= words
        gone = {f"{name}q{n}z" for n in told["forgot"]}
        assert not gone & words
        for path in folder.iterdir():
            data = path.read_bytes()
            assert not [word for word in gone if word.encode() in data]
    if whole:
        assert lines.endswith("saved\n")


def test_processes_write_and_forget_in_one_store(tmp_path: Path) -> None:
    folder = tmp_path / "history"
    writers = [(name, _start(folder, name, 40)) for name in "abcd"[:_PROCESSES]]
    lines = {name: writer.communicate(timeout=120)[0] for name, writer in writers}
    assert [writer.returncode for _, writer in writers] == [0] * _PROCESSES
    for name, told in lines.items():
        _check(folder, name, told, whole=True)
    with History.open(folder) as history:
        kept = [entry for _, entry in history.entries() if isinstance(entry, Saving)]
    keys = sum(len(_told(each)["key"]) for each in lines.values())
    assert kept == [Saving(day="2026-11-27", keys=keys)]


def test_a_store_is_made_once_however_many_begin(tmp_path: Path) -> None:
    writers = [_start(tmp_path / "history", name, 0) for name in "abcd"]
    for writer in writers:
        assert writer.communicate(timeout=120)[0] == "ready\nsaved\n"
    assert {path.name for path in (tmp_path / "history").iterdir()} == {"history.sqlite3", "lock"}


@pytest.mark.skipif(os.name == "nt", reason="nobody is killed there like that")
@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_process_loses_nothing_that_was_kept(number: int, tmp_path: Path) -> None:
    folder = tmp_path / "history"
    chance = random.Random(number)
    with _start(folder, "k", 10_000) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0, 0.4))
        writer.send_signal(signal.SIGKILL)
        lines = writer.stdout.read()
    _check(folder, "k", lines[: lines.rfind("\n") + 1], whole=False)
