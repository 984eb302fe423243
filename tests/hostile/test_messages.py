"""What is said of a file that quotes it: one line, short, and nothing that a terminal obeys."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from karussell.errors import KarussellError, shown
from karussell.history import History
from karussell.imports import Export
from karussell.store import kind_of
from tests.hostile.mutations import KINDS
from tests.hostile.sealing import put_together, take_apart

_ODD = ("\ud800", "\x1b]0;title\x07", "\u202egnp.exe", "\u2028", "\x9b31m", "x" * 50_000, "a\nb")
_SEAL = ("__metadata__", "karussell")


def _tensor(header: dict[str, Any], odd: str) -> None:
    header[odd] = {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}


def _description(header: dict[str, Any], odd: str) -> None:
    header[odd] = 5


def _renamed(header: dict[str, Any], odd: str) -> None:
    name = next(name for name in header if name != "__metadata__")
    header[odd] = header.pop(name)


def _in(*keys: str) -> Callable[[dict[str, Any], str], None]:
    def change(header: dict[str, Any], odd: str) -> None:
        place: Any = header
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1] or odd] = odd

    return change


_CHANGES = {
    "a tensor": _tensor,
    "what is no description": _description,
    "a renamed tensor": _renamed,
    "metadata": _in("__metadata__", ""),
    "a field of the card": _in(*_SEAL, "card", ""),
    "the kind": _in(*_SEAL, "card", "kind"),
    "the format": _in(*_SEAL, "card", "format"),
    "a score": _in(*_SEAL, "card", "scores", ""),
    "a size": _in(*_SEAL, "card", "configuration", ""),
    "the seal": _in(*_SEAL),
}


def _said(read: Callable[[], object]) -> str:
    with pytest.raises(KarussellError) as caught:
        read()
    said = str(caught.value)
    assert said == shown(said, 2000)
    assert said.isprintable()
    return said


@pytest.mark.parametrize("odd", _ODD, ids=range(7))
@pytest.mark.parametrize("change", _CHANGES.values(), ids=_CHANGES)
@pytest.mark.parametrize("name", KINDS)
def test_what_a_model_file_says_is_quoted_short_and_harmless(
    name: str, change: Callable[[dict[str, Any], str], None], odd: str, tmp_path: Path
) -> None:
    path = tmp_path / "m.karussell"
    KINDS[name].save(path)
    header, body = take_apart(path.read_bytes())
    change(header, odd)
    path.write_bytes(put_together(header, body))
    said = _said(lambda: KINDS[name].use(path))
    assert said.startswith(f"{path}: ")
    assert len(said) < len(str(path)) + 400


@pytest.mark.parametrize("odd", _ODD, ids=range(7))
def test_a_key_that_stands_twice_is_quoted_short_and_harmless(odd: str, tmp_path: Path) -> None:
    path = tmp_path / "m.karussell"
    key = json.dumps(odd)
    header = f"{{{key}: 1, {key}: 2}}".encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    said = _said(lambda: kind_of(path))
    assert "stands twice" in said
    assert len(said) < len(str(path)) + 400


@pytest.mark.parametrize("odd", _ODD, ids=range(7))
def test_what_an_export_says_is_quoted_short_and_harmless(odd: str, tmp_path: Path) -> None:
    texts = {
        "result.json": json.dumps({"messages": [{"text": {odd: odd}}]}),
        "main.jsonl": f'{{"envelope": {json.dumps(odd)}',
        "sms.xml": f"<smses><{odd}/></smses>",
    }
    formats = {"result.json": "telegram", "main.jsonl": "signal", "sms.xml": "sms"}
    for name, text in texts.items():
        path = tmp_path / name
        path.write_text(text, errors="replace")
        try:
            list(Export(path, format=formats[name]).messages())
        except KarussellError as error:
            found = str(error)
        assert found == shown(found, 2000)
        assert len(found) < len(str(path)) + 400


@pytest.mark.parametrize("odd", _ODD, ids=range(7))
def test_what_a_history_says_is_quoted_short_and_harmless(odd: str) -> None:
    sentence = {"kind": "sentence", "words": ["see"], "language": "en", "time": 1}
    whole = {"format": "karussell history", "version": 1, "entries": [sentence]}
    wrong = ({"kind": odd}, {odd: 1}, {"language": odd * 9}, {"words": [f"{odd} {odd}"]})
    exports = [whole | {"entries": [sentence | each]} for each in wrong]
    exports += [whole | {"format": odd}, whole | {odd: 1}]
    with History.in_memory() as history:
        for export in exports:
            assert len(_said(partial(history.restore, json.dumps(export).encode()))) < 2001
