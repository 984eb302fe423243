"""Several processes that serve one keyboard: what each holds, knows and opens, and how they end."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from karussell.client import Client, page_link
from karussell.errors import UsageError
from karussell.web.listening import Listener
from karussell.web.processes import Share, SharedListener
from tests.processes import PATIENCE, started

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="the system does not tell a process's children"
)


@dataclass(frozen=True, slots=True)
class Served:
    """A server of two processes."""

    process: "subprocess.Popen[str]"
    path: str

    @property
    def child(self) -> int:
        number = self.process.pid
        return int(Path(f"/proc/{number}/task/{number}/children").read_text().split()[0])

    def line(self) -> Client:
        line = Client(path=self.path, timeout=PATIENCE)
        line.request("hello")
        return line


@pytest.fixture
def served(tmp_path: Path, ten_word_path: Path) -> Iterator[Served]:
    command = [sys.executable, "-m", "karussell", "serve", "-m", ten_word_path]
    command += ["--memory", tmp_path / "memory", "--processes", "2"]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    with started(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while "Ctrl-C" not in process.stderr.readline():
            assert process.poll() is None
        yield Served(process, str(tmp_path / "karussell/keyboard.sock"))
        process.terminate()


def comes(what: Callable[[], bool]) -> bool:
    """Whether something is so before long."""
    last = time.monotonic() + PATIENCE
    while not what() and time.monotonic() < last:
        time.sleep(0.05)
    return what()


def offers(line: Client) -> bool:
    return "Tomasz" in json.dumps(line.request("ask", left="see tom")["slots"])


def lines_of(process: int, path: str) -> int:
    """How many lines at a Unix socket a process has."""
    table = [each.split() for each in Path("/proc/net/unix").read_text().splitlines()]
    connected = {f"socket:[{row[6]}]" for row in table if row[5] == "03" and row[7:] == [path]}
    found = 0
    for each in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(OSError):
            found += os.readlink(each) in connected
    return found


def test_what_one_process_learns_and_forgets_the_other_knows(served: Served) -> None:
    lines: list[Client] = []
    processes = served.process.pid, served.child

    def both_have_some() -> bool:
        lines.append(stack.enter_context(served.line()))
        return all(lines_of(each, served.path) for each in processes)

    with contextlib.ExitStack() as stack:
        assert comes(both_have_some)
        assert lines[0].request("learn", text="see Tomasz at home, dear")["changed"]
        assert comes(lambda: all(map(offers, lines)))
        assert lines[-1].request("forget", word="Tomasz")["entries"] == 1
        assert comes(lambda: not any(map(offers, lines)))


def test_a_link_opens_the_page_once_whichever_process_gave_it(served: Served) -> None:
    for _ in range(4):
        place, code = re.findall(r"http://([^/]+)/#code=(.+)", page_link(served.path))[0]
        body = json.dumps({"code": code})
        statuses = []
        for _ in range(3):
            asked = http.client.HTTPConnection(place, timeout=PATIENCE)
            with contextlib.closing(asked):
                headers = {"Content-Type": "application/json", "X-Karussell": "1"}
                headers["Origin"] = f"http://{place}"
                asked.request("POST", "/session", body, headers)
                statuses.append(asked.getresponse().status)
        assert statuses == [200, 403, 403]


def test_who_remains_serves_on_and_takes_all_that_comes(served: Served) -> None:
    child = served.child
    os.kill(child, signal.SIGKILL)
    assert comes(lambda: not Path(f"/proc/{child}").exists())
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(served.line()) for _ in range(4)]
        assert lines[0].request("learn", text="see Tomasz at home, dear")["changed"]
        assert all(map(offers, lines))


def test_the_first_process_ends_the_others_and_takes_its_socket_away(served: Served) -> None:
    child = served.child
    with served.line(), served.line():
        served.process.terminate()
        assert served.process.wait(PATIENCE) == 0
    assert not Path(f"/proc/{child}").exists()
    assert not Path(served.path).exists()


def test_no_process_stays_behind_the_first(served: Served) -> None:
    child = served.child
    served.process.kill()
    served.process.wait(PATIENCE)
    assert comes(lambda: not Path(f"/proc/{child}").exists())


def test_a_connection_is_left_to_who_has_fewer_but_not_for_ever() -> None:
    share = Share(3)
    with SharedListener(Listener(socket.AF_INET), share) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        share.held[:] = [2, 1, -1]
        with socket.create_connection(listener.getsockname()) as one:
            with pytest.raises(BlockingIOError):
                listener.accept()
            share.held[1] = 2
            listener.accept()[0].close()
            one.close()
        assert list(share.held) == [3, 2, -1]
        with socket.create_connection(listener.getsockname()):
            with pytest.raises(BlockingIOError):
                listener.accept()
            time.sleep(0.1)
            listener.accept()[0].close()
        assert share.held[0] == 4


@pytest.mark.parametrize("more", [["--no-memory"], ["--no-memory", "--after-uses", "2"]])
def test_several_processes_need_a_folder_for_what_is_learned(
    tmp_path: Path, more: list[str]
) -> None:
    command = [sys.executable, "-m", "karussell", "serve", "--processes", "2", *more]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    told = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE
    )
    assert told.returncode == 2
    assert "--processes and --no-memory" in told.stderr


@pytest.mark.parametrize("processes", [0, -1])
def test_there_is_at_least_one_process(processes: int) -> None:
    with pytest.raises(UsageError, match=f"--processes {processes}: expected 1"):
        Share(processes)
