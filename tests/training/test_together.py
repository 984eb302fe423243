"""Processes that torchrun starts train one network, and go on when one of them is lost."""

import re
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import karussell as ka
from karussell.training import RunFolder

pytestmark = pytest.mark.slow

_LINES = [
    f"the {size} {thing} is {place}"
    for size in ("big", "small", "old")
    for thing in ("house", "dog", "tree", "boat")
    for place in ("here", "there", "gone", "ours")
]
_SETTINGS = (
    "settings = ka.Settings(embedding_size=8, hidden_size=16, dropout=0.0, negatives=4, epochs=4.0,"
    " batch_words=64, learning_rate=0.01, rare_words=0, least_count=1, precision='float32')"
)
_SCRIPT = f"""
import hashlib, os, signal, sys
import numpy as np
import karussell as ka
from karussell.training import loop
loop._CHECKPOINT_SECONDS = -1.0
first, rank = os.environ.get("TORCHELASTIC_RESTART_COUNT") == "0", os.environ.get("RANK")
def tell_at_once(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())  # the others write there, too
update = loop.Loop._update
def watched(self, batch, part):
    if self.progress.step == 8 and first and rank == "1" and "kill" in sys.argv:
        os.kill(os.getpid(), signal.SIGKILL)
    if self.progress.step == 8 and "stop" in sys.argv:
        raise KeyboardInterrupt
    if self._world.leads and not hasattr(self, "told"):
        share = "apart" if self._sharded is None else "together"
        self.told = tell_at_once("begins after", self.progress.step, share)
    return update(self, batch, part)
loop.Loop._update = watched
run = loop.Loop.run
def digested(self, tell):
    score = run(self, tell)
    whole = b"".join(each.numpy().tobytes() for each in self.task.network.state_dict().values())
    tell_at_once("ends with", hashlib.sha256(whole).hexdigest()[:16], "%.6f" % score)
    return score
loop.Loop.run = digested
{_SETTINGS}
"""


def torchrun(
    folder: Path, script: str, *arguments: str, processes: int = 2, machines: int = 1
) -> str:
    """What so many processes say, on each of so many machines, that run a script."""
    path = folder / "script.py"
    path.write_text(_SCRIPT + script)
    meet = ["--standalone"]
    if machines > 1:
        with socket.create_server(("127.0.0.1", 0)) as free:
            at = f"127.0.0.1:{free.getsockname()[1]}"
        meet = ["--nnodes", str(machines), "--rdzv-backend", "c10d", "--rdzv-endpoint", at]
        meet += ["--rdzv-id", "ka", "--local-addr", "127.0.0.1"]
    command = [
        *(sys.executable, "-m", "torch.distributed.run", *meet),
        *("--max-restarts", "1" if "kill" in arguments else "0"),
        *("--nproc-per-node", str(processes), str(path), *arguments),
    ]
    with ThreadPoolExecutor() as pool:
        running = [
            pool.submit(
                subprocess.run,
                command,
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=600,
                check=False,
            )
            for _ in range(machines)
        ]
    ran = [each.result() for each in running]
    for each in ran:
        assert each.returncode == 0 or "stop" in arguments, each.stderr[-3000:]
    return "".join(each.stdout for each in ran)


@dataclass(frozen=True)
class Undisturbed:
    """Trainings that nothing came between.

    Attributes:
        text: What they read.
        series: Digest and score of two processes on series of numbers, by process.
        words: The same on the text.
        alone: The scores of one process, on the text and on the series.
    """

    text: Path
    words: list[tuple[str, float]]
    series: list[tuple[str, float]]
    alone: tuple[float, float]


_TRAIN = "ka.train(['text.txt'], out='model.karussell', settings=settings, progress=False)"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("together")
    path = folder / "text.txt"
    path.write_text("\n".join(_LINES * 4))
    script = """
ka.train(['text.txt'], settings=settings, progress=False)
numbers = ka.SeriesSettings(hidden_size=8, updates=30, horizon=4, dropout=0.0, batch_windows=4)
ka.train(list(np.sin(np.arange(600.0)).reshape(2, 300)), settings=numbers, progress=False)
"""
    found = sorted(ends(torchrun(folder, script)), key=lambda end: -end[1])
    given: dict[str, Any] = {"ka": ka}
    exec(_SETTINGS, given)
    words = ka.train([str(path)], settings=given["settings"], progress=False)
    numbers = ka.SeriesSettings(hidden_size=8, updates=30, horizon=4, dropout=0.0, batch_windows=4)
    waves = list(np.sin(np.arange(600.0)).reshape(2, 300))
    series = ka.train(waves, settings=numbers, progress=False)
    alone = words.card.scores["held_out_perplexity"], series.scores["held_out_pinball_loss"]
    return Undisturbed(text=path, words=found[:2], series=found[2:], alone=alone)


def ends(said: str) -> list[tuple[str, float]]:
    """The digests of the weights of each process, and the scores."""
    found = re.findall(r"ends with ([0-9a-f]{16}) (\d+\.\d{6})", said)
    return [(digest, float(score)) for digest, score in found]


def test_two_processes_learn_what_one_does(undisturbed: Undisturbed) -> None:
    """Replicas are equal to the last bit, and but for rounding to what one process alone learns."""
    for found, alone in zip(
        (undisturbed.words, undisturbed.series), undisturbed.alone, strict=True
    ):
        assert len(found) == 2
        assert len({*found}) == 1
        assert found[0][1] == pytest.approx(alone, rel=2e-3)


@pytest.mark.parametrize("machines", [1, 2])
def test_a_step_is_the_same_however_it_is_shared(
    undisturbed: Undisturbed, tmp_path: Path, machines: int
) -> None:
    """Two processes without shared memory; then two machines of two, each with its own."""
    shutil.copy(undisturbed.text, tmp_path)
    apart = "loop.shard = lambda *_: None" if machines == 1 else ""
    script = f"{apart}\nka.train(['text.txt'], settings=settings, progress=False)"
    said = torchrun(tmp_path, script, machines=machines)
    assert f"begins after 0 {'apart' if apart else 'together'}" in said
    found = ends(said)
    assert len(found) == 2 * machines
    assert len({*found}) == 1
    assert found[0][1] == pytest.approx(undisturbed.alone[0], rel=2e-3)


def test_a_run_goes_on_when_a_process_is_killed(undisturbed: Undisturbed, tmp_path: Path) -> None:
    shutil.copy(undisturbed.text, tmp_path)
    said = torchrun(tmp_path, _TRAIN, "kill")
    assert "begins after 0 together" in said
    assert "begins after 8 together" in said
    assert {*ends(said)} == {*undisturbed.words}
    assert ka.open_model(tmp_path / "model.karussell").card.training is not None
    assert not (tmp_path / "model.karussell.training").exists()


def test_a_run_that_was_stopped_goes_on_with_fewer_processes(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    shutil.copy(undisturbed.text, tmp_path)
    torchrun(tmp_path, _TRAIN, "stop", processes=3)
    out = tmp_path / "model.karussell"
    assert RunFolder(out).is_begun
    model = ka.train([], out=out, resume=True, progress=False)
    assert model.card.scores["held_out_perplexity"] == pytest.approx(undisturbed.alone[0], rel=2e-3)


def test_a_run_that_was_stopped_goes_on_with_more_processes(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    shutil.copy(undisturbed.text, tmp_path)
    torchrun(tmp_path, _TRAIN, "stop")
    again = "ka.train([], out='model.karussell', resume=True, progress=False)"
    said = torchrun(tmp_path, again, processes=3)
    assert "begins after 8 together" in said
    found = ends(said)
    assert len(found) == 3
    assert len({*found}) == 1
    assert found[0][1] == pytest.approx(undisturbed.alone[0], rel=2e-3)
