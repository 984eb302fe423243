"""Whoever names a file names it as a string, a `Path`, or anything that Python takes for a path."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import karussell as ka
from karussell.blocks import lstm_weights
from karussell.errors import UsageError
from karussell.files import AnyPath, path_of
from karussell.history import History, key_file
from karussell.imports import Export, files_of
from karussell.interchange import export_layers, export_model
from karussell.measure import read_misspellings, read_mistakes, read_writers
from karussell.model import map_model_file, read_model_file, save_contents
from karussell.sequences import SequenceModel, SeriesModel
from karussell.store import kind_of
from karussell.text import read_lines
from karussell.training import SeriesSettings, Settings

TINY = Settings(
    hidden_size=4, embedding_size=4, epochs=1, negatives=0, rare_words=0, threads=1, least_count=1
)
SERIES = SeriesSettings(horizon=1, hidden_size=4, updates=1, window=8, threads=1)
SEQUENCES = [["a", "b"], ["b", "a"]] * 2


class Named(os.PathLike[str]):
    """A path that is neither a string nor a `Path`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __fspath__(self) -> str:
        return self._name


@pytest.fixture(params=[str, Path, Named])
def named(request: pytest.FixtureRequest) -> Callable[[Path], AnyPath]:
    """A way to name a file."""

    def name(path: Path) -> AnyPath:
        named: AnyPath = request.param(str(path))
        return named

    return name


Name = Callable[[Path], AnyPath]


def test_models_are_opened(named: Name, ten_word_path: Path, tmp_path: Path) -> None:
    name = named(ten_word_path)
    assert len(ka.open_model(name).vocabulary) == 10
    assert map_model_file(name).path == read_model_file(name).path == ten_word_path
    assert kind_of(name) == "words"
    with ka.Predictor.open(name) as one, ka.Predictor.open([name]) as other:
        assert one.language == other.language == "en"
    copy = tmp_path / "copy.karussell"
    save_contents(named(copy), read_model_file(name))
    assert copy.read_bytes() == ten_word_path.read_bytes()


def test_layers_and_models_are_exported(named: Name, ten_word_path: Path, tmp_path: Path) -> None:
    weights = lstm_weights(2, 3, np.random.default_rng(1))
    export_layers(named(tmp_path / "layer.onnx"), [[weights]])
    export_model(named(tmp_path / "model.onnx"), read_model_file(ten_word_path))
    assert {path.name for path in tmp_path.iterdir()} == {"layer.onnx", "model.onnx"}


def test_trained_models_are_written_and_saved(named: Name, tmp_path: Path) -> None:
    tokens, series = tmp_path / "tokens.karussell", tmp_path / "series.karussell"
    model = ka.train(SEQUENCES, out=named(tokens), settings=TINY)
    again = ka.train(np.arange(40.0), out=named(series), settings=SERIES)
    assert SequenceModel.open(named(tokens)).fingerprint == model.fingerprint
    assert SeriesModel.open(named(series)).fingerprint == again.fingerprint
    model.save(named(tmp_path / "other.karussell"))
    assert (tmp_path / "other.karussell").read_bytes() == tokens.read_bytes()


def test_text_is_trained_on(named: Name, tmp_path: Path) -> None:
    text, out = tmp_path / "letters.txt", tmp_path / "mine.karussell"
    text.write_text("see you soon\n" * 30)
    model = ka.train([named(text)], out=named(out), settings=TINY)
    assert "soon" in model.vocabulary.words
    assert out.exists()


def test_texts_are_read(named: Name, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("teh\tthe\n")
    name = named(text)
    assert [*read_lines(name)] == ["teh\tthe"]
    assert len(read_mistakes(name)) == 1
    assert read_misspellings(name) == {"teh"}
    assert len(read_writers(name)) == 1
    assert Export(name).format == "text"
    assert files_of(name) == [text]


def test_a_history_and_its_key_are_kept(named: Name, tmp_path: Path) -> None:
    key = key_file(named(tmp_path / "key"))
    with History.open(named(tmp_path / "history"), key=key) as history:
        assert history.path is not None
        assert history.path.parent == tmp_path / "history"


def test_what_names_no_file_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    opening: list[Callable[[Any], Any]] = [ka.open_model, SequenceModel.open, SeriesModel.open]
    training: list[Callable[[Any], Any]] = [
        lambda out: ka.train(SEQUENCES, out=out, settings=TINY),
        lambda out: ka.train(np.arange(40.0), out=out, settings=SERIES),
    ]
    for call in [*opening, *training]:
        for wrong, message in ((7, "is a int"), (["x"], "is a list"), ("", "''"), ("a\0b", "x00b")):
            with pytest.raises(UsageError, match=message):
                call(wrong)


def test_bytes_name_a_file_too(tmp_path: Path) -> None:
    assert path_of(os.fsencode(tmp_path)) == tmp_path  # type: ignore[arg-type]
