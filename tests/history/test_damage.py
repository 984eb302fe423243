"""A store that is damaged, foreign or out of reach: set aside whole, told, and never in the way."""

import contextlib
import os
import shutil
import sqlite3
import threading
from pathlib import Path
from random import Random

import apsw
import pytest

from karussell.errors import HistoryError
from karussell.history import Entry, History, Repair, Saving, Sentence
from karussell.history.folder import STORE
from tests.history.disks import Disk, under_sqlite

_ENTRIES: tuple[Entry, ...] = (
    *(
        Sentence(words=("see", "you", f"w{n}"), language="en", time=n, app="mail")
        for n in range(99)
    ),
    Repair(typed="teh", word="the", language="en", time=6),
    Saving(day="2026-11-27", keys=5),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that was closed."""
    folder = tmp_path_factory.mktemp("whole") / "history"
    with History.open(folder) as history:
        for entry in _ENTRIES:
            history.add(entry)
    return folder


@pytest.fixture(scope="module")
def at_work(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose log was not written back."""
    folder = tmp_path_factory.mktemp("at-work") / "history"
    with History.open(whole) as history:
        history.add(_ENTRIES[0])
        history.flush()
        history.add(_ENTRIES[1])
        history.flush()
        shutil.copytree(whole, folder)
        history.remove([number for number, _ in history.entries()[-2:]])
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of a store that was closed."""
    shutil.copytree(whole, tmp_path / "history")
    return tmp_path / "history"


def _values(history: History) -> list[Entry]:
    return [entry for _, entry in history.entries()]


def _opens_anew(folder: Path, **told: str) -> None:
    """A new history in place of one that is set aside whole."""
    before = {path.read_bytes() for path in folder.iterdir() if path.name != "lock"}
    with History.open(folder) as history:
        assert history.keeps
        assert history.entries() == []
        assert history.notice is not None
        assert "set aside whole as damaged-" in history.notice
        history.add(_ENTRIES[0])
        history.flush()
    aside = {path.read_bytes() for path in folder.glob("damaged-*") if path.suffix != "-shm"}
    assert before <= aside
    with History.open(folder) as history:
        assert history.notice is None
        assert _values(history) == [_ENTRIES[0]]


@pytest.mark.parametrize("length", [0, 1, 15, 16, 99, 100, 512, 4095, 4096, 5000, 8192, -4096, -1])
def test_a_store_that_was_cut_off_is_set_aside(length: int, folder: Path) -> None:
    data = (folder / STORE).read_bytes()
    (folder / STORE).write_bytes(data[:length])
    _opens_anew(folder)


@pytest.mark.parametrize(
    "data", [b"hello\n" * 1000, bytes(8192), os.urandom(8192), b'{"format":"karussell history"}']
)
def test_what_is_no_database_is_set_aside(data: bytes, folder: Path) -> None:
    (folder / STORE).write_bytes(data)
    _opens_anew(folder)


def test_another_database_is_set_aside(folder: Path) -> None:
    (folder / STORE).unlink()
    with sqlite3.connect(folder / STORE) as connection:
        connection.execute("CREATE TABLE others (id INTEGER PRIMARY KEY)")
    connection.close()
    _opens_anew(folder)


_ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, 'repair' AS"
    " kind, 1 AS time, '' AS language, NULL AS app, 'a' AS typed, 'b' AS word, 0 AS checksum FROM n"
)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE others (id INTEGER PRIMARY KEY)",
        "CREATE TRIGGER gone AFTER INSERT ON sentences BEGIN DELETE FROM sentences; END",
        "CREATE TRIGGER kept BEFORE DELETE ON sentences BEGIN SELECT RAISE(IGNORE); END",
        "CREATE VIEW seen AS SELECT * FROM sentences",
        "CREATE INDEX words ON sentences (words)",
        "ALTER TABLE sentences ADD COLUMN more TEXT",
        "ALTER TABLE pairs RENAME COLUMN word TO meant",
        "DROP TABLE savings",
        f"DROP TABLE pairs; CREATE VIEW pairs AS {_ENDLESS}",
        "CREATE TABLE copy AS SELECT * FROM sentences; DROP TABLE sentences; "
        "ALTER TABLE copy RENAME TO sentences",
    ],
)
def test_a_store_that_somebody_else_changed_is_set_aside(folder: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(folder / STORE)) as connection:
        connection.executescript(statement)
    _opens_anew(folder)


def test_each_damaged_store_keeps_its_own_name(folder: Path) -> None:
    for number in range(3):
        (folder / STORE).write_bytes(b"%d" % number)
        with History.open(folder) as history:
            assert len(history.aside) == number + 1
            assert {path.read_bytes() for path in history.aside} == {
                b"%d" % each for each in range(number + 1)
            }


def test_flipped_bits_are_found_or_do_nothing(whole: Path, tmp_path: Path) -> None:
    random = Random(0)
    found = 0
    data = (whole / STORE).read_bytes()
    for number in range(150):
        folder = tmp_path / str(number)
        shutil.copytree(whole, folder)
        flipped = bytearray(data)
        place = random.choice([*range(60), *range(64, len(data))])  # not the version
        flipped[place] ^= 1 << random.randrange(8)
        (folder / STORE).write_bytes(flipped)
        with History.open(folder) as history:
            if history.notice is None:
                assert _values(history) == list(_ENTRIES)
            else:
                found += 1
                assert history.keeps
                assert history.entries() == []
                assert bytes(flipped) in {path.read_bytes() for path in history.aside}
        shutil.rmtree(folder)
    assert found > 30


def test_part_of_a_log_is_read_as_far_as_it_goes(at_work: Path, tmp_path: Path) -> None:
    log = (at_work / f"{STORE}-wal").read_bytes()
    for length in range(0, len(log) + 1, 512):
        folder = tmp_path / str(length)
        shutil.copytree(at_work, folder)
        (folder / f"{STORE}-wal").write_bytes(log[:length])
        with History.open(folder) as history:
            assert history.keeps
            assert history.notice is None
            count = len(history.entries())
            assert len(_ENTRIES) <= count <= len(_ENTRIES) + 2
            assert (count == len(_ENTRIES) + 2) == (length == len(log))
        shutil.rmtree(folder)


def test_a_log_of_other_bytes_is_never_in_the_way(at_work: Path, tmp_path: Path) -> None:
    random = Random(1)
    log = (at_work / f"{STORE}-wal").read_bytes()
    for number in range(50):
        folder = tmp_path / str(number)
        shutil.copytree(at_work, folder)
        changed = bytearray(log)
        changed[random.randrange(len(log))] ^= 0xFF
        (folder / f"{STORE}-wal").write_bytes(changed)
        with History.open(folder) as history:
            assert history.keeps
            assert _values(history)[: len(_ENTRIES)] == list(_ENTRIES)
        shutil.rmtree(folder)


def test_a_log_without_its_store_is_set_aside(at_work: Path, tmp_path: Path) -> None:
    folder = tmp_path / "history"
    shutil.copytree(at_work, folder)
    (folder / STORE).unlink()
    (folder / f"{STORE}-shm").unlink()
    _opens_anew(folder)


def test_a_store_that_is_damaged_while_it_is_open_is_set_aside(folder: Path) -> None:
    with History.open(folder) as history:
        with (folder / STORE).open("r+b") as file:
            file.seek(4096)
            file.write(os.urandom(len((folder / STORE).read_bytes()) - 4096))
        history._kept.store._connection.release_memory()  # or nobody would read it
        number = history.add(_ENTRIES[0])
        version = history.version
        with pytest.raises(HistoryError, match="set aside whole as damaged-1"):
            history.flush()
        assert history.keeps
        assert history.notice is not None
        assert "set aside whole" in history.notice
        assert history.version > version
        assert history.entries() == [(number, _ENTRIES[0])]
        history.add(_ENTRIES[1])
        history.flush()
        assert history.is_committed(number)
    with History.open(folder) as history:
        assert history.notice is None
        assert _values(history) == list(_ENTRIES[:2])


def _keeps_nothing(folder: Path) -> None:
    with History.open(folder) as history:
        assert not history.keeps
        assert history.path is None
        assert history.aside == []
        assert history.notice is not None
        assert str(folder) in history.notice
        assert "nothing can be kept" in history.notice
        number = history.add(_ENTRIES[0])
        history.flush()
        assert not history.is_committed(number)
        assert _values(history) == [_ENTRIES[0]]
        data = history.export()
        assert history.forget([number]).copies == 0
        assert history.restore(data) == 1
        assert _values(history) == [_ENTRIES[0]]


def test_where_there_can_be_no_folder_all_lives_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    _keeps_nothing(tmp_path / "file")
    _keeps_nothing(tmp_path / "file" / "history")


def test_a_folder_or_link_in_its_place_is_left_alone(folder: Path, tmp_path: Path) -> None:
    os.rename(folder / STORE, tmp_path / "elsewhere")
    (folder / STORE).symlink_to(tmp_path / "elsewhere")
    before = (tmp_path / "elsewhere").read_bytes()
    _keeps_nothing(folder)
    assert (tmp_path / "elsewhere").read_bytes() == before
    (folder / STORE).unlink()
    (folder / STORE).mkdir()
    _keeps_nothing(folder)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is closed to root")
@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_folder_that_cannot_be_written_is_left_alone(mode: int, folder: Path) -> None:
    folder.chmod(mode)
    try:
        _keeps_nothing(folder)
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("full", [False, True])
def test_where_nothing_can_be_written_all_lives_in_memory(full: bool, tmp_path: Path) -> None:
    with under_sqlite(Disk(fails_at=0, for_good=True, full=full)):
        _keeps_nothing(tmp_path / "history")


def test_a_full_disk_loses_nothing_once_there_is_room(folder: Path) -> None:
    disk = Disk()
    with under_sqlite(disk), History.open(folder) as history:
        disk.fails_at, disk.for_good, disk.full = disk.count, True, True
        number = history.add(_ENTRIES[0])
        with pytest.raises(HistoryError, match="cannot be written"):
            history.flush()
        assert not history.is_committed(number)
        assert history.entries()[-1] == (number, _ENTRIES[0])
        disk.fails_at = None
        history.flush()
        assert history.is_committed(number)


def test_a_later_version_is_refused_and_left_as_it_is(folder: Path) -> None:
    data = bytearray((folder / STORE).read_bytes())
    data[60:64] = (7).to_bytes(4)
    (folder / STORE).write_bytes(data)
    with pytest.raises(HistoryError, match=r"history\.sqlite3: is of version 7, .* up to 1"):
        History.open(folder)
    assert (folder / STORE).read_bytes() == data
    assert not (folder / f"{STORE}-wal").exists()


def test_who_has_a_store_open_that_another_sets_aside_goes_on_in_the_new_one(folder: Path) -> None:
    with History.open(folder) as first, History.open(folder) as second:
        version = second.version
        with (folder / STORE).open("r+b") as file:
            file.write(bytes(100))
        first._kept.store._connection.release_memory()
        with pytest.raises(HistoryError, match="set aside whole"):
            first.export()
        number = second.add(_ENTRIES[0])
        second.flush()
        assert second.is_committed(number)
        assert second.version > version
        assert second.notice is not None
        assert _values(second) == _values(first) == [_ENTRIES[0]]
        assert len([path for path in first.aside if path.suffix == ".sqlite3"]) == 1
    with History.open(folder) as history:
        assert _values(history) == [_ENTRIES[0]]


def test_who_deletes_the_folder_has_forgotten_all(folder: Path) -> None:
    with History.open(folder) as history:
        version = history.version
        shutil.rmtree(folder)
        assert history.version > version
        assert history.entries() == []
        history.add(_ENTRIES[0])
    with History.open(folder) as history:
        assert _values(history) == [_ENTRIES[0]]


def _reads(reader: History) -> apsw.Connection:
    """A connection in the middle of reading."""
    connection: apsw.Connection = reader._kept.store._connection
    connection.execute("BEGIN")
    assert connection.execute("SELECT count(*) FROM sentences").get == 99
    return connection


def test_a_reader_is_waited_for(folder: Path) -> None:
    with History.open(folder) as history, History.open(folder) as reader:
        gone = [number for number, _ in history.entries()]
        connection = _reads(reader)
        timer = threading.Timer(0.3, connection.execute, ("COMMIT",))
        timer.start()
        proof = history.forget(gone)
        timer.join()
        assert proof.copies == 0
        assert proof.seconds > 0.1


def test_a_reader_who_does_not_end_is_told_and_the_traces_go_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("karussell.history.history._PATIENCE", 0.1)
    with History.open(folder) as history:
        history._kept.store._connection.execute("PRAGMA busy_timeout = 50")
        gone = [number for number, _ in history.entries()]
        with History.open(folder) as reader:
            _reads(reader)
            assert history.forget(gone).copies > 0
            assert history.entries() == []
    for path in folder.iterdir():
        assert b"see you" not in path.read_bytes()
