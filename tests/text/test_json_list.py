"""Lists in JSON, element by element: the same as all at once, whatever stands in them."""

import json
from random import Random
from typing import Any

import pytest

from karussell.text import elements


def _value(random: Random, depth: int = 0) -> Any:
    if depth == 4 or random.random() < 0.4:
        letters = "".join(random.choices('ab"\\[]{},é\n', k=random.randrange(5)))
        return random.choice([1, -2.5e9, None, True, letters])
    inner = [_value(random, depth + 1) for _ in range(random.randrange(4))]
    return random.choice([inner, {str(each): each for each in inner}])


def test_elements_are_those_of_the_list() -> None:
    random = Random(1)
    for _ in range(300):
        values = [_value(random) for _ in range(random.randrange(5))]
        text = json.dumps(values, indent=random.choice([None, 1]), ensure_ascii=False).encode()
        found = [bytes(each) for each in elements(memoryview(text))]
        assert [json.loads(each) for each in found] == values
        assert all(each == each.lstrip() for each in found)


@pytest.mark.parametrize("text", [b"[]", b" [ ]", b"[\n\n]\n"])
def test_an_empty_list_has_none(text: bytes) -> None:
    assert list(elements(text)) == []
