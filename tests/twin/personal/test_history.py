"""Entries and their exchange: one format of two programs, and what one refuses the other does."""

import json
import random
from typing import Any

import pytest

from karussell.errors import HistoryError
from karussell.history import (
    COUNTS,
    Entry,
    Rejection,
    Repair,
    Saving,
    Sentence,
    exported,
    parsed,
    selected,
)
from tests.twin.node import Twin
from tests.twin.personal.test_memory import said

_MODULE = "./personal/memory.mjs"
_START = 1_790_000_000
_WORDS = ("tea", "Anna's", "l'\u00e9t\u00e9", "\U0001f44d", 'qu"ote', "back\\slash", "\u2028x")


def _entries(count: int) -> list[Entry]:
    chance, found = random.Random(count), list[Entry]()
    for number in range(count):
        told: dict[str, Any] = {
            "language": chance.choice(("en", "de-CH", "")),
            "time": _START + number * 7000,
            "app": chance.choice((None, "mail", "\u00fcber chat")),
        }
        typed, word = chance.choice(_WORDS), f"{chance.choice(_WORDS)} two"
        kind = chance.randrange(4)
        if kind == 0:
            words = tuple(chance.choices(_WORDS, k=chance.randint(1, 9)))
            meant = tuple(sorted(chance.sample(range(len(words)), chance.randint(0, len(words)))))
            found.append(Sentence(words=words, meant=meant, **told))
        elif kind == 3:
            sums = {name: chance.randrange(2**40) for name in COUNTS}
            found.append(Saving(day=f"2026-09-{1 + number % 28:02}", app=told["app"], **sums))
        else:
            found.append((Rejection, Repair)[kind - 1](typed=typed, word=word, **told))
    return found


@pytest.mark.parametrize("count", [0, 1, 400])
def test_exports_are_the_same_bytes(twin: Twin, count: int) -> None:
    text = exported(_entries(count)).decode()
    assert twin(_MODULE, "exchanged", [[text]]) == [text]


def test_entries_are_chosen_alike(twin: Twin) -> None:
    entries, chance = list(enumerate(_entries(300))), random.Random(2)
    last = _START + 300 * 7000
    asked: list[dict[str, Any]] = [{}, {"since": 0}, {"until": 0}, {"since": 2**36}]
    for _ in range(80):
        each: dict[str, Any] = {
            "word": chance.choice((None, None, "anna", "TEA", "\u00e9t\u00e9", "two", "none")),
            "since": chance.choice((None, chance.randint(_START, last))),
            "until": chance.choice((None, chance.randint(_START, last))),
            "app": chance.choice((None, None, "mail")),
        }
        asked.append(each)
    told = twin(
        _MODULE, "chosen", [[[[n, said(entry)] for n, entry in entries], each] for each in asked]
    )
    assert told == [selected(entries, **each) for each in asked]


_SENTENCE = {"kind": "sentence", "words": ["tea"], "language": "en", "time": 1}
_REPAIR = {"kind": "repair", "typed": "te", "word": "the", "language": "en", "time": 1}
_SAVING = {"kind": "saving", "day": "2026-02-28"}
_ODD: list[tuple[dict[str, Any], dict[str, Any]]] = [
    *((_SENTENCE, {"words": words}) for words in ([], ["a b"], [""], ["a", "\n"], "tea", [1])),
    *((_SENTENCE, {"words": words}) for words in ([["a"]], None, ["x" * 1000], ["x" * 1001])),
    (_SENTENCE, {"words": ["\U0001f44d" * 1000]}),
    *((_SENTENCE, {"meant": meant}) for meant in ([0], [1], [-1], [0, 0], None, ["0"], [0.5])),
    *((_SENTENCE, {"language": tag}) for tag in ("en", "e", "en_US", "zh-Hant-TW", "", None, 3)),
    *((_SENTENCE, {"time": time}) for time in (0, -1, 2**37 - 1, 2**37, 1.5, "1", None, True)),
    *((_SENTENCE, {"app": app}) for app in ("", "mail", "a\nb", "a b", "a" * 1001, 3, None)),
    *((_SENTENCE, {name: 1}) for name in ("when", "typed", "keys")),
    *((_SENTENCE, {"kind": kind}) for kind in ("repair", "none", "constructor", 1, None)),
    *((_REPAIR, {"word": word}) for word in ("the two", "the  two", " the", "", "\t", None)),
    *((_REPAIR, {"typed": typed}) for typed in ("te", "t e", "te ", "x" * 1001)),
    *((_SAVING, {"day": day}) for day in ("2026-02-29", "2024-02-29", "2026-2-1", "20260228", "")),
    *((_SAVING, {"day": day}) for day in ("0000-01-01", "0001-01-01", "2026-13-01", None, 7)),
    *((_SAVING, {"keys": keys}) for keys in (0, -1, 2**50 - 1, 2**50, 1.5, "1", None)),
]


def _takes(values: Any) -> bool:
    text = {"format": "karussell history", "version": 1, "entries": [values]}
    try:
        parsed(json.dumps(text).encode())
    except HistoryError:
        return False
    return True


def test_what_cannot_be_kept_is_refused_alike(twin: Twin) -> None:
    cases: list[Any] = [kind | odd for kind, odd in _ODD]
    for kind in _SENTENCE, _REPAIR, _SAVING:
        cases += [{name: kind[name] for name in kind if name != gone} for gone in kind]
    cases += [[], "tea", None, {}]
    told = twin.refusals(_MODULE, "checked", [[each] for each in cases])
    assert [not each for each in told] == [_takes(each) for each in cases]
    assert all(": " in each or "expected" in each for each in told if each)


@pytest.mark.parametrize(
    ("text", "said_of_it"),
    [
        ("", "no export"),
        ("[]", "no export"),
        ('{"format":"karussell history","version":1}', "no entries"),
        ('{"format":"karussell history","version":1,"entries":[],"more":1}', "more"),
        ('{"format":"other","version":1,"entries":[]}', 'format: "other"'),
        ('{"format":"karussell history","version":2,"entries":[]}', "version: 2"),
        ('{"format":"karussell history","version":1,"entries":{}}', "a list"),
        ('{"format":"karussell history","version":1,"entries":[{"kind":"no"}]}', "entries[0]"),
    ],
    ids=["empty", "list", "short", "long", "other", "later", "no list", "no entry"],
)
def test_what_is_no_export_is_told(twin: Twin, text: str, said_of_it: str) -> None:
    with pytest.raises(HistoryError):
        parsed(text.encode())
    (told,) = twin.refusals(_MODULE, "exchanged", [[text]])
    assert said_of_it in told


def test_more_is_taken_in_than_a_call_has_room_for(twin: Twin) -> None:
    assert twin(_MODULE, "many", [[200_000]]) == [[200_000, 200_000]]
