"""What was acknowledged outlives lost power and failing disks; what was forgotten does not."""

import os
import shutil
from pathlib import Path
from random import Random

import pytest

from karussell.history import History
from tests.history.disks import Disk, Operation, after_a_cut, under_sqlite
from tests.history.work import Known, work

# Ten thousand of them take minutes: KARUSSELL_POWER_CUTS=10000.
CUTS = int(os.environ.get("KARUSSELL_POWER_CUTS", "60"))
_CUTS_A_RUN = 20
# Every operation of a run: KARUSSELL_DISK_ERRORS=1.
ERROR_STEP = int(os.environ.get("KARUSSELL_DISK_ERRORS", "23"))


def _image(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _run(folder: Path, random: Random, **settings: object) -> tuple[list[Operation], list[Known]]:
    """What was asked of a disk while a writer wrote and forgot, and what was promised then."""
    known: list[Known] = []

    def told(promised: Known) -> None:
        disk.mark(str(len(known)))
        known.append(promised)

    with under_sqlite(Disk()) as disk, History.open(folder) as history:
        for name, value in settings.items():
            history._kept.store._connection.pragma(name, value)
        work(history, random, 12, told)
    return disk.log, known


def _check_cuts(
    folder: Path, before: dict[str, bytes], log: list[Operation], known: list[Known], random: Random
) -> None:
    for _ in range(_CUTS_A_RUN):
        _check_cut(folder, before, log[: random.randrange(len(log) + 1)], known, random)


def _check_cut(
    folder: Path, before: dict[str, bytes], log: list[Operation], known: list[Known], random: Random
) -> None:
    marks = [int(each.file) for each in log if each.kind == "mark"]
    promised = known[marks[-1]] if marks else Known()
    folder.mkdir(mode=0o700)
    for name, data in after_a_cut(before, log, random).items():
        (folder / name).write_bytes(data)
        promised.check_bytes(data)
    with History.open(folder) as history:
        assert history.keeps
        assert "damaged" not in (history.notice or "")
        promised.check(history, folder)
    shutil.rmtree(folder)


@pytest.mark.parametrize("seed", range(CUTS // _CUTS_A_RUN))
def test_lost_power_takes_nothing_back(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    folder = tmp_path / "history"
    History.open(folder).close()
    before = _image(folder)
    log, known = _run(folder, random, wal_autocheckpoint=random.choice((4, 16, 1000)))
    _check_cuts(tmp_path / "found", before, log, known, random)


def test_lost_power_would_tell_a_careless_store(tmp_path: Path) -> None:
    random = Random(0)
    folder = tmp_path / "history"
    History.open(folder).close()
    before = _image(folder)
    log, known = _run(folder, random, synchronous="NORMAL")
    with pytest.raises(AssertionError):
        _check_cuts(tmp_path / "found", before, log, known, random)


def _operations(folder: Path) -> int:
    """How many there are in a run without errors."""
    with under_sqlite(Disk()) as disk, History.open(folder) as history:
        work(history, Random(0), 8, lambda known: None)
    return disk.count


@pytest.mark.parametrize("for_good", [False, True])
@pytest.mark.parametrize("full", [False, True])
def test_a_disk_that_fails_takes_nothing_back(for_good: bool, full: bool, tmp_path: Path) -> None:
    operations = _operations(tmp_path / "whole")
    assert operations > 100
    for number in range(0, operations, ERROR_STEP):
        folder = tmp_path / str(number)
        disk = Disk(fails_at=number, for_good=for_good, full=full)
        with under_sqlite(disk), History.open(folder) as history:
            known = work(history, Random(0), 8, lambda known: None, failing=True)
            assert history.keeps or history.notice
        with History.open(folder) as history:
            assert history.keeps
            assert "damaged" not in (history.notice or "")
            known.check(history, folder)
        shutil.rmtree(folder)
