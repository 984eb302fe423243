"""Files of models of sequences: damaged, foreign and lying ones are refused by name."""

import contextlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import to_builtins

from karussell.errors import ModelFileError
from karussell.model import embedded_path, open_model
from karussell.sequences import SequenceModel, SeriesModel


@pytest.fixture
def saved(model: SequenceModel, tmp_path: Path) -> Path:
    model.save(tmp_path / "moves.karussell")
    return tmp_path / "moves.karussell"


def changed(path: Path, **arrays: Any) -> Path:
    """The file with other arrays in it."""
    with np.load(path) as stored:
        kept = {name: stored[name] for name in stored.files}
    whole = io.BytesIO()
    np.savez(whole, **{**kept, **arrays})
    path.write_bytes(whole.getvalue())
    return path


def described(path: Path, **changes: Any) -> Path:
    """The file with another description."""
    with np.load(path) as stored:
        found = json.loads(stored["karussell"].tobytes())
    found.update(changes)
    return changed(path, karussell=np.frombuffer(json.dumps(found).encode(), np.uint8))


def test_every_flipped_byte_is_noticed_or_changes_nothing(
    saved: Path, model: SequenceModel
) -> None:
    right = saved.read_bytes()
    expected = model.score(["go"])
    for place in range(0, len(right), 37):
        damaged = bytearray(right)
        damaged[place] ^= 0x40
        saved.write_bytes(damaged)
        with contextlib.suppress(ModelFileError):
            assert SequenceModel.open(saved).score(["go"]) == expected


@pytest.mark.parametrize("size", [0, 1, 100, -100, -1])
def test_a_file_cut_short_is_refused(saved: Path, size: int) -> None:
    saved.write_bytes(saved.read_bytes()[:size])
    with pytest.raises(ModelFileError, match="is damaged or no model of sequences"):
        SequenceModel.open(saved)


def test_a_missing_file_and_a_model_of_words_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"none\.karussell: no such file"):
        SequenceModel.open(tmp_path / "none.karussell")
    with pytest.raises(ModelFileError, match="a model of words is opened with open_model"):
        SequenceModel.open(embedded_path("en"))


def test_a_model_of_sequences_is_no_model_of_words(saved: Path) -> None:
    with pytest.raises(ModelFileError, match=r"model of sequences; open it with SequenceModel"):
        open_model(saved)


def test_models_of_tokens_and_of_series_are_told_apart(
    saved: Path, series_model: SeriesModel, tmp_path: Path
) -> None:
    with pytest.raises(ModelFileError, match=r"a model of tokens; open it with SequenceModel"):
        SeriesModel.open(saved)
    series_model.save(tmp_path / "series.karussell")
    with pytest.raises(ModelFileError, match=r"a model of series; open it with SeriesModel"):
        SequenceModel.open(tmp_path / "series.karussell")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": 2}, "newer version of Karussell"),
        ({"version": "1"}, "expected version, kind and model"),
        ({"kind": "words"}, "expected version, kind and model"),
        ({"model": {}}, "missing required field"),
    ],
)
def test_a_description_that_lies_is_refused(
    saved: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ModelFileError, match=message):
        SequenceModel.open(described(saved, **changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quantiles": []}, "quantiles are (), expected ascending ones"),
        ({"quantiles": [0.5, 0.1]}, "expected ascending ones"),
        ({"hidden_size": 7}, "7"),
        ({"variables": 0}, ">= 1"),
    ],
)
def test_sizes_of_series_that_cannot_be_are_refused(
    series_model: SeriesModel, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    path = tmp_path / "series.karussell"
    series_model.save(path)
    sizes = to_builtins(series_model.configuration) | changes
    described(path, model={"configuration": sizes, "scores": {}})
    with pytest.raises(ModelFileError, match=re.escape(message)):
        SeriesModel.open(path)


def test_a_deviation_of_zero_is_refused(series_model: SeriesModel, tmp_path: Path) -> None:
    path = tmp_path / "series.karussell"
    series_model.save(path)
    with pytest.raises(ModelFileError, match="'deviation' has numbers that are not positive"):
        SeriesModel.open(changed(path, deviation=np.zeros(2)))


def test_python_objects_in_a_file_are_never_loaded(saved: Path) -> None:
    whole = io.BytesIO()
    np.savez(whole, karussell=np.array([print], object))
    saved.write_bytes(whole.getvalue())
    with pytest.raises(ModelFileError, match="allow_pickle=False"):
        SequenceModel.open(saved)


def test_an_archive_that_unpacks_to_gigabytes_is_refused_unread(saved: Path) -> None:
    deflated = zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with deflated as archive, archive.open("big.npy", "w", force_zip64=True) as file:
        for _ in range(2049):
            file.write(bytes(2**20))
    with pytest.raises(ModelFileError, match="unpacks to 2148532224 bytes, expected at most"):
        SequenceModel.open(saved)


def test_an_archive_without_a_description_is_refused(saved: Path) -> None:
    whole = io.BytesIO()
    np.savez(whole, a=np.zeros(3))
    saved.write_bytes(whole.getvalue())
    with pytest.raises(ModelFileError, match="without a description"):
        SequenceModel.open(saved)
