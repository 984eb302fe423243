"""Sessions by the hundred that type at once, whatever the server says: an open loop.

    python -m tests.web.load [--sessions 300] [--keys 10] [--seconds 20] [--text FILE] [--tcp]
        [--processes 2]

A server of its own, ``karussell serve``, with the packaged English model; this process is the
generator beside it. Each session types lines of its own order, key by key, at its own phase, and
asks after each. A latency counts from when the key was due to when its answer was there, so that a
server that falls behind is not spared. Prints percentiles, errors, and processor time.
"""

import argparse
import json
import os
import random
import select
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from karussell.client import Client

_LINES = (
    "I'll see you tomorrow at Anna's place, if the weather is good.",
    "Did you recieve my mail about the Zwetschgeria, the one at 12:30?",
    "We definately want to go, so please tell the others.",
    "Thanks for the photos, they are great, I have sent them to my mother and she was glad.",
    "No, not today; maybe next week, when Tomasz is back from Krakow.",
    "What do you think of the new teacher? She seems to be very nice to the little ones.",
    "Can somebody bring the keys back before the shop closes this evening?",
    "It rained the whole day, and in the end we stayed at home and played cards.",
    "The train is twenty minutes late again, start without me.",
    "Happy birthday! I hope that you have a wonderful day and many guests.",
    "My phone is nearly empty, I will call you when I am at the office.",
    "Our meeting was moved to Thursday afternoon, as half of the team is ill.",
)
_FAILED = b'{"type":"failure"'


@dataclass(slots=True, eq=False)
class Session:
    """One text field.

    Attributes:
        line: Its line to the server.
        letters: What is still to be typed.
        text: What was typed of this line.
        number: Of the last message.
        due: When the questions without an answer were due, oldest first.
        got: What came of the next frame.
    """

    line: Client
    letters: Iterator[str]
    text: str = ""
    number: int = 0
    due: deque[float] = field(default_factory=deque)
    got: bytes = b""

    def type(self, when: float) -> None:
        """Type a key that was due at a time, and ask."""
        letter = next(self.letters)
        self.text = "" if letter == "\n" else self.text + letter
        self.number += 1
        ask = {"type": "ask", "number": self.number, "left": self.text}
        data = json.dumps(ask, separators=(",", ":")).encode()
        size = len(data)
        head = bytes([0x81, 0x80 | min(size, 126)])
        head += size.to_bytes(2, "big") if size > 125 else b""
        self.due.append(when)
        self.line._socket.sendall(head + bytes(4) + data)  # masked by zeros

    def hear(self, now: float) -> tuple[list[float], int]:
        """The latencies of what is answered, and how many answers were failures."""
        self.got += self.line._socket.recv(1 << 16)
        latencies, failed = [], 0
        while len(self.got) > 1:
            size, start = self.got[1], 2
            if size == 126:
                size, start = int.from_bytes(self.got[2:4], "big"), 4
            if len(self.got) < start + size:
                break
            if self.got[0] == 0x81:
                latencies.append(now - self.due.popleft())
                failed += self.got.startswith(_FAILED, start)
            self.got = self.got[start + size :]
        return latencies, failed


def _letters(lines: list[str], rng: random.Random) -> Iterator[str]:
    while True:
        yield from rng.choice(lines)
        yield "\n"


def _processor_time(process: int) -> float:
    """Of a process and those that it began."""
    place = Path(f"/proc/{process}")
    told = (place / "stat").read_text().rpartition(")")[2].split()
    begun = (place / f"task/{process}/children").read_text().split()
    own = (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_processor_time(int(each)) for each in begun)


def _typed(
    sessions: list[Session], keys: float, seconds: float, rng: random.Random
) -> tuple[list[float], int]:
    """Let all type for a while; the latencies of the answers, and the failures among them."""
    poll = select.epoll()
    of_number = {session.line.fileno(): session for session in sessions}
    for number in of_number:
        poll.register(number, select.EPOLLIN)
    begun = time.perf_counter()
    starts = sorted(begun + rng.random() / keys for _ in sessions)
    phases = zip(starts, sessions, strict=True)
    due = deque(phases)
    latencies: list[float] = []
    failed, end = 0, begun + seconds
    while True:
        now = time.perf_counter()
        while due and due[0][0] <= now:
            when, session = due.popleft()
            session.type(when)
            if when + 1 / keys < end:
                due.append((when + 1 / keys, session))
        waiting = due[0][0] - now if due else 0.0
        if not due and (now > end + 10 or not any(session.due for session in sessions)):
            break
        for number, _ in poll.poll(max(0.0, waiting) if due else 0.01):
            heard, bad = of_number[number].hear(time.perf_counter())
            latencies += heard
            failed += bad
    return latencies, failed + sum(len(session.due) for session in sessions)


def measure(
    count: int, keys: float, seconds: float, lines: list[str], tcp: bool, processes: int
) -> None:
    """Start a server, let all type, and print what it took."""
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_RUNTIME_DIR": folder}
        program = "from karussell.cli.main import main; main()"
        token = Path(folder) / "token"
        command = [sys.executable, "-c", program, "serve", "--port", "0"]
        command += ["--memory", f"{folder}/memory", "--processes", str(processes)]
        command += ["--token-file", str(token)]
        with subprocess.Popen(
            command, env=environment, stderr=subprocess.PIPE, text=True
        ) as server:
            assert server.stderr is not None
            told = [server.stderr.readline() for _ in range(3)]
            url = told[1].split()[-1]
            path = f"{folder}/karussell/keyboard.sock"
            try:
                sessions = []
                for _ in range(count):
                    line = (
                        Client(url=url, token=token.read_text().strip(), timeout=60)
                        if tcp
                        else Client(path=path, timeout=60)
                    )
                    line.request("hello")
                    line._socket.settimeout(None)
                    sessions.append(Session(line, _letters(lines, rng)))
                _typed(sessions, keys, min(5.0, seconds), rng)  # what is warm afterwards
                before, own = _processor_time(server.pid), time.process_time()
                begun = time.perf_counter()
                latencies, errors = _typed(sessions, keys, seconds, rng)
                lasted = time.perf_counter() - begun
                spent, own = _processor_time(server.pid) - before, time.process_time() - own
            finally:
                server.terminate()
    found = sorted(1000 * each for each in latencies)
    if not found:
        print(f"{count} sessions: no answer, {errors} errors")
        return
    at = {share: found[min(len(found) - 1, int(share * len(found)))] for share in (0.5, 0.95, 0.99)}
    told_at = ", ".join(f"p{100 * share:g} {value:.1f} ms" for share, value in at.items())
    print(
        f"{count} sessions, {keys:g} keys/s, {len(found)} answers in {lasted:.1f} s: {told_at}, "
        f"{errors} errors; server {1000 * spent / len(found):.3f} ms of processor a key "
        f"({100 * spent / lasted:.0f} %), generator {1000 * own / len(found):.3f} ms "
        f"({100 * own / lasted:.0f} %); load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def main() -> None:
    """Measure as the options say."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sessions", type=int, nargs="+", default=[300])
    parser.add_argument("--keys", type=float, default=10.0, help="of each session, a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--text", type=Path, help="lines to type; by default a dozen of its own")
    parser.add_argument("--processes", type=int, default=1, help="that share the sessions")
    parser.add_argument("--tcp", action="store_true", help="not over the Unix socket")
    given = parser.parse_args()
    lines = [*_LINES]
    if given.text:
        lines = [line for line in given.text.read_text().splitlines() if line.strip()]
    for count in given.sessions:
        measure(count, given.keys, given.seconds, lines, given.tcp, given.processes)


if __name__ == "__main__":
    main()
