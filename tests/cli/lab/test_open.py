"""`karussell lab --open`."""

import http.client
import json
import re
import signal
import subprocess
import sys

import pytest

from tests.cli.conftest import Run
from tests.processes import started

_OPEN = "from karussell.cli import main; main()", "lab", "--open", "--no-browser", "--port", "0"


def test_the_page_is_served_here_until_ctrl_c_without_torch() -> None:
    program = _OPEN[0].replace("; main", "; import sys; sys.modules['torch'] = None; main")
    command = [sys.executable, "-c", program, *_OPEN[1:]]
    with started(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        link = re.fullmatch(
            r"The lab is at http://(127\.0\.0\.1:\d+)/\n", running.stderr.readline()
        )
        assert link is not None
        assert running.stderr.readline() == "Ctrl-C: stop.\n"
        connection = http.client.HTTPConnection(link[1], timeout=60)
        connection.request("GET", "/lab/calendar.json")
        assert {*json.load(connection.getresponse())["networks"]} == {"rnn", "relu", "lstm"}
        connection.close()
        running.send_signal(signal.SIGINT)
        assert running.stderr.read() == ""
    assert running.returncode == 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--open", "adding"), "--open and adding: expected one of them"),
        (("--open", "calendar"), "--open and calendar: expected one of them"),
        (("--port", 0), "--port and --no-browser are for --open, which is not given"),
        (("--no-browser", "adding"), "are for --open, which is not given"),
        (("--open", "--port", 80), "port 80: expected 1024 to 65535"),
    ],
)
def test_what_does_not_go_together_is_told(
    run: Run, given: tuple[object, ...], message: str
) -> None:
    outcome = run("lab", *given)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
