import os
import stat
from pathlib import Path

import pytest

from karussell.history import History, Sentence
from karussell.history.folder import STORE, locked

pytestmark = pytest.mark.skipif(os.name == "nt", reason="files have no modes there")
_SENTENCE = Sentence(words=("see", "you"), language="en", time=5)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True, params=[0o022, 0o000])
def umask(request: pytest.FixtureRequest) -> object:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.parametrize("key", [None, bytes(32)])
def test_only_its_owner_can_enter_the_folder_and_read_the_files(
    key: bytes | None, tmp_path: Path
) -> None:
    folder = tmp_path / "data" / "history"
    with History.open(folder, key=key) as history:
        history.add(_SENTENCE)
        history.flush()
        assert history.notice is None
        assert _mode(folder) == 0o700
        names = {path.name for path in folder.iterdir()}
        assert {STORE, f"{STORE}-wal", f"{STORE}-shm"} <= names
        assert {_mode(path) for path in folder.iterdir()} == {0o600}


def test_the_usual_folder_is_where_the_system_keeps_such_things(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with History.open() as history:
        assert history.path is not None
        assert history.path.parent == tmp_path / "karussell" / "history"
        assert _mode(history.path.parent) == 0o700


def test_a_folder_that_others_can_enter_is_closed_and_that_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "history"
    History.open(folder).close()
    folder.chmod(0o755)
    (folder / STORE).chmod(0o644)
    with History.open(folder) as history:
        assert history.keeps
        assert history.notice is not None
        assert "its mode is 0700 now" in history.notice
        assert "its mode is 0600 now" in history.notice
    assert (_mode(folder), _mode(folder / STORE)) == (0o700, 0o600)
    with History.open(folder) as history:
        assert history.notice is None


def test_the_mode_of_a_folder_with_other_things_is_its_owners(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "letter.txt").write_text("")
    with History.open(tmp_path) as history:
        assert history.keeps
        assert history.notice is not None
        assert "others can look into it" in history.notice
        assert _mode(tmp_path / STORE) == 0o600
    assert _mode(tmp_path) == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_belongs_to_another_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "history"
    History.open(folder).close()
    before = (folder / STORE).read_bytes()
    os.chown(folder / STORE, 12345, 12345)
    with History.open(folder) as history:
        assert not history.keeps
        assert "belongs to another user" in (history.notice or "")
    os.chown(folder, 12345, 12345)
    with History.open(folder) as history:
        assert not history.keeps
    assert (folder / STORE).read_bytes() == before


def test_what_a_crash_left_of_a_new_store_is_cleared_away(tmp_path: Path) -> None:
    folder = tmp_path / "history"
    folder.mkdir(mode=0o700)
    (folder / ".history-0123").write_bytes(b"half")
    with History.open(folder) as history:
        assert history.keeps
        assert history.notice is None
    assert not list(folder.glob(".history-*"))


def test_somebody_who_does_not_come_to_an_end_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("karussell.history.folder._PATIENCE", 0.05)
    with locked(tmp_path), History.open(tmp_path) as history:
        assert not history.keeps
        assert "another Karussell" in (history.notice or "")
