"""A folder is one run's at a time, and is gone when there is nothing in it to go on with."""

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from karussell.errors import TrainingError, UsageError
from karussell.training.folder import run_folder
from karussell.training.settings import Settings

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
    with subprocess.Popen(
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
