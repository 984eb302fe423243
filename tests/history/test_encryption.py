import math
import os
import shutil
import stat
import sys
from collections import Counter
from pathlib import Path

import pytest

from karussell.errors import HistoryError, UsageError
from karussell.history import History, Sentence, key_file, keyring_key, selected
from karussell.history.folder import STORE

_KEY = bytes(range(32))
_OTHER = bytes(32)


def _fill(history: History, sentences: int) -> None:
    for number in range(sentences):
        words = "Zanzibar", "tomorrow", f"w{number % 100}"
        history.add(Sentence(words=words, language="en", time=number, app="Signalling"))
    history.flush()


def _entropy(data: bytes) -> float:
    """Bits a byte."""
    counts = Counter(data).values()
    return -sum(count / len(data) * math.log2(count / len(data)) for count in counts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with History.open(tmp_path / "history", key=_KEY) as history:
        assert history.notice is None
        _fill(history, 10)
    return tmp_path / "history"


def test_an_encrypted_store_looks_like_noise(tmp_path: Path) -> None:
    folder = tmp_path / "history"
    with History.open(folder, key=_KEY) as history:
        _fill(history, 5000)
        while_open = {path.name: path.read_bytes() for path in folder.iterdir()}
    closed = {path.name: path.read_bytes() for path in folder.iterdir()}
    for data in (*while_open.values(), *closed.values()):
        for text in (b"Zanzibar", b"tomorrow", b"Signal", b"sentences", b"SQLite", _KEY):
            assert text not in data
    assert _entropy(closed[STORE]) >= 7.99
    # Of two stores of the same entries nothing is the same.
    with History.open(tmp_path / "twin", key=_KEY) as history:
        _fill(history, 5000)
    twin = (tmp_path / "twin" / STORE).read_bytes()
    same = sum(map(int.__eq__, twin, closed[STORE]))
    assert same / len(twin) < 0.01
    assert (
        _entropy(bytes(one ^ other for one, other in zip(twin, closed[STORE], strict=False))) > 7.99
    )


def test_its_key_opens_it(folder: Path) -> None:
    with History.open(folder, key=_KEY) as history:
        assert len(history.entries()) == 10
        data = history.export()
        assert history.forget(selected(history.entries(), word="w3")).copies == 0
        assert history.forget(selected(history.entries())).entries == 9
        assert history.restore(data) == 10
    with History.open(folder, key=_KEY) as history:
        assert history.export() == data


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (_OTHER, "encrypted with another key"),
        (None, "is encrypted; open it with its key"),
        (b"", "has 0 bytes; 32"),
        (b"secret", "has 6 bytes; 32"),
        (bytes(33), "has 33 bytes; 32"),
    ],
)
def test_another_key_is_refused_and_nothing_changed(
    key: bytes | None, told: str, folder: Path
) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(HistoryError, match=told) as caught:
        History.open(folder, key=key)
    assert "secret" not in str(caught.value)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_without_what_tells_the_key_nothing_is_set_aside_either(folder: Path) -> None:
    (folder / f"{STORE}-key").unlink()
    with pytest.raises(HistoryError, match="cannot be read with this key"):
        History.open(folder, key=_OTHER)
    with History.open(folder, key=_KEY) as history:
        assert len(history.entries()) == 10


def test_a_store_that_is_not_encrypted_is_not_made_so(tmp_path: Path) -> None:
    with History.open(tmp_path) as history:
        _fill(history, 1)
    with pytest.raises(HistoryError, match="is not encrypted"):
        History.open(tmp_path, key=_KEY)


def test_a_damaged_encrypted_store_is_set_aside(folder: Path, tmp_path: Path) -> None:
    data = (folder / STORE).read_bytes()
    for number, place in enumerate((0, 20, 100, 4096, 9000, len(data) - 1)):
        changed = bytearray(data)
        changed[place] ^= 1
        copy = tmp_path / str(number)
        shutil.copytree(folder, copy)
        (copy / STORE).write_bytes(changed)
        with History.open(copy, key=_KEY) as history:
            assert history.keeps
            assert history.notice is not None
            assert "set aside whole" in history.notice
            assert history.entries() == []
        assert bytes(changed) in {path.read_bytes() for path in copy.iterdir()}
        with History.open(copy, key=_KEY) as history:
            assert history.notice is None


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "settings" / "key"
    key = key_file(path)
    assert len(key) == 32
    assert len(set(key)) > 10
    assert key_file(path) == key
    assert key_file(tmp_path / "other") != key
    assert list(path.parent.iterdir()) == [path]
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)
        assert key_file(path) == key
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_usual_key_does_not_lie_beside_what_it_encrypts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with History.open(key=key_file()) as history:
        assert history.path is not None
        assert not list(history.path.parent.glob("*history.key"))


@pytest.mark.parametrize("text", ["", "hello", "00", "00" * 33, "zz" * 32])
def test_what_is_no_key_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(text)
    with pytest.raises(HistoryError, match="holds no key of 32 bytes"):
        key_file(tmp_path / "key")
    assert (tmp_path / "key").read_text() == text


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """What a keyring keeps that is like the system's."""
    keyring = pytest.importorskip("keyring")
    found: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keyring, "get_password", lambda *name: found.get(name))
    monkeypatch.setattr(
        keyring, "set_password", lambda service, name, key: found.update({(service, name): key})
    )
    return found


def test_the_keyring_keeps_a_key(kept: dict[tuple[str, str], str]) -> None:
    key = keyring_key()
    assert len(key) == 32
    assert keyring_key() == key
    assert list(kept) == [("karussell", "history")]
    kept["karussell", "history"] = "something else"
    with pytest.raises(HistoryError, match="holds no key"):
        keyring_key()


def test_a_system_without_a_keyring_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")

    def fails(*_: str) -> None:
        raise keyring.errors.NoKeyringError("none here")

    monkeypatch.setattr(keyring, "get_password", fails)
    with pytest.raises(HistoryError, match="keep the key in a file"):
        keyring_key()
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UsageError, match=r"pip install 'karussell\[keyring\]'"):
        keyring_key()


@pytest.mark.parametrize(
    "data", [b"\xff" * 64, b"", b"\0" * 64, b"ab" * 31, b"ab" * 33, b"zz" * 32, b"ab" * 10**6]
)
def test_a_key_file_that_holds_no_key_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "history.key"
    path.write_bytes(data)
    with pytest.raises(HistoryError, match=r"history\.key: holds no key of 32 bytes"):
        key_file(path)


@pytest.mark.parametrize("data", [b"\xff" * 32, b"", b"\0", b"0" * 31, b"G" * 32, b"0" * 10**6])
def test_a_damaged_fingerprint_of_the_key_does_not_keep_the_right_one_out(
    tmp_path: Path, data: bytes
) -> None:
    with History.open(tmp_path, key=_KEY) as history:
        history.add(Sentence(words=("see", "you"), language="en", time=1))
    (tmp_path / f"{STORE}-key").write_bytes(data)
    with History.open(tmp_path, key=_KEY) as history:
        assert len(history.entries()) == 1
    with pytest.raises(HistoryError, match="is encrypted; open it with its key"):
        History.open(tmp_path)
    with pytest.raises(HistoryError, match="cannot be read with this key"):
        History.open(tmp_path, key=_OTHER)
    assert not list(tmp_path.glob("damaged-*"))
