"""A host that is cut off in the middle of a training: the other one goes on.

Two hosts are two network namespaces with a cable between them, which takes Linux and root.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import karussell as ka

pytestmark = pytest.mark.slow

_SCRIPT = """
import os, time
from datetime import timedelta
import karussell as ka
from karussell.training import loop, world
loop._CHECKPOINT_SECONDS = -1.0
world._SILENCE = timedelta(seconds=6)
update = loop.Loop._update
def slowly(self, batch, part):
    if not hasattr(self, "told"):
        self.told = print(f"{self._world.size} processes after {self.progress.step}", flush=True)
    time.sleep(0.02 if self.progress.step else 0.2)
    return update(self, batch, part)
loop.Loop._update = slowly
sequences = [["up", "down", "left"] * (2 + number % 3) for number in range(200)]
settings = ka.Settings(embedding_size=8, hidden_size=16, dropout=0.0, negatives=0, epochs=20.0,
                       batch_words=64, rare_words=0, precision="float32", threads=1)
ka.train(sequences, out=os.environ["OUT"], settings=settings, progress=False)
print("ended", flush=True)
"""
_RENDEZVOUS = "timeout=60,last_call_timeout=2,keep_alive_interval=2,keep_alive_max_attempt=3"


def _ip(*arguments: str, check: bool = True) -> bool:
    command = ["ip", *arguments]
    return subprocess.run(command, check=check, capture_output=True, timeout=60).returncode == 0


@contextmanager
def two_hosts() -> Iterator[tuple[str, str]]:
    """The names of two namespaces, 10.77.0.1 and 10.77.0.2 for each other.

    Both are gone in the end, with all that runs in them.
    """
    names = f"ka{os.getpid()}a", f"ka{os.getpid()}b"
    with ExitStack() as stack:
        for name in names:
            if shutil.which("ip") is None or not _ip("netns", "add", name, check=False):
                pytest.skip("no network namespaces here: they take iproute2 and root")
            stack.callback(_ip, "netns", "delete", name, check=False)
        ends = ("link", "add", names[0], "type", "veth", "peer", "name", names[1])
        if not _ip("-netns", names[0], *ends, check=False):
            pytest.skip("no cable can be laid between network namespaces here")
        _ip("-netns", names[0], "link", "set", names[1], "netns", names[1])
        for number, name in enumerate(names, 1):
            _ip("-netns", name, "address", "add", f"10.77.0.{number}/24", "dev", name)
            for link in name, "lo":
                _ip("-netns", name, "link", "set", link, "up")
        yield names


def started(host: str, folder: Path) -> subprocess.Popen[bytes]:
    """One process of the training on a host, which has a folder of its own."""
    folder.mkdir()
    (folder / "script.py").write_text(_SCRIPT)
    command = [
        *("ip", "netns", "exec", host, sys.executable, "-m", "torch.distributed.run"),
        *("--nnodes", "1:2", "--nproc-per-node", "1", "--max-restarts", "3"),
        *("--rdzv-backend", "c10d", "--rdzv-endpoint", "10.77.0.1:29477", "--rdzv-id", "ka"),
        *("--rdzv-conf", f"{_RENDEZVOUS},is_host={int(host[-1] == 'a')}"),
        *("--local-addr", f"10.77.0.{1 if host[-1] == 'a' else 2}"),
        str(folder / "script.py"),
    ]
    surroundings = {
        **os.environ,
        "GLOO_SOCKET_IFNAME": host,
        "OMP_NUM_THREADS": "1",
        "OUT": str(folder / "model.karussell"),
    }
    with (folder / "said").open("wb") as said:
        return subprocess.Popen(command, env=surroundings, stdout=said, stderr=subprocess.STDOUT)


def waits(folder: Path, pattern: str, seconds: float) -> re.Match[str]:
    """What a host says, once it says it."""
    end = time.monotonic() + seconds
    while True:
        text = (folder / "said").read_text(errors="replace")
        if found := re.search(pattern, text, re.S):
            return found
        assert time.monotonic() < end, text[-3000:]
        time.sleep(0.2)


def test_the_training_goes_on_without_a_host_that_was_cut_off(tmp_path: Path) -> None:
    with two_hosts() as (one, other):
        folders = tmp_path / "a", tmp_path / "b"
        running = [
            started(each, folder) for each, folder in zip((one, other), folders, strict=True)
        ]
        try:
            for folder in folders:
                waits(folder, r"2 processes after \d+", 60)
            time.sleep(1)
            _ip("-netns", one, "link", "set", one, "down")
            waits(folders[0], r"1 processes after [1-9]\d*.*ended", 90)
            assert running[0].wait(30) == 0
        finally:
            for each in running:
                each.kill()
                each.wait()
    model = ka.SequenceModel.open(folders[0] / "model.karussell")
    assert model.predict(["up", "down"], k=1)[0].token == "left"
    assert not (folders[0] / "model.karussell.training").exists()
    assert not (folders[1] / "model.karussell").exists()
