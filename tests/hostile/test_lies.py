"""Files made to deceive: sealed like honest ones, and refused for what they claim."""

import copy
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karussell.errors import ModelFileError
from karussell.keyboard import Predictor
from karussell.model import open_model, read_model_file
from tests.conftest import WriteModel
from tests.hostile.sealing import frame, put_together, small_begin, take_apart

Header = dict[str, Any]
# Seconds of this process alone: an honest file of this size opens in a millisecond.
_SLOWEST = 1.0


@pytest.fixture(scope="module")
def honest(ten_word_path: Path) -> tuple[Header, bytes]:
    return take_apart(ten_word_path.read_bytes())


def _refused(path: Path, data: bytes, complaint: str) -> None:
    path.write_bytes(data)
    begin = time.process_time()
    with pytest.raises(ModelFileError, match=complaint) as caught:
        open_model(path)
    assert time.process_time() - begin < _SLOWEST
    assert str(caught.value).isprintable()


def _refused_or_usable(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        model = open_model(path)
    except ModelFileError as error:
        complaint = str(error)
    else:
        assert np.isfinite(model.log_probs(model.read([1, 2]))).all()
        return
    assert complaint.isprintable()


def test_what_was_taken_apart_opens_when_put_together(
    honest: tuple[Header, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "m.karussell"
    path.write_bytes(put_together(*honest))
    assert len(open_model(path).vocabulary) == 10


def _set(*keys: str, to: Any) -> Callable[[Header], None]:
    def change(header: Header) -> None:
        for key in keys[:-1]:
            header = header[key]
        header[keys[-1]] = to

    return change


def _drop(name: str) -> Callable[[Header], None]:
    return lambda header: header.pop(name)


def _rename(old: str, new: str) -> Callable[[Header], None]:
    return lambda header: header.update({new: header.pop(old)})


def _add(name: str, dtype: str, shape: list[int]) -> Callable[[Header], None]:
    """One tensor more, which takes no room."""
    entry = {"dtype": dtype, "shape": shape, "data_offsets": [0, 0]}
    return lambda header: header.update({name: entry})


def _as_list(name: str) -> Callable[[Header], None]:
    """The same description without its keys, which the library understands."""

    def change(header: Header) -> None:
        entry = header[name]
        header[name] = [entry["dtype"], entry["shape"], entry["data_offsets"]]

    return change


def _swap(one: str, other: str) -> Callable[[Header], None]:
    """Two tensors of one size, each in the place of the other."""

    def change(header: Header) -> None:
        places = [header[name]["data_offsets"] for name in (one, other)]
        header[other]["data_offsets"], header[one]["data_offsets"] = places

    return change


_SEAL = ("__metadata__", "karussell")
_CARD = (*_SEAL, "card")
_SIZES = (*_CARD, "configuration")
_HEADER_LIES: dict[str, tuple[Callable[[Header], None], str]] = {
    "a tensor without a place": (_drop("counts"), "expected 4268 to 4269"),
    "another name": (_rename("counts", "numbers"), "'counts' is missing"),
    "a name with an escape": (_rename("counts", "\x1b[31m"), "'counts' is missing"),
    "another kind": (_set("counts", "dtype", to="F32"), "holds float32, expected uint32"),
    "a larger kind": (
        _set("counts", "dtype", to="F64"),
        "lies at 4268 to 4312, expected 4268 to 4356",
    ),
    "an endless kind": (_set("counts", "dtype", to="I64"), "Invalid enum value 'I64'"),
    "a foreign kind": (_add("x", "BF16", [0]), "Invalid enum value 'BF16'"),
    "an unknown kind": (_set("counts", "dtype", to="F31"), "Invalid enum value 'F31'"),
    "a kind that is no name": (_set("counts", "dtype", to=[1]), "Expected `str`, got `array`"),
    "another shape": (_set("counts", "shape", to=[1, 11]), r"shape \(1, 11\), expected \(11,\)"),
    "a larger shape": (
        _set("counts", "shape", to=[12]),
        "lies at 4268 to 4312, expected 4268 to 4316",
    ),
    "no shape": (_set("counts", "shape", to=[]), "lies at 4268 to 4312, expected 4268 to 4272"),
    "a shape of three": (_set("counts", "shape", to=[11, 1, 1]), r"shape \(11, 1, 1\), expected"),
    "a shape of seventy": (_set("counts", "shape", to=[11] + [1] * 69), "length <= 8"),
    "a shape of nothing": (_set("counts", "shape", to=[0, 10**12]), "expected 4268 to 4268"),
    "an endless shape": (_add("x", "U8", [0, 2**63]), "Expected `int` <= 9007199254740992"),
    "a shape that overflows": (
        _set("counts", "shape", to=[2**62, 8]),
        "Expected `int` <= 9007199254740992",
    ),
    "a negative shape": (_set("counts", "shape", to=[-11]), "Expected `int` >= 0"),
    "a true shape": (_set("counts", "shape", to=[True]), "Expected `int`, got `bool`"),
    "a shape of half": (_set("counts", "shape", to=[11.5]), "Expected `int`, got `float`"),
    "a word for a shape": (_set("counts", "shape", to="11"), "Expected `array`, got `str`"),
    "a place before the start": (
        _set("counts", "data_offsets", to=[-44, 0]),
        "Expected `int` >= 0",
    ),
    "a place beyond the end": (
        _set("counts", "data_offsets", to=[10**9, 10**9 + 44]),
        "'rare.levels' lies at 4312 to 4313, expected 4268 to 4269",
    ),
    "a place backwards": (
        _set("counts", "data_offsets", to=[44, 0]),
        "lies at 44 to 0, expected 512 to 556",
    ),
    "an overlap": (
        _set("counts", "data_offsets", to=[4, 48]),
        "lies at 4 to 48, expected 512 to 556",
    ),
    "a place with three ends": (_set("counts", "data_offsets", to=[0, 44, 88]), "length 2, got 3"),
    "more than a description": (_set("counts", "note", to=1), "'counts' is described wrongly"),
    "a list for a description": (_as_list("counts"), "'counts' is described wrongly"),
    "no description": (_set("counts", to=None), "Expected `object`, got `null`"),
    "a name with an escape in no place": (
        _add("\x1b[31m", "U8", [9]),
        "lies at 0 to 0, expected 0 to 9",
    ),
    "one tensor more": (_add("x", "U8", [0]), "'x' is unknown"),
    "no metadata": (_drop("__metadata__"), "without a card"),
    "metadata that is none": (_set("__metadata__", to=[]), "without a card"),
    "metadata that is no text": (
        _set("__metadata__", "more", to=1),
        "more metadata than 'karussell'",
    ),
    "no seal": (_set("__metadata__", to={}), "without a card"),
    "a seal that is a list": (_set(*_SEAL, to=[]), "the card cannot be read"),
    "a seal of nothing": (_set(*_SEAL, to={}), "missing required field `sha256`"),
    "a seal with more": (_set(*_SEAL, "more", to=1), "unknown field `more`"),
    "a SHA-256 that is none": (_set(*_SEAL, "sha256", to=1), "Expected `str`, got `int`"),
    "a card that is a list": (_set(*_CARD, to=[]), "Expected `object`"),
    "a newer version": (_set(*_CARD, "format", to=9), "newer version of Karussell"),
    "more words than there are": (_set(*_SIZES, "vocabulary_size", to=11), "expected"),
    "a million layers": (_set(*_SIZES, "layers", to=10**6), "layers"),
    "more layers than there are": (_set(*_SIZES, "layers", to=64), "is missing"),
    "enormous layers": (_set(*_SIZES, "hidden_size", to=2**24), "expected"),
    "rows too long for int8": (_set(*_SIZES, "embedding_size", to=60_001), "at most 60000 in int8"),
    "no cells": (_set(*_SIZES, "hidden_size", to=0), "hidden_size"),
    "another cell": (_set(*_SIZES, "cell", to="rnn"), "is missing"),
    "blocks that do not divide": (_set(*_SIZES, "cells_per_block", to=5), "expected a divisor"),
    "blocks of two": (
        _set(*_SIZES, "cells_per_block", to=2),
        r"'lstm.0.words' has shape \(256,\), expected \(320,\)",
    ),
    "another order": (
        _swap("lstm.0.weight_ih.scale", "lstm.0.weight_hh.scale"),
        "lies where '.*' is expected",
    ),
    "an older format": (_set(*_CARD, "format", to=3), r"expected 4\); train the model"),
    "no digest of the small": (_set(*_SEAL, "blake2b_small", to=1), "Expected `str`, got `int`"),
    "another number format": (_set(*_CARD, "number_format", to="float32"), "is unknown|holds"),
}


@pytest.mark.parametrize(("lie", "complaint"), _HEADER_LIES.values(), ids=_HEADER_LIES.keys())
def test_a_header_that_lies_is_refused(
    honest: tuple[Header, bytes],
    tmp_path: Path,
    lie: Callable[[Header], None],
    complaint: str,
) -> None:
    header, body = copy.deepcopy(honest[0]), honest[1]
    lie(header)
    _refused(tmp_path / "m.karussell", put_together(header, body), complaint)


_BODY_LIES: dict[str, tuple[str, bytes, str]] = {
    "a weight that is no number": (
        "lstm.0.bias",
        np.float32("nan").tobytes(),
        "ranges from nan",
    ),
    "an infinite weight": ("lstm.0.bias", np.float32("inf").tobytes(), "to inf"),
    "an enormous weight": ("output.bias", np.float32(3e38).tobytes(), "within 1e"),
    "a scale of zero": ("embedding.weight.scale", bytes(4), "positive scales"),
    "a negative scale": ("embedding.weight.scale", np.float32(-1).tobytes(), "positive scales"),
    "an endless scale": ("embedding.weight.scale", np.float32("inf").tobytes(), "positive scales"),
    "a scale that is no number": ("lstm.0.weight_hh.scale", b"\xff" * 4, "positive scales"),
    "an impossible correction": (
        "lstm.0.weight_ih.correction",
        b"\0\0\0\x80",
        "whole numbers within 97536",
    ),
    "no UTF-8": ("vocabulary", b"\xff", "'vocabulary' is not UTF-8 at byte 0"),
    "casing without UTF-8": ("casing", b"\xff", "'casing' is not UTF-8"),
    "an escape sequence": ("vocabulary", b"\x1b", "the character U.001B at byte 0"),
    "a casing with an escape sequence": ("casing", b"\n\n\x9b", "not UTF-8 at byte 2"),
    "a turn of direction": ("casing", b"\xe2\x80\xae", r"U\+202E at byte 0"),
    "a word too many": ("vocabulary", b"a\na\ne", "'vocabulary' holds 11 entries, expected 10"),
    "an empty word": ("vocabulary", b"\n", "holds"),
    "words out of order": ("vocabulary", b"z", "not sorted"),
    "a word twice": ("vocabulary", b"a\nare\ni\nsee\nten", "not sorted"),
    "a casing too many": ("casing", b"\n\n\n", "'casing' holds 11 entries"),
}


@pytest.mark.parametrize(("name", "start", "complaint"), _BODY_LIES.values(), ids=_BODY_LIES.keys())
def test_contents_that_lie_are_refused(
    honest: tuple[Header, bytes], tmp_path: Path, name: str, start: bytes, complaint: str
) -> None:
    header, body = honest
    place = header[name]["data_offsets"][0]
    changed = body[:place] + start + body[place + len(start) :]
    _refused(tmp_path / "m.karussell", put_together(header, changed), complaint)


# What harms nobody, and is looked at only where all of a file is.
_HARMLESS_LIES: dict[str, tuple[str, bytes, str]] = {
    "-128": (
        "lstm.0.words",
        b"\x80",
        "ranges from -128 to .*, expected whole numbers from -127 to 127",
    ),
    "a correction that is none": (
        "lstm.0.weight_hh.correction",
        b"\1",
        "'lstm.0.weight_hh.correction' is not packed as its weights are",
    ),
    "a capital": ("vocabulary", b"A", "expected words in lower case"),
    "a sign": ("vocabulary", b"!", "expected words in lower case"),
    "another word's casing": ("casing", b"\n\nT", "writes 'i' as 'T'"),
}


@pytest.mark.parametrize(
    ("name", "start", "complaint"), _HARMLESS_LIES.values(), ids=_HARMLESS_LIES.keys()
)
def test_contents_that_lie_without_harm_are_found_when_all_is_read(
    honest: tuple[Header, bytes], tmp_path: Path, name: str, start: bytes, complaint: str
) -> None:
    header, body = honest
    place = header[name]["data_offsets"][0]
    changed = body[:place] + start + body[place + len(start) :]
    path = tmp_path / "m.karussell"
    path.write_bytes(put_together(header, changed))
    with pytest.raises(ModelFileError, match=complaint):
        read_model_file(path)
    with Predictor.open(path) as predictor:
        assert all(found.text.isprintable() for found in predictor.suggest("see you t", 10))


@pytest.mark.filterwarnings("ignore:invalid value")  # NumPy's word for nonsense
@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "3e38", "1e-45"])
def test_nonsense_in_the_large_tensors_gives_nonsense_and_no_crash(
    write_model: WriteModel, tmp_path: Path, number: str
) -> None:
    path = write_model(tmp_path / "m", number_format="float32")
    header, body = take_apart(path.read_bytes())
    nonsense = np.full(small_begin(header) // 4, number, np.float32).tobytes()
    path.write_bytes(put_together(header, nonsense + body[len(nonsense) :]))
    with Predictor.open(path) as predictor:
        for text in ("", "see you ", "see you t", "see you tomorr"):
            for found in predictor.suggest(text, 20):
                assert found.text.isprintable()


def test_a_file_that_does_not_begin_on_a_cache_line_is_refused(
    honest: tuple[Header, bytes], tmp_path: Path
) -> None:
    data, body = put_together(*honest), honest[1]
    header = data[8 : len(data) - len(body)] + b" "
    _refused(tmp_path / "m.karussell", frame(header, body), "expected a multiple of 64")


def test_a_key_that_stands_twice_is_refused(honest: tuple[Header, bytes], tmp_path: Path) -> None:
    data = put_together(*honest)
    length = int.from_bytes(data[:8], "little")
    text, body = data[8 : 8 + length].decode(), data[8 + length :]
    for old, new, what in (
        ('"counts":', '"counts": {}, "counts":', "counts"),
        ('"dtype":', '"dtype": "F32", "dtype":', "dtype"),
        ('"__metadata__":', '"__metadata__": {}, "__metadata__":', "__metadata__"),
        ('\\"card\\":', '\\"card\\": {}, \\"card\\":', "card"),
        ('\\"layers\\":', '\\"layers\\": 1, \\"layers\\":', "layers"),
    ):
        assert old in text
        twice = frame(text.replace(old, new, 1).encode(), body)
        _refused(tmp_path / "m.karussell", twice, f"'{what}' stands twice")


def test_a_header_before_which_something_stands_is_refused(
    honest: tuple[Header, bytes], tmp_path: Path
) -> None:
    header, body = honest
    data = frame(b" " + json.dumps(header).encode(), body)
    _refused(tmp_path / "m.karussell", data, "is not a Karussell model file")


@pytest.mark.parametrize(
    "header",
    [
        b'{"a":' * 100_000,
        b"{" + b"[" * 500_000,
        b'{"a":' + b"9" * 900_000 + b"}",
        b'{"a":1e999999}',
        b'{"a":NaN}',
        b'{"\\ud800":1}',
        b'{"a":"' + b"x" * 1_000_000 + b'"}',
        b"{" + b'"a":1,' * 150_000 + b'"a":1}',
        b'{"__metadata__":{"karussell":"\\ud800"}}',
        b"{\xff}",
        b"{",
    ],
    ids=range(11),
)
def test_a_header_made_to_exhaust_is_refused_quickly(tmp_path: Path, header: bytes) -> None:
    _refused(tmp_path / "m.karussell", frame(header, b""), "m.karussell: ")


@pytest.mark.parametrize("length", [0, 1, 2**20 + 1, 2**31, 2**63, 2**64 - 1])
def test_a_header_length_that_lies_is_refused(
    ten_word_path: Path, tmp_path: Path, length: int
) -> None:
    data = length.to_bytes(8, "little") + ten_word_path.read_bytes()[8:]
    _refused(tmp_path / "m.karussell", data, "m.karussell: ")


def test_a_huge_card_is_refused(honest: tuple[Header, bytes], tmp_path: Path) -> None:
    header, body = copy.deepcopy(honest[0]), honest[1]
    header["__metadata__"]["karussell"]["card"]["notes"] = "x" * 100_000
    _refused(tmp_path / "m.karussell", put_together(header, body), "expected at most 65536")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@settings(max_examples=400)
@given(data=st.data())
def test_no_value_anywhere_in_the_header_does_harm(
    honest: tuple[Header, bytes], tmp_path: Path, data: st.DataObject
) -> None:
    header, body = copy.deepcopy(honest[0]), honest[1]
    place: Any = header
    while True:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(_VALUES)
    _refused_or_usable(tmp_path / "m.karussell", put_together(header, body))


@settings(max_examples=400)
@given(place=st.integers(0), content=st.binary(min_size=1, max_size=8))
def test_whatever_opens_can_be_used(
    honest: tuple[Header, bytes], tmp_path: Path, place: int, content: bytes
) -> None:
    header, body = honest
    place %= len(body) - 8
    changed = body[:place] + content + body[place + len(content) :]
    _refused_or_usable(tmp_path / "m.karussell", put_together(header, changed))
