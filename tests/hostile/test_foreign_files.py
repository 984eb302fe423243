import io
import os
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from karussell.errors import ModelFileError
from karussell.model import open_model


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("weights.bin", b"x" * 100)
    return buffer.getvalue()


_FOREIGN = {
    "empty": b"",
    "three bytes": b"abc",
    "text": b"Once upon a time there was a text file.\n" * 10,
    "json": b'{"model": "none"}' * 10,
    "zip": _zip(),
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(100),
    "pickle": b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00" + bytes(100),
    "zeros": bytes(1000),
    "ones": b"\xff" * 1000,
    "gguf": b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + bytes(100),
    "someone's safetensors": save({"weight": np.zeros((2, 3), np.float32)}),
    "with metadata": save({"weight": np.zeros((2, 3), np.float32)}, metadata={"format": "pt"}),
    "a card that is no card": save({"w": np.zeros(1, np.float32)}, metadata={"karussell": "hello"}),
    "an empty card": save({"w": np.zeros(1, np.float32)}, metadata={"karussell": "{}"}),
    "a list for a header": struct.pack("<Q", 2) + b"[]",
}


@pytest.mark.parametrize("data", _FOREIGN.values(), ids=_FOREIGN.keys())
def test_a_foreign_file_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "foreign.karussell"
    path.write_bytes(data)
    with pytest.raises(ModelFileError, match=r"foreign\.karussell: ") as caught:
        open_model(path)
    assert "\n" not in str(caught.value)


def test_what_is_no_file_is_refused_by_name(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe, Path("/dev/zero"), tmp_path / "absent"):
        with pytest.raises(ModelFileError, match=path.name):
            open_model(path)


def test_a_file_of_impossible_size_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.karussell"
    with path.open("wb") as file:
        file.truncate(2**40)  # sparse: a terabyte that takes no room
    with pytest.raises(ModelFileError, match="expected at most 2147483648"):
        open_model(path)


def test_a_file_that_may_not_be_read_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "secret.karussell"
    path.write_bytes(b"x")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("the superuser may read everything")
    with pytest.raises(ModelFileError, match="cannot be read"):
        open_model(path)
