"""A folder is one run's at a time, and is gone when there is nothing in it to go on with."""

import contextlib
import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from karussell.errors import TrainingError, UsageError
from karussell.training import RunFolder, SeriesSettings, train
from karussell.training.folder import run_folder
from karussell.training.settings import Settings
from tests.processes import started

TINY = Settings(
    embedding_size=4, hidden_size=8, epochs=1, batch_words=64, negatives=0, threads=1, dropout=0.0
)
SERIES = SeriesSettings(horizon=2, updates=3, hidden_size=4, window=20, batch_windows=5, threads=1)

HOLD = """
import sys
from pathlib import Path
from karussell.training.folder import run_folder
with run_folder(Path(sys.argv[1]), resume=False) as folder:
    folder.checkpoint.touch()
    print("held", flush=True)
    sys.stdin.read()
"""


def test_two_runs_cannot_have_one_output(tmp_path: Path) -> None:
    out = tmp_path / "out.karussell"
    with started(
        [sys.executable, "-c", HOLD, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        for resume in (False, True, None):
            with (
                pytest.raises(TrainingError, match="another training is at work here"),
                run_folder(out, resume=resume),
            ):
                pass
        other.kill()
    # What a killed run held is free again, and all of it is there.
    with run_folder(out, resume=True) as folder:
        assert folder.checkpoint.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_could_not_begin_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out.karussell"
    with pytest.raises(ZeroDivisionError), run_folder(out, resume=False):
        raise ZeroDivisionError
    out.touch()
    with pytest.raises(UsageError, match="exists already"), run_folder(out, resume=False):
        pass
    assert list(tmp_path.iterdir()) == [out]


def test_a_stopped_run_is_kept_until_it_is_resumed_to_its_end(tmp_path: Path) -> None:
    out = tmp_path / "out.karussell"
    settings = Settings()
    with contextlib.suppress(KeyboardInterrupt), run_folder(out, resume=False) as folder:
        folder.claim(settings)
        raise KeyboardInterrupt
    with (
        pytest.raises(TrainingError, match="a stopped training is here"),
        run_folder(out, resume=False),
    ):
        pass
    with run_folder(out, resume=True) as folder:
        folder.claim(settings)
    with (
        pytest.raises(TrainingError, match="no stopped training here"),
        run_folder(out, resume=True),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def a_text(folder: Path) -> Path:
    path = folder / "text.txt"
    path.write_text("see you soon\nthe cat sat on the mat\n" * 50)
    return path


def of_text(folder: Path, out: Path, **options: Any) -> object:
    return train([a_text(folder)], out=out, settings=TINY, **options)


def of_tokens(folder: Path, out: Path, **options: Any) -> object:
    return train([["a", "b", "c"]] * 40, out=out, settings=TINY, **options)


def of_series(folder: Path, out: Path, **options: Any) -> object:
    return train(np.arange(100.0), out=out, settings=SERIES, **options)


KINDS = pytest.mark.parametrize("begin", [of_text, of_tokens, of_series])
Begin = Callable[..., object]


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@KINDS
def test_of_threads_with_one_output_one_trains_and_the_others_are_refused_by_name(
    tmp_path: Path, begin: Begin
) -> None:
    out = tmp_path / "out.karussell"
    under_way, seen = threading.Event(), []

    def hold(*_: object) -> None:
        if not under_way.is_set():
            under_way.set()
            for resume in (False, False, False):
                with pytest.raises(TrainingError, match="another training is at work here"):
                    begin(tmp_path, out, resume=resume)
                seen.append(sorted(path.name for path in RunFolder(out).path.iterdir()))

    with ThreadPoolExecutor(1) as pool:
        pool.submit(begin, tmp_path, out, tell=hold).result()
    assert len(seen) == 3
    # Those that were refused took nothing away.
    assert all("lock" in names and "plan.json" in names for names in seen)
    assert out.exists()
    assert not RunFolder(out).path.exists()


@pytest.mark.parametrize("way", ["link", "chain", "folder", "relative", "dots"])
def test_one_output_by_two_names_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    (tmp_path / "real").mkdir()
    out = tmp_path / "real" / "out.karussell"
    other = tmp_path / "other"
    match way:
        case "link":
            other.symlink_to(out)
        case "chain":
            (tmp_path / "between").symlink_to(out)
            other.symlink_to("between")
        case "folder":
            other.symlink_to(out.parent)
            other /= out.name
        case "relative":
            monkeypatch.chdir(tmp_path)
            other = Path("real/out.karussell")
        case "dots":
            other = tmp_path / "real" / ".." / "real" / "out.karussell"
    with (
        run_folder(out, resume=False),
        pytest.raises(TrainingError, match="another training is at work here"),
        run_folder(other, resume=False),
    ):
        pass


def test_a_model_is_written_where_a_link_leads(tmp_path: Path) -> None:
    out, link = tmp_path / "out.karussell", tmp_path / "link"
    link.symlink_to(out)
    of_text(tmp_path, link)
    assert link.is_symlink()
    assert out.is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "out.karussell", "text.txt"]


@KINDS
def test_nobody_else_can_read_what_a_run_writes(
    tmp_path: Path, begin: Begin, open_umask: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("karussell.training.loop._CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr("karussell.training.loop._TELL_SECONDS", 0.0)
    out = tmp_path / "out.karussell"
    modes: dict[str, int] = {}

    def look(*_: object) -> None:
        folder = RunFolder(out).path
        for path in (folder, *folder.iterdir()):
            modes[path.name] = stat.S_IMODE(path.stat().st_mode)

    begin(tmp_path, out, tell=look)
    assert modes.pop("out.karussell.training") == 0o700
    assert {"lock", "plan.json", "checkpoint.pt"} <= modes.keys()
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    # Whoever could read an older model can read the one in its place.
    out.chmod(0o640)
    begin(tmp_path, out, overwrite=True)
    assert stat.S_IMODE(out.stat().st_mode) == 0o640


def test_a_folder_that_others_could_enter_is_closed_before_anything_is_written(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out.karussell"
    folder = RunFolder(out)
    folder.path.mkdir(mode=0o755)
    (folder.path / "ids.bin").touch(mode=0o644)
    with run_folder(out, resume=False):
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder.path / "ids.bin").stat().st_mode) == 0o600


def test_what_stands_in_the_way_of_the_folder_is_named(tmp_path: Path) -> None:
    out = tmp_path / "out.karussell"
    path = RunFolder(out).path
    path.touch()
    with pytest.raises(TrainingError, match="is no folder"):
        of_text(tmp_path, out)
    path.unlink()
    (tmp_path / "elsewhere").mkdir()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TrainingError, match="is no folder"):
        of_text(tmp_path, out)
    assert (tmp_path / "text.txt").exists()


@pytest.mark.parametrize("way", ["name", "link", "hard link", "dots", "descriptor"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_an_output_that_is_an_input_is_refused(tmp_path: Path, way: str, overwrite: bool) -> None:
    text = a_text(tmp_path)
    before = text.read_bytes()
    out, opened = tmp_path / "out", None
    match way:
        case "name":
            out = text
        case "link":
            out.symlink_to(text)
        case "hard link":
            out.hardlink_to(text)
        case "dots":
            out = tmp_path / ".." / tmp_path.name / "text.txt"
        case "descriptor":
            opened = os.open(text, os.O_RDONLY)
            out = text
            text = Path(f"/dev/fd/{opened}")
    for given in (text, f"{text}@2"):
        with pytest.raises(UsageError, match="is to be read"):
            train([given], out=out, settings=TINY, overwrite=overwrite)
    if opened is not None:
        os.close(opened)
    assert (tmp_path / "text.txt").read_bytes() == before
    assert not list(tmp_path.glob("*.training"))


def test_a_text_in_the_folder_that_will_be_deleted_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "out.training"
    folder.mkdir()
    text = a_text(folder)
    (tmp_path / "link").symlink_to(text)
    text = tmp_path / "link"
    with pytest.raises(UsageError, match="lies in the folder of the training"):
        train([text], out=tmp_path / "out", settings=TINY)
    assert text.exists()


@KINDS
@pytest.mark.parametrize("out", ["/dev/null", "/dev/fd/1", ".", "/"])
def test_an_output_that_is_no_file_is_refused(tmp_path: Path, begin: Begin, out: str) -> None:
    with pytest.raises(UsageError, match=r"is (a folder|no plain file); expected a name"):
        begin(tmp_path, Path(out), overwrite=True)


@KINDS
def test_a_run_that_fails_before_its_first_checkpoint_does_not_block_the_next(
    tmp_path: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.karussell"
    with monkeypatch.context() as broken:
        broken.setattr("karussell.training.loop.Loop._update", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            begin(tmp_path, out)
    assert not RunFolder(out).path.exists()
    begin(tmp_path, out)


def test_where_files_cannot_be_locked_the_machine_locks_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    lock, elsewhere = fcntl.flock, tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(elsewhere))

    def only_elsewhere(opened: int, how: int) -> None:
        if not os.readlink(f"/proc/self/fd/{opened}").startswith(str(elsewhere)):
            raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
        lock(opened, how)

    monkeypatch.setattr(fcntl, "flock", only_elsewhere)
    out = tmp_path / "out.karussell"
    with run_folder(out, resume=False):
        assert len(list(elsewhere.iterdir())) == 1
        with (
            pytest.raises(TrainingError, match="another training is at work here"),
            run_folder(out, resume=False),
        ):
            pass
    assert list(elsewhere.iterdir()) == []
    assert not RunFolder(out).path.exists()


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.ENAMETOOLONG])
def test_a_place_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(path: object, *_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr("os.mkdir", refuse)
    with pytest.raises(TrainingError, match=os.strerror(code)):
        of_text(tmp_path, tmp_path / "out.karussell")


def test_a_run_whose_child_lives_on_lets_go_of_its_lock(tmp_path: Path) -> None:
    out = tmp_path / "out.karussell"
    with contextlib.suppress(KeyboardInterrupt), run_folder(out, resume=False) as folder:
        folder.checkpoint.touch()
        raise KeyboardInterrupt
    held, let_go = os.pipe()
    with contextlib.suppress(KeyboardInterrupt), run_folder(out, resume=True):
        child = os.fork()
        if not child:  # holds what its parent has open, as a pool of workers does
            os.close(let_go)
            os.read(held, 1)
            os._exit(0)
        raise KeyboardInterrupt
    with run_folder(out, resume=True):
        pass
    os.close(let_go)
    os.close(held)
    os.waitpid(child, 0)


def test_a_child_leaves_the_temporary_place_of_a_run_to_its_parent() -> None:
    code = """
import os, sys
from karussell.training.folder import run_folder
with run_folder(None, resume=False) as folder:
    for ends in (sys.exit, lambda: 1 / 0):
        child = os.fork()
        if not child:
            sys.stderr = open(os.devnull, "w")
            ends()
        os.waitpid(child, 0)
        assert folder.path.parent.is_dir()
assert not folder.path.parent.exists()
"""
    subprocess.run((sys.executable, "-W", "ignore", "-c", code), check=True, timeout=60)
