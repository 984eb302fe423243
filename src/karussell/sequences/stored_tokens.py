"""Tokens in a file: JSON that is read as the same tokens, or refused before it is written."""

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from karussell.errors import ModelFileError, UsageError

_Tokens = TypeVar("_Tokens")
# What JSON tells apart by itself; a token of a kind made of these is kept as the value it equals.
_KEPT = (bool, int, float, str)
_BYTES = "bytes"


def stored(tokens: Sequence[Hashable]) -> bytes:
    """Tokens as JSON, a tuple as an array of its parts, bytes as an object of their digits.

    Raises:
        UsageError: If one of them would not be the same when it is read.
    """
    try:
        text = json.dumps([_to_json(token) for token in tokens])
        again = [_of_json(token) for token in json.loads(text)]
    except (ValueError, RecursionError) as error:  # a number of thousands of digits
        raise UsageError(f"a token cannot be saved: {str(error)[:80]}") from None
    for token, found in zip(tokens, again, strict=True):
        if token != found or hash(token) != hash(found):
            raise _refusal(token)
    return text.encode()


def of_stored(text: bytes, understand: Callable[[Iterable[Hashable]], _Tokens]) -> _Tokens:
    """What is made of the tokens that `stored` wrote.

    Raises:
        ModelFileError: If they are not what it writes.
    """
    try:
        found = json.loads(text.decode())
        if not isinstance(found, list):
            raise UsageError(f"they are a {type(found).__name__}, expected a list")
        return understand(map(_of_json, found))
    except (UsageError, ValueError, RecursionError) as error:
        raise ModelFileError(f"its tokens cannot be read: {str(error)[:80]}") from None


def is_itself(token: Hashable) -> bool:
    """Whether a token is equal to itself wherever it is met again, as not-a-number never is."""
    if isinstance(token, tuple | frozenset):
        return all(map(is_itself, token))
    return bool(token == token)


def shown(token: object) -> str:
    """A token in a message, in one short line."""
    try:
        text = ascii(token)
    except ValueError:  # a number of thousands of digits
        text = f"<{type(token).__name__}>"
    return text if len(text) <= 60 else f"{text[:57]}..."


def _to_json(token: Hashable) -> Any:
    if isinstance(token, np.generic):
        plain = token.item()
        if isinstance(plain, np.generic) or not (plain == token and hash(plain) == hash(token)):
            raise _refusal(token)
        token = plain
    if token is None or (type(token) in _KEPT and is_itself(token)):
        return token
    if isinstance(token, tuple):
        return [_to_json(part) for part in token]
    if isinstance(token, bytes):
        return {_BYTES: bytes(token).hex()}
    if isinstance(token, int):  # a kind of its own, such as an enumeration
        return int.__index__(token)
    if isinstance(token, float) and is_itself(token):
        return float.__float__(token)
    if isinstance(token, str):
        return str.__str__(token)
    raise _refusal(token)


def _of_json(token: Any) -> Hashable:
    if isinstance(token, list):
        return tuple(_of_json(part) for part in token)
    if isinstance(token, dict) and [*token] == [_BYTES] and isinstance(token[_BYTES], str):
        return bytes.fromhex(token[_BYTES])
    if not (token is None or type(token) in _KEPT) or token != token:
        raise UsageError(f"a {type(token).__name__} is no token")
    found: Hashable = token
    return found


def _refusal(token: object) -> UsageError:
    return UsageError(
        f"the token {shown(token)} is a {type(token).__name__} and cannot be saved; expected "
        "strings, bytes, numbers, booleans, None, or tuples of them"
    )
