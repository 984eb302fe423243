"""The same messages to the keyboard and to its twin, and where they answer otherwise."""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from karussell.keyboard import Predictor
from karussell.service import Conversation, emoji_told_to_twin
from tests.twin.node import Twin

_MODULE = "./keyboard/typing.mjs"
_KEYBOARDS = count()
# How far probabilities may be apart.
_CLOSE = 1e-3


class Both:
    """A keyboard in Python and one in JavaScript, with the same model.

    Args:
        twin: The process of the second.
        path: The model's file.
    """

    def __init__(self, twin: Twin, path: Path) -> None:
        self._twin, self._path = twin, str(path)
        self._predictor = Predictor.open(path)
        self._name = f"keyboard {next(_KEYBOARDS)}"
        self._lines: dict[str, Conversation] = {}
        tag = self._predictor.language
        twin(_MODULE, "tellEmoji", [[json.loads(emoji_told_to_twin(tag))]])

    def say(
        self, messages: Iterable[dict[str, Any] | str], line: str = ""
    ) -> list[tuple[Any, Any]]:
        """What both reply to each of some messages, Python first."""
        listed = list(messages)
        ours = [self.ours(each, line) for each in listed]
        return list(zip(ours, self.theirs(listed, line), strict=True))

    def ours(self, message: dict[str, Any] | str, line: str = "") -> Any:
        """What Python replies to a message."""
        if line not in self._lines:
            self._lines[line] = Conversation(self._predictor)
        text = message if isinstance(message, str) else json.dumps(message)
        return json.loads(self._lines[line].reply(text))

    def theirs(self, messages: Iterable[dict[str, Any] | str], line: str = "") -> list[Any]:
        """What JavaScript replies to each of some messages."""
        cases = [[self._path, self._name, line, each] for each in messages]
        return self._twin(_MODULE, "said", cases)


def hello(**told: Any) -> dict[str, Any]:
    """A greeting."""
    return {"type": "hello", "number": 0, "version": 3, **told}


def numbered(messages: Iterable[dict[str, Any]], begin: int = 1) -> list[dict[str, Any]]:
    """Messages with their numbers, from one on."""
    return [{"number": begin + place, **each} for place, each in enumerate(messages)]


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Where two replies differ, but for probabilities that are close."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys((*one, *other)):
            if name not in one or name not in other:
                yield f"{path}.{name} is on one side only"
            else:
                yield from differences(one[name], other[name], f"{path}.{name}")
    elif _is_list(one) and _is_list(other) and len(one) == len(other):
        for place, (here, there) in enumerate(zip(one, other, strict=True)):
            yield from differences(here, there, f"{path}[{place}]")
    elif isinstance(one, float | int) and isinstance(other, float | int):
        close = path.endswith(("probability", "share")) and not isinstance(one, bool)
        if not (math.isclose(one, other, rel_tol=0, abs_tol=_CLOSE) if close else one == other):
            yield f"{path}: {one} and {other}"
    elif one != other:
        yield f"{path}: {one!r} and {other!r}"


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
