"""A process forks whatever its threads do, and its children suggest, learn and train."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from karussell import locks
from karussell.history import History, Sentence
from karussell.locks import SharedLock

pytestmark = [
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
]
_CHILD = """
import os, signal, sys
signal.alarm(100)

def child(work):
    pid = os.fork()
    if pid == 0:
        signal.alarm(60)
        try:
            work()
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
"""
_SUGGESTING = """
import gc, multiprocessing, threading
from karussell.keyboard import Predictor
predictor = Predictor.open(sys.argv[1])
over = threading.Event()

def suggest(words=0):
    for word in ("see", "you", "tea", "ten", "the") * 3:
        predictor.suggest(f"{word} " * words + "t")

def work(number):
    words = number
    while not over.is_set():
        predictor.languages.clear()
        suggest(words := words % 7 + 1)

def nested():
    suggest()
    child(suggest)

def collected():
    gc.collect()
    suggest()

def execute():
    os.execv(sys.executable, [sys.executable, "-c", ""])

threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
for each in threads:
    each.start()
try:
    for _ in range(5):
        child(suggest)
    for case in (nested, collected, execute):
        child(case)
    forking = [threading.Thread(target=child, args=(suggest,)) for _ in range(2)]
    for each in forking:
        each.start()
    for each in forking:
        each.join()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(suggest, range(4))
finally:
    over.set()
    for each in threads:
        each.join()
print("ended")
"""
_TRAINING = """
import multiprocessing, threading
import numpy as np
import torch
import karussell as ka
from karussell.layers import LSTM

torch.set_num_threads(2)
numbers = np.sin(np.arange(200.0))
settings = ka.SeriesSettings(horizon=3, hidden_size=32, updates=4, window=64, threads=2)
model = ka.train(numbers, settings=settings)
one = ka.SeriesSettings(horizon=3, hidden_size=32, updates=4, window=64, threads=1)
known = {model.fingerprint, ka.train(numbers, settings=one).fingerprint}

def again(_=None):
    assert ka.train(numbers, settings=settings).fingerprint in known

def layer():
    outputs, _ = LSTM(16, 64)(torch.randn(20, 16, 16))
    outputs.sum().backward()

def product():
    torch.randn(512, 512) @ torch.randn(512, 512)

layer()
product()
for case in (again, layer, product, lambda: child(layer)):
    child(case)
thread = threading.Thread(target=lambda: [again() for _ in range(3)])
thread.start()
child(again)
thread.join()
with multiprocessing.get_context("fork").Pool(2) as pool:
    pool.map(again, range(2))
assert torch.get_num_threads() == 2
print("ended")
"""


@pytest.mark.parametrize("code", [_SUGGESTING, _TRAINING], ids=["suggesting", "training"])
def test_children_of_a_busy_process_do_not_hang(code: str, ten_word_path: Path) -> None:
    found = subprocess.run(
        (sys.executable, "-W", "ignore", "-c", _CHILD + code, str(ten_word_path)),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (found.returncode, found.stdout) == (0, "ended\n"), found.stderr


def in_child(work: Callable[[], object]) -> int:
    """The exit status of a child that does something: 1 if it fails."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = 0 if work() in (True, None) else 1
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_fork_waits_until_a_lock_is_free() -> None:
    first, second = SharedLock(), SharedLock()
    holds, halves = threading.Event(), []

    def change() -> None:
        for lock in (first, second):
            with lock:
                holds.set()
                halves.append(1)
                threading.Event().wait(0.2)
                halves.append(2)

    thread = threading.Thread(target=change)
    thread.start()
    holds.wait()
    assert in_child(lambda: len(halves) % 2 == 0 and second.acquire(timeout=0)) == 0
    thread.join()


def test_who_forks_may_hold_a_lock_itself() -> None:
    lock = SharedLock()

    def work() -> bool:
        lock.release()
        found: list[bool] = []
        thread = threading.Thread(target=lambda: found.append(lock.acquire(timeout=0)))
        thread.start()
        thread.join()
        return found == [True]

    with lock, lock:
        lock.release()
        assert in_child(work) == 0
        lock.acquire()


def test_a_lock_that_is_never_given_back_is_free_in_the_child(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(locks, "_PATIENCE", 0.1)
    lock, other = SharedLock(), SharedLock()
    holds, over = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            holds.set()
            over.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    holds.wait()
    with other:
        assert in_child(lambda: lock.acquire(timeout=0) and other.acquire(timeout=0)) == 0
    over.set()
    thread.join()
    assert lock.acquire(timeout=1)
    lock.release()


def entry(words: str) -> Sentence:
    return Sentence(time=1, language="en", words=tuple(words.split()))


@pytest.mark.parametrize("key", [None, bytes(32)])
def test_a_child_opens_its_parents_history_anew(tmp_path: Path, key: bytes | None) -> None:
    with History.open(tmp_path / "history", key=key) as history:
        history.add(entry("kept before"))
        history.flush()
        history.add(entry("waits"))

        def work() -> bool:
            number = history.add(entry("of the child"))
            history.flush()
            return history.is_committed(number) and history.notice is None

        assert in_child(work) == 0
        assert in_child(lambda: in_child(work) == 0 and work()) == 0
        assert in_child(history.close) == 0
        assert in_child(lambda: history.add(entry("lost")) and None) == 0
        history.flush()
        found = [" ".join(each.words) for _, each in history.entries()]  # type: ignore[union-attr]
    assert sorted(found) == ["kept before", *["of the child"] * 3, "waits"]
    with History.open(tmp_path / "history", key=key) as history:
        assert len(history.entries()) == 5
        assert history.notice is None


def test_a_child_that_ends_like_any_program_leaves_the_history_to_its_parent(
    tmp_path: Path,
) -> None:
    code = """
import os, sys
from karussell.history import History, Sentence
history = History.open(__import__("pathlib").Path(sys.argv[1]))
for number in range(3):
    history.add(Sentence(time=1, language="en", words=("word", str(number))))
    pid = os.fork()
    if pid == 0:
        sys.exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
history.flush()
assert len(history.entries()) == 3
history.close()
"""
    command = (sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "history"))
    subprocess.run(command, check=True, timeout=60)


def test_a_history_in_memory_goes_on_in_the_child() -> None:
    with History.in_memory() as history:
        history.add(entry("one"))

        def work() -> bool:
            history.add(entry("two"))
            history.flush()
            return len(history.entries()) == 2

        assert in_child(work) == 0
        assert len(history.entries()) == 1
