"""Every kind of model file: cut, flipped, mutated; refused by name, or still the same model."""

import os
import socket
from pathlib import Path

import pytest

from karussell.errors import ModelFileError
from karussell.store import check_whole, kind_of
from tests.hostile.mutations import KINDS, try_all

_KINDS = pytest.mark.parametrize("name", KINDS)


@_KINDS
def test_a_file_cut_anywhere_is_refused_whatever_its_kind(name: str, tmp_path: Path) -> None:
    path = tmp_path / "m.karussell"
    KINDS[name].save(path)
    data = path.read_bytes()
    for end in range(len(data)):
        path.write_bytes(data[:end])
        with pytest.raises(ModelFileError, match=r"m\.karussell: "):
            KINDS[name].use(path)
        path.unlink()


@_KINDS
def test_a_flipped_bit_never_gives_another_model_whatever_its_kind(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / "m.karussell"
    KINDS[name].save(path)
    data, right = path.read_bytes(), KINDS[name].use(path)
    body = 8 + int.from_bytes(data[:8], "little")
    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << (place % 8)
        path.unlink()
        path.write_bytes(flipped)
        try:
            assert KINDS[name].use(path) == right
        except ModelFileError:
            continue
        # All but the large tensors of words is compared with its digest when it is opened.
        assert place < body or name == "words"


@_KINDS
def test_mutated_files_are_refused_or_usable(name: str, tmp_path: Path) -> None:
    found = try_all(KINDS[name], tmp_path, 2000, seed=len(name))
    assert found["damaged: refused"] > 500
    assert found["lying: refused"] > 300
    assert found["lying: usable"] + found["lying: the same"] > 10


@_KINDS
def test_the_kind_of_a_file_is_known(name: str, tmp_path: Path) -> None:
    KINDS[name].save(tmp_path / "m.karussell")
    assert kind_of(tmp_path / "m.karussell") == name


@_KINDS
def test_what_is_no_file_is_refused_at_once_whatever_was_asked_for(
    name: str, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    (tmp_path / "nowhere").symlink_to(tmp_path / "absent")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for path in ("pipe", "folder", "link", "nowhere", "socket", "/dev/zero", "/dev/null"):
            for read in (KINDS[name].use, kind_of, check_whole):
                with pytest.raises(ModelFileError, match=Path(path).name):
                    read(tmp_path / path)


@pytest.mark.parametrize(("name", "other"), [(a, b) for a in KINDS for b in KINDS if a != b])
def test_a_file_of_another_kind_says_what_opens_it(name: str, other: str, tmp_path: Path) -> None:
    path = tmp_path / "m.karussell"
    KINDS[name].save(path)
    with pytest.raises(ModelFileError, match=f"holds a model of {name}; open it with "):
        KINDS[other].use(path)
