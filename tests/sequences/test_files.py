"""Files of models of sequences: lying ones, and those of other kinds, are refused by name."""

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from karussell.errors import ModelFileError, UsageError
from karussell.model import open_model
from karussell.sequences import SequenceModel, SeriesModel, Tokens
from tests.hostile.sealing import put_together, take_apart


@pytest.fixture
def saved(model: SequenceModel, tmp_path: Path) -> Path:
    model.save(tmp_path / "moves.karussell")
    return tmp_path / "moves.karussell"


@pytest.fixture
def saved_series(series_model: SeriesModel, tmp_path: Path) -> Path:
    series_model.save(tmp_path / "series.karussell")
    return tmp_path / "series.karussell"


def described(path: Path, **changes: Any) -> Path:
    """The file with another card, sealed as an honest one is."""
    header, body = take_apart(path.read_bytes())
    header["__metadata__"]["karussell"]["card"].update(changes)
    path.write_bytes(put_together(header, body))
    return path


def changed(path: Path, name: str, start: bytes) -> Path:
    """The file with another beginning of one tensor."""
    header, body = take_apart(path.read_bytes())
    place = header[name]["data_offsets"][0]
    path.write_bytes(put_together(header, body[:place] + start + body[place + len(start) :]))
    return path


def with_tokens(path: Path, text: bytes) -> Path:
    """The file with other tokens."""
    header, body = take_apart(path.read_bytes())
    place = header["tokens"]["data_offsets"][0]
    header["tokens"].update(shape=[len(text)], data_offsets=[place, place + len(text)])
    path.write_bytes(put_together(header, body[:place] + text))
    return path


def test_the_files_are_plain_safetensors(
    saved: Path, saved_series: Path, model: SequenceModel, series_model: SeriesModel
) -> None:
    tokens = load_file(saved)
    assert json.loads(tokens.pop("tokens").tobytes())[:2] == ["go", ["turn", 90]]
    series = load_file(saved_series)
    for found, expected in ((tokens, model.weights), (series, series_model.weights)):
        assert found.keys() == expected.keys()
        assert all(np.array_equal(found[name], expected[name]) for name in found)


def test_the_same_model_gives_the_same_bytes(saved: Path, model: SequenceModel) -> None:
    before = saved.read_bytes()
    model.save(saved)
    assert saved.read_bytes() == before


def test_a_missing_file_and_a_model_of_words_are_named(tmp_path: Path, ten_word_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"none\.karussell: no such file"):
        SequenceModel.open(tmp_path / "none.karussell")
    with pytest.raises(ModelFileError, match="holds a model of words; open it with open_model"):
        SequenceModel.open(ten_word_path)


def test_a_model_of_sequences_is_no_model_of_words(saved: Path, saved_series: Path) -> None:
    with pytest.raises(ModelFileError, match="model of tokens; open it with SequenceModel"):
        open_model(saved)
    with pytest.raises(ModelFileError, match="model of series; open it with SeriesModel"):
        open_model(saved_series)


def test_models_of_tokens_and_of_series_are_told_apart(saved: Path, saved_series: Path) -> None:
    with pytest.raises(ModelFileError, match=r"a model of tokens; open it with SequenceModel"):
        SeriesModel.open(saved)
    with pytest.raises(ModelFileError, match=r"a model of series; open it with SeriesModel"):
        SequenceModel.open(saved_series)


def test_an_archive_of_an_older_version_is_told_what_to_do(saved: Path) -> None:
    whole = io.BytesIO()
    np.savez(whole, karussell=np.frombuffer(b'{"version":1}', np.uint8))
    saved.write_bytes(whole.getvalue())
    for opened in (SequenceModel.open, SeriesModel.open, open_model):
        with pytest.raises(ModelFileError, match=r"expected one of format 4.* train the model ag"):
            opened(saved)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 5}, "newer version of Karussell"),
        ({"format": 3}, r"the card's format is 3, expected 4\); train the model again"),
        ({"format": "1"}, "Expected `int`, got `str`"),
        ({"format": True}, "Expected `int`, got `bool`"),
        ({"format": -5}, "Expected `int` >= 0"),
        ({"format": 0}, r"the card's format is 0, expected 4\); train the model again"),
        ({"format": 4.0}, "Expected `int`, got `float`"),
        ({"format": 10**30}, "newer version of Karussell"),
        ({"format": None}, "Expected `int`, got `null`"),
        ({"kind": "\x1b[31m\u202e"}, r"holds a model of '.x1b\[31m.u202e', expected"),
        ({"kind": "\ud800"}, "the card cannot be read: 'JSON is malformed: unexpected end of hex"),
        ({"kind": "x" * 50_000}, "holds a model of 'x{40}', expected"),
        ({"kind": "letters"}, "holds a model of 'letters', expected one of words, tokens, series"),
        ({"configuration": {}}, "missing required field"),
        ({"scores": {"perplexity": None}}, "Expected `float`, got `null`"),
        ({"colour": "red"}, "unknown field `colour`"),
    ],
)
def test_a_card_that_lies_is_refused(saved: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelFileError, match=message):
        SequenceModel.open(described(saved, **changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quantiles": []}, "quantiles are (), expected ascending ones"),
        ({"quantiles": [0.5, 0.1]}, "expected ascending ones"),
        ({"quantiles": [0.1, 0.9]}, "'head.weight' has shape (30, 6), expected (20, 6)"),
        ({"hidden_size": 7}, "7"),
        ({"variables": 0}, ">= 1"),
    ],
)
def test_sizes_of_series_that_cannot_be_are_refused(
    saved_series: Path, series_model: SeriesModel, changes: dict[str, Any], message: str
) -> None:
    header, _ = take_apart(saved_series.read_bytes())
    sizes = header["__metadata__"]["karussell"]["card"]["configuration"] | changes
    with pytest.raises(ModelFileError, match=re.escape(message)):
        SeriesModel.open(described(saved_series, configuration=sizes))


@pytest.mark.parametrize(
    ("name", "number", "message"),
    [
        ("deviation", 0.0, "'deviation' ranges from 0 to .*, expected positive numbers"),
        ("deviation", -1.0, "'deviation' ranges from -1 to .*, expected positive numbers"),
        ("deviation", 1e-320, "'deviation' ranges from 9.99989e-321 to .*, expected positive"),
        ("deviation", 3e300, "'deviation' ranges from .* to 3e.300, expected positive numbers"),
        ("season_deviation", -1.0, "'season_deviation' ranges from -1 to .*, expected positive"),
        ("season_deviation", 1e-310, "'season_deviation' ranges from 1e-310 to .*, expected pos"),
        ("season_deviation", 1e200, "'season_deviation' ranges from .* to 1e.200, expected pos"),
        ("mean", np.inf, "'mean' ranges from .* to inf, expected finite numbers"),
        ("mean", -1e308, "'mean' ranges from -1e.308 to .*, expected finite numbers"),
        ("head.weight", 3e38, "'head.weight' ranges from .* to 3e.38, expected finite weights"),
        ("lstm.0.bias", -np.inf, "'lstm.0.bias' ranges from -inf to .*, expected finite weights"),
        ("head.bias", np.nan, "'head.bias' ranges from nan to nan, expected finite weights"),
    ],
)
def test_numbers_that_cannot_be_are_refused(
    saved_series: Path, series_model: SeriesModel, name: str, number: float, message: str
) -> None:
    kind = series_model.weights[name].dtype.type
    with pytest.raises(ModelFileError, match=message):
        SeriesModel.open(changed(saved_series, name, kind(number).tobytes()))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "its tokens cannot be read: Expecting value"),
        (b"{}", "they are a dict, expected a list"),
        (b"[\xff]", "can't decode byte 0xff"),
        (b'["go", "go"]', "the token 'go' stands twice"),
        (b'["go", {"turn": 90}]', "a dict is no token"),
        (b"[NaN]", "a float is no token"),
        (b"[" * 100_000, "its tokens cannot be read: "),
        (b"[" + b"9" * 10_000 + b"]", "its tokens cannot be read: Exceeds the limit"),
        (b'["go"]', "vocabulary_size is 7, expected 2 for 1 tokens"),
    ],
    ids=range(9),
)
def test_tokens_that_lie_are_refused(saved: Path, text: bytes, message: str) -> None:
    with pytest.raises(ModelFileError, match=message):
        SequenceModel.open(with_tokens(saved, text))


def test_tokens_without_end_and_of_any_letters_survive_the_file(
    model: SequenceModel, saved: Path
) -> None:
    odd = (float("inf"), -float("inf"), 10**40, "\ud800", "\x1b[31m", (None, ("", True)))
    again = SequenceModel.open(with_tokens(saved, Tokens(odd).stored().tobytes()))
    assert list(again.tokens) == list(odd)


def test_a_token_that_cannot_be_saved_leaves_the_older_file(
    model: SequenceModel, saved: Path
) -> None:
    before = saved.read_bytes()
    tokens = Tokens([*list(model.tokens)[:-1], frozenset({1})])
    wrong = SequenceModel(tokens, model.configuration, model.weights)
    with pytest.raises(UsageError, match=r"the token frozenset.*cannot be saved"):
        wrong.save(saved)
    assert saved.read_bytes() == before


def test_scores_that_are_no_numbers_cannot_be_saved(model: SequenceModel, tmp_path: Path) -> None:
    scores = {"perplexity": float("nan")}
    wrong = SequenceModel(model.tokens, model.configuration, model.weights, scores=scores)
    with pytest.raises(ModelFileError, match="cannot be saved: the card"):
        wrong.save(tmp_path / "m.karussell")
