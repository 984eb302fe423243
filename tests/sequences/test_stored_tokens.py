"""Tokens in a file: the same when they are read, or refused before anything is trained."""

import enum
from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import karussell as ka
from karussell.errors import UsageError
from karussell.sequences import SequenceModel, Tokens
from karussell.sequences.stored_tokens import shown
from karussell.training import Settings

TINY = Settings(
    hidden_size=4, embedding_size=4, epochs=1, negatives=0, rare_words=0, threads=1, least_count=1
)


class Gate(enum.Enum):
    OPEN = 1


class Door(enum.IntEnum):
    FRONT = 1


class Word(str, enum.Enum):  # noqa: UP042  (a StrEnum is printed otherwise)
    YES = "yes"


class Point(NamedTuple):
    x: int
    y: int


class Degrees(float):
    pass


KEPT: list[Hashable] = [
    None, True, 0, -1, 2**70, 0.5, -0.0, float("inf"), -1e308, 5e-324, "", "a", "\ud800", "\0",
    "\U0001f600", b"", b"\xff\0", (), (1, ("b", b"c"), None), Door.FRONT, Word.YES, Point(1, 2),
    Degrees(1.5), np.int64(3), np.float32(0.1), np.str_("s"), np.bool_(True), np.bytes_(b"n"),
]  # fmt: skip
REFUSED: list[Hashable] = [
    Gate.OPEN, frozenset({1}), 1j, Decimal(1), date(2026, 1, 1), np.datetime64("2026-01-01"), len,
    pytest.param(object(), id="object"), "\ud83d\ude00", (1, Gate.OPEN), 10**5000, range(3), ...,
]  # fmt: skip


@pytest.mark.parametrize("token", KEPT, ids=shown)
def test_a_token_is_the_same_when_it_is_read(token: Hashable) -> None:
    (found,) = Tokens.of_stored(Tokens([token]).stored())
    assert found == token
    assert hash(found) == hash(token)
    assert Tokens([found]).id(token) == 0


@pytest.mark.parametrize("token", REFUSED, ids=shown)
def test_a_token_that_would_be_another_is_refused(token: Hashable) -> None:
    with pytest.raises(UsageError, match="cannot be saved"):
        Tokens([token]).stored()


@given(st.recursive(st.binary() | st.text() | st.integers(), lambda t: st.tuples(t, t)))
def test_bytes_and_what_is_made_of_them_are_the_same_when_they_are_read(token: Hashable) -> None:
    assert [*Tokens.of_stored(Tokens([token]).stored())] == [token]


@pytest.mark.parametrize("token", REFUSED[:10], ids=shown)
def test_what_cannot_be_saved_is_refused_before_it_is_trained_on(
    token: Hashable, tmp_path: Path
) -> None:
    def tell(_: object) -> None:
        raise AssertionError("it was trained")

    sequences = [["a", token], [token, "a"]]
    with pytest.raises(UsageError, match="cannot be saved"):
        ka.train(sequences, out=tmp_path / "x.karussell", settings=TINY, tell=tell)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    "token",
    [float("nan"), (1, float("nan")), np.float64("nan"), np.datetime64("NaT"), Decimal("NaN")],
    ids=shown,
)
def test_what_is_not_equal_to_itself_is_never_trained_on(token: Hashable) -> None:
    with pytest.raises(UsageError, match="not equal to itself"):
        ka.train([["a", token], ["a", token]], settings=TINY)


def test_a_model_in_memory_may_be_of_anything_hashable() -> None:
    model = ka.train([[Gate.OPEN, "a"]] * 4, settings=TINY)
    assert model.predict(["a"], k=3)


def test_what_compares_equal_is_one_token(tmp_path: Path) -> None:
    sequences: list[Any] = [[1, True, 1.0, np.int8(1), Door.FRONT]] * 3
    model = ka.train(sequences, out=tmp_path / "ones.karussell", settings=TINY)
    again = SequenceModel.open(tmp_path / "ones.karussell")
    assert len(model.tokens) == len(again.tokens) == 1
    assert again.log_probs([True]) == pytest.approx(model.log_probs([1.0]))
