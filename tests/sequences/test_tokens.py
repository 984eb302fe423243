"""Tokens: anything hashable, a number each."""

from collections.abc import Hashable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.errors import ModelFileError, UsageError
from karussell.sequences import END, UNKNOWN, Tokens, count_tokens

SIMPLE = st.one_of(st.text(), st.integers(), st.floats(allow_nan=False), st.booleans(), st.none())
TOKENS = st.recursive(SIMPLE, lambda inner: st.tuples(inner, inner), max_leaves=4)


@given(st.lists(TOKENS, unique=True))
def test_stored_tokens_are_the_same_tokens(tokens: list[Hashable]) -> None:
    stored = Tokens(tokens).stored()
    assert list(Tokens.of_stored(stored)) == tokens


def test_ids_count_in_order_and_the_marks_come_last() -> None:
    tokens = Tokens(["a", ("b", 1)])
    assert tokens.ids(["a", ("b", 1), END, UNKNOWN, "c"]) == [0, 1, 2, 3, 3]
    assert [tokens.token(number) for number in range(4)] == ["a", ("b", 1), END, UNKNOWN]
    assert (tokens.predicted, tokens.start, repr(END)) == (3, 4, "END")


def test_the_commonest_tokens_come_first_and_rare_ones_not_at_all() -> None:
    assert list(count_tokens([["b", "a", "a"], ["a", "b", "c"]], most=9, least=2)) == ["a", "b"]
    assert list(count_tokens([["b", "a", "a"]], most=1, least=1)) == ["a"]


@pytest.mark.parametrize(
    ("sequences", "message"),
    [
        ([["a", ["b"]]], "sequence 0 holds something that is not hashable; make tuples of lists"),
        ([["a"], ["b"]], "none of 2 tokens stands 2 times in the sequences"),
        ([], "none of 0 tokens"),
        ([["a", "a", END]], "a sequence holds END, which is no token; leave it out"),
    ],
)
def test_sequences_that_cannot_be_counted_are_refused(
    sequences: list[list[Hashable]], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        count_tokens(sequences, most=9, least=2)


def test_a_token_that_cannot_be_saved_or_hashed_is_named() -> None:
    with pytest.raises(UsageError, match=r"the token frozenset.*cannot be saved"):
        Tokens([frozenset({1})]).stored()
    with pytest.raises(UsageError, match=r"the token nan is a float and cannot be saved"):
        Tokens([float("nan")]).stored()
    with pytest.raises(UsageError, match=r"the token \['a'\] is a list, expected something hash"):
        Tokens(["a"]).id(["a"])  # type: ignore[arg-type]


def test_tokens_that_stand_twice_or_are_objects_are_refused_in_a_file() -> None:
    with pytest.raises(ModelFileError, match="the token 'a' stands twice"):
        Tokens.of_stored(np.frombuffer(b'["a", "a"]', np.uint8))
    with pytest.raises(ModelFileError, match="a dict is no token"):
        Tokens.of_stored(np.frombuffer(b'[{"a": 1}]', np.uint8))
