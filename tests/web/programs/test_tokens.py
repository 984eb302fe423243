"""The token of programs, in a file."""

import stat
from pathlib import Path

import pytest

from karussell.errors import ServerError
from karussell.web import token_of


def test_a_token_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "token"
    token = token_of(path)
    assert len(token) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert token_of(path) == token
    assert [each.name for each in path.parent.iterdir()] == ["token"]
    assert token_of(tmp_path / "other") != token


@pytest.mark.parametrize("held", [b"", b"short\n", b"a b" * 20, b"\xff" * 40, b"x" * 2000])
def test_a_file_without_a_token_is_refused_and_kept(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / "token"
    path.touch(mode=0o600)
    path.write_bytes(held)
    with pytest.raises(ServerError, match=r"holds no token.*delete it"):
        token_of(path)
    assert path.read_bytes() == held


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604])
def test_a_token_that_others_may_have_seen_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "token"
    token_of(path)
    path.chmod(mode)
    with pytest.raises(ServerError, match="others may read or change it"):
        token_of(path)


@pytest.mark.parametrize("kind", ["folder", "in a file"])
def test_a_place_that_takes_no_file_is_an_error(tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").touch()
    path = tmp_path if kind == "folder" else tmp_path / "file" / "token"
    with pytest.raises(ServerError, match=str(path)):
        token_of(path)
