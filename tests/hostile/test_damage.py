"""Files damaged on the way: refused by name, or still the same model."""

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karussell.errors import ModelFileError
from karussell.model import StoredModel, map_model_file, read_model_file


def _equal(first: StoredModel, second: StoredModel) -> bool:
    return _equal_but_for_large_tensors(first, second) and all(
        np.array_equal(first.tensors[name], second.tensors[name]) for name in first.tensors
    )


def _equal_but_for_large_tensors(first: StoredModel, second: StoredModel) -> bool:
    return (
        first.card == second.card
        and first.vocabulary.words == second.vocabulary.words
        and first.vocabulary.casing == second.vocabulary.casing
        and np.array_equal(first.counts, second.counts)
        and first.tensors.keys() == second.tensors.keys()
        and all(
            np.array_equal(first.tensors[name], second.tensors[name])
            for name in first.tensors
            if not name.endswith(".words")
        )
        and all(first.tensors[name].shape == second.tensors[name].shape for name in first.tensors)
    )


@pytest.fixture(scope="module")
def whole(ten_word_path: Path) -> StoredModel:
    return read_model_file(ten_word_path)


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damage") / "damaged.karussell"


def _refused_or_equal(path: Path, data: bytes, whole: StoredModel) -> bool:
    """Whether a file that is read whole is refused; fails if it gives another model.

    Opened only, it may give another model, but only in the numbers of the large tensors.
    """
    path.unlink(missing_ok=True)
    path.write_bytes(data)
    with contextlib.suppress(ModelFileError):
        assert _equal_but_for_large_tensors(map_model_file(path), whole)
    try:
        found = read_model_file(path)
    except ModelFileError as error:
        complaint = str(error)
    else:
        assert _equal(found, whole)
        return False
    assert complaint.startswith(f"{path}: ")
    return True


def test_a_file_cut_anywhere_is_refused(
    ten_word_path: Path, damaged: Path, whole: StoredModel
) -> None:
    data = ten_word_path.read_bytes()
    assert all(_refused_or_equal(damaged, data[:end], whole) for end in range(len(data)))


@pytest.mark.parametrize("left", [0.01, 0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_told_to_be_so(ten_word_path: Path, damaged: Path, left: float) -> None:
    data = ten_word_path.read_bytes()
    damaged.write_bytes(data[: int(len(data) * left)])
    for read in (map_model_file, read_model_file):
        with pytest.raises(ModelFileError, match="cut short, copy it again"):
            read(damaged)


def test_a_file_with_more_behind_it_is_refused(
    ten_word_path: Path, damaged: Path, whole: StoredModel
) -> None:
    data = ten_word_path.read_bytes()
    for more in (b"\0", b" ", b"x" * 1000, data):
        assert _refused_or_equal(damaged, data + more, whole)


def test_a_flipped_bit_never_gives_another_model(
    ten_word_path: Path, damaged: Path, whole: StoredModel
) -> None:
    data = ten_word_path.read_bytes()
    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << (place % 8)
        refused = _refused_or_equal(damaged, bytes(flipped), whole)
        in_body = place >= 8 + int.from_bytes(data[:8], "little")
        assert refused or not in_body


@settings(max_examples=300)
@given(data=st.data())
def test_random_damage_never_gives_another_model(
    ten_word_path: Path, damaged: Path, whole: StoredModel, data: st.DataObject
) -> None:
    content = bytearray(ten_word_path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(begin, min(len(content), begin + 200)))
        content[begin:end] = data.draw(st.binary(max_size=200))
    _refused_or_equal(damaged, bytes(content), whole)


@settings(max_examples=300)
@given(st.binary(max_size=2000))
def test_random_bytes_are_refused(damaged: Path, whole: StoredModel, content: bytes) -> None:
    assert _refused_or_equal(damaged, content, whole)
