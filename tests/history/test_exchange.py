import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.errors import HistoryError
from karussell.history import Entry, History, Rejection, Repair, Saving, Sentence
from karussell.history.exchange import exported, parsed

_TIMES = st.integers(0, 1 << 36)
_WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(
    lambda word: " " not in word
)
_APPS = st.none() | st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=9)
_LANGUAGES = st.sampled_from(["", "en", "pt-BR", "zh-Hant-TW"])
_COUNTS = st.integers(0, 1 << 40)


@st.composite
def _sentences(draw: st.DrawFn) -> Sentence:
    words = tuple(draw(st.lists(_WORDS, min_size=1, max_size=6)))
    meant = tuple(sorted(draw(st.sets(st.integers(0, len(words) - 1)))))
    return Sentence(
        words=words, language=draw(_LANGUAGES), time=draw(_TIMES), app=draw(_APPS), meant=meant
    )


_ENTRIES = st.lists(
    _sentences()
    | st.builds(Rejection, typed=_WORDS, word=_WORDS, language=_LANGUAGES, time=_TIMES, app=_APPS)
    | st.builds(Repair, typed=_WORDS, word=_WORDS, language=_LANGUAGES, time=_TIMES, app=_APPS)
    | st.builds(
        Saving,
        day=st.dates().map(str),
        keys=_COUNTS,
        letters=_COUNTS,
        picks=_COUNTS,
        corrected=_COUNTS,
        undone=_COUNTS,
        app=_APPS,
    ),
    max_size=8,
)


@given(_ENTRIES)
def test_what_is_exported_is_read_back(entries: list[Entry]) -> None:
    data = exported(entries)
    assert parsed(data) == entries
    assert exported(parsed(data)) == data
    assert json.loads(data)["format"] == "karussell history"


@given(_ENTRIES)
def test_any_entries_are_kept_as_they_are(entries: list[Entry]) -> None:
    sums = {(entry.day, entry.app) for entry in entries if isinstance(entry, Saving)}
    saved = sum(isinstance(entry, Saving) for entry in entries)
    with History.in_memory() as history:
        for entry in entries:
            history.add(entry)
        history.flush()
        if len(sums) == saved:
            assert [entry for _, entry in history.entries()] == entries


def test_an_export_can_be_read(tmp_path: Path) -> None:
    with History.open(tmp_path / "history") as history:
        history.add(
            Sentence(words=("see", "Zoë"), language="en", time=7, app='a "name"', meant=(1,))
        )
        history.add(Rejection(typed="Lea", word="Lead", language="en", time=8))
        history.add(Repair(typed="teh", word="the", language="en", time=9))
        history.add(Saving(day="2026-11-27", keys=12, letters=30, picks=4, corrected=2, undone=1))
        data = history.export()
    assert data.decode() == (
        '{"format":"karussell history","version":1,"entries":[\n'
        '{"kind":"sentence","words":["see","Zoë"],"language":"en","time":7,"app":"a \\"name\\"",'
        '"meant":[1]},\n'
        '{"kind":"rejection","typed":"Lea","word":"Lead","language":"en","time":8,"app":null},\n'
        '{"kind":"repair","typed":"teh","word":"the","language":"en","time":9,"app":null},\n'
        '{"kind":"saving","day":"2026-11-27","keys":12,"letters":30,"picks":4,"corrected":2,'
        '"undone":1,"app":null}\n'
        "]}\n"
    )


def test_an_export_of_nothing_is_one_too(tmp_path: Path) -> None:
    with History.open(tmp_path / "history") as history:
        assert history.restore(history.export()) == 0


_SENTENCE: dict[str, Any] = {"kind": "sentence", "words": ["see"], "language": "en", "time": 7}
_PAIR: dict[str, Any] = {"kind": "repair", "typed": "a", "word": "b", "language": "en", "time": 7}
_SAVING: dict[str, Any] = {"kind": "saving", "day": "2026-11-27"}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({**_SENTENCE, "kind": "letter"}, "kind: 'letter' is none of sentence"),
        ({**_SENTENCE, "kind": 5}, "kind: 5 is none of"),
        ({"words": ["see"]}, "kind: None is none of"),
        ({**_SENTENCE, "mood": "good"}, "mood: is no field of a sentence"),
        ({**_SENTENCE, "typed": "x"}, "typed: is no field of a sentence"),
        ({key: _SENTENCE[key] for key in ("kind", "words", "language")}, "`time`"),
        ({**_SENTENCE, "words": []}, "words: () is not at least one word"),
        ({**_SENTENCE, "words": "see"}, "words"),
        ({**_SENTENCE, "words": [""]}, "words: '' is not words"),
        ({**_SENTENCE, "words": ["see you"]}, "words: 'see you' is not words"),
        ({**_SENTENCE, "words": ["a\nb"]}, "without spaces"),
        ({**_SENTENCE, "words": ["a\x00"]}, "without spaces"),
        ({**_SENTENCE, "words": ["x" * 1001]}, "1 to 1000 characters"),
        ({**_SENTENCE, "words": [5]}, "words"),
        ({**_SENTENCE, "language": "english, please"}, "language: 'english, please' is not a BCP"),
        ({**_SENTENCE, "language": None}, "language"),
        ({**_SENTENCE, "time": -1}, "time: -1 is not a whole number from 0"),
        ({**_SENTENCE, "time": 1 << 60}, "time: 1152921504606846976 is not"),
        ({**_SENTENCE, "time": 1.5}, "time"),
        ({**_SENTENCE, "time": True}, "time"),
        ({**_SENTENCE, "time": "7"}, "time"),
        ({**_SENTENCE, "app": ""}, "app: '' is not a name"),
        ({**_SENTENCE, "app": "a\nb"}, "app"),
        ({**_SENTENCE, "meant": [1]}, "meant: (1,) is not places below 1"),
        ({**_SENTENCE, "meant": [0, 0]}, "each once, in order"),
        ({**_SENTENCE, "meant": [-1]}, "meant"),
        ({**_PAIR, "typed": "a  b"}, "typed: 'a  b' is not"),
        ({**_PAIR, "word": ""}, "word: '' is not"),
        ({**_SAVING, "day": "today"}, "day: 'today' is not a day"),
        ({**_SAVING, "day": "2026-02-30"}, "day: '2026-02-30' is not a day"),
        ({**_SAVING, "day": "20261127"}, "day: '20261127' is not a day"),
        ({**_SAVING, "keys": -1}, "keys: -1 is not"),
        ({**_SAVING, "undone": 1 << 62}, "undone"),
        ({**_SENTENCE, "words": ["x" * 50_000]}, "1 to 1000 characters"),
        ({**_SENTENCE, "\u202e\x1b[2J" * 9000: 1}, r"\u202e\x1b[2J"),
        ({**_SENTENCE, "kind": "\x1b[2J" * 9000}, "kind: "),
        ({**_SENTENCE, "language": {"a": [None] * 9}}, "language"),
        ("see you", "entries[1]"),
        (None, "entries[1]"),
    ],
)
def test_an_entry_that_is_wrong_is_named_and_nothing_taken_in(
    entry: object, told: str, tmp_path: Path
) -> None:
    export = {"format": "karussell history", "version": 1, "entries": [_SENTENCE, entry]}
    with History.open(tmp_path / "history") as history:
        with pytest.raises(HistoryError) as caught:
            history.restore(json.dumps(export).encode())
        assert told in str(caught.value)
        assert "entries[1]" in str(caught.value)
        assert history.entries() == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"format":"karussell history","version":1}',
        b'{"format":"karussell history","version":1,"entries":[]',
        b'{"format":"karussell history","version":1,"entries":{}}',
        b'{"format":"karussell history","version":1,"entries":[],"more":1}',
        b'{"format":"karussell history","version":2,"entries":[]}',
        b'{"format":"karussell history","version":"1","entries":[]}',
        b'{"format":"signal backup","version":1,"entries":[]}',
        b'{"format":"karussell history","version":true,"entries":[]}',
        b'{"format":"karussell history","version":-5,"entries":[]}',
        b'{"format":"karussell history","version":1,"entries":[{"kind":"\\ud800"}]}',
        b'{"format":"karussell history","version":1,"entries":' + b"[" * 100_000,
        b'{"format":"karussell history","version":1,"entries":' + b'[{"a":' * 100_000,
        b"[" * 100_000,
    ],
)
def test_what_is_no_export_is_refused(data: bytes, tmp_path: Path) -> None:
    with History.open(tmp_path / "history") as history, pytest.raises(HistoryError):
        history.restore(data)


@pytest.mark.parametrize(
    "entry",
    [
        Sentence(words=("a b",), language="en", time=0),
        Sentence(words=("a\ud800",), language="en", time=0),
        Sentence(words=["a"], language="en", time=0),  # type: ignore[arg-type]
        Sentence(words=("a",), language="en", time=0.5),  # type: ignore[arg-type]
        Repair(typed="", word="b", language="en", time=0),
        Saving(day="2026-11-27", keys=True),
    ],
)
def test_what_could_not_be_read_back_is_not_added(entry: Entry, tmp_path: Path) -> None:
    with History.open(tmp_path / "history") as history:
        with pytest.raises(HistoryError):
            history.add(entry)
        assert history.entries() == []
