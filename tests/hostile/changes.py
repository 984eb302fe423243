"""Changes to any small valid file: flips, cuts, splices, lengths, numbers, structures of JSON."""

import copy
import json
import re
from collections.abc import Sequence
from random import Random
from typing import Any, Literal

_NUMBERS = (0, 1, -1, 2**7, 2**8 - 1, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**53, 2**63)
_DIGITS = re.compile(rb"-?\d[\d.eE+-]*")
_FIGURES = (
    *(b"0", b"-1", b"1e400", b"-1e400", b"NaN", b"Infinity", b"1e-320", b"3e38", b"true", b"null"),
    *(b"9" * 400, b"9" * 5000, b"9223372036854775808", b"-5", b"0.5", b"18446744073709551616"),
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 1, 0.5, -0.0, 2**31, 2**53, 2**63, 2**64, 10**400, 1e308, 3e38),
    *(float("nan"), float("inf"), 1e-320, "", "x", "\ud800", "\x1b[31m", "\u202e", "x" * 50_000),
    *([], [0], [[]], {}, {"a": 1}, [None] * 9, "2024-03-12T10:11:09", "1710238260000", "1e999"),
)
_BYTES = (
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b[2J", b"\r", b"\n", b"\n\n", b"\xed\xa0\x80"),
    *(b"\xf4\x90\x80\x80", "\u202e".encode(), b"[" * 20_000, b"{" * 100, b'{"a":' * 5000, b"\\"),
    *(b'"', b"\\ud800", b"<", b">", b"&#x110000;", b"&#0;", b"&a;", b"<!ENTITY", b"<![CDATA["),
    *(b"From ", b"Content-Type: multipart/mixed; boundary=x\n", b"=?utf-8?q?=ff?=", b"--", b":"),
    *(b"9" * 5000, b" " * 20_000, b">" * 2000, b"=" * 2000, b"-->", b"<" * 2000, b"a" * 5000),
)


def changed(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """A file with one change to a few.

    Args:
        data: A valid file.
        others: More of its kind, parts of which are put into it.
        random: Decides.
    """
    for _ in range(random.choice((1, 1, 1, 2, 3, 5))):
        if random.random() < 0.3:
            data = _restructured(data, random)
        else:
            data = _damaged(data, others, random)
    return data


def _damaged(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    content = bytearray(data)
    begin = random.randrange(len(content) + 1)
    end = min(len(content), begin + random.choice((1, 1, 2, 4, 8, 16, 100)))
    match random.randrange(11):
        case 0 | 1 if begin < len(content):
            content[begin] ^= 1 << random.randrange(8)
        case 2:
            del content[begin:]
        case 3:
            del content[begin:end]
        case 4:
            content[begin:end] = random.choice(_BYTES)
        case 5:
            size = random.choice((1, 2, 4, 8))
            number = random.choice(_NUMBERS) & ((1 << 8 * size) - 1)
            order: Literal["little", "big"] = random.choice(("little", "big"))
            content[begin : begin + size] = number.to_bytes(size, order)
        case 6:
            other = random.choice(others)
            first = random.randrange(len(other) + 1)
            content[begin:end] = other[first : first + random.choice((8, 64, 1000))]
        case 7:
            content[begin:begin] = content[begin:end] * random.choice((1, 2, 50))
        case 8:
            content[begin:begin] = random.randbytes(random.choice((1, 8, 64)))
        case _:
            return _with_figure(data, random)
    return bytes(content)


def _with_figure(data: bytes, random: Random) -> bytes:
    """Another number in place of one that is written in digits."""
    found = [each.span() for each in _DIGITS.finditer(data)]
    if not found:
        return data
    begin, end = random.choice(found)
    return data[:begin] + random.choice(_FIGURES) + data[end:]


def _restructured(data: bytes, random: Random) -> bytes:
    """Another structure of a file of JSON, or of one of its lines."""
    whole = _parsed(data)
    if isinstance(whole, dict | list) and whole:
        return _written(_altered(whole, random), random)
    lines = data.split(b"\n")
    place = random.randrange(len(lines))
    line = _parsed(lines[place])
    if isinstance(line, dict | list) and line:
        lines[place] = _written(_altered(line, random), random)
    return b"\n".join(lines)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _written(value: Any, random: Random) -> bytes:
    try:
        text = json.dumps(value, ensure_ascii=random.random() < 0.5)
    except (ValueError, RecursionError):  # a number of thousands of digits
        return b"[]"
    return text.encode("utf-8", "surrogatepass")


def _altered(value: Any, random: Random) -> Any:
    """A structure with one place of it changed."""
    value = copy.deepcopy(value)
    inner = value
    while True:
        keys: list[Any] = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        key = random.choice(keys)
        if not isinstance(inner[key], dict | list) or not inner[key] or random.random() < 0.15:
            break
        inner = inner[key]
    other = random.choice(keys)
    match random.randrange(5):
        case 0:
            del inner[key]
        case 1:
            inner[key], inner[other] = inner[other], inner[key]
        case 2 if isinstance(inner, dict):
            inner[random.choice(("", "x", "\ud800", "x" * 5000))] = inner[key]
        case 3:
            inner[key] = copy.deepcopy(inner[other])
        case _:
            inner[key] = copy.deepcopy(random.choice(_VALUES))
    return value
