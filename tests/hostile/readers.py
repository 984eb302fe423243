"""Every reader of files, with small valid ones of its own."""

import gzip
import io
import json
import lzma
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from karussell.history import History, Repair, Saving, Sentence, key_file, parsed
from karussell.imports import Export, gathered
from karussell.keyboard import Languages
from karussell.measure.own.writers import read_writers
from karussell.measure.typing.mistakes import read_misspellings, read_mistakes
from karussell.model import open_model, read_model_file
from karussell.sequences import SequenceModel, SeriesModel
from karussell.store import kind_of
from karussell.text import read_lines
from tests.hostile import training_files
from tests.hostile.changes import changed
from tests.hostile.exports import EXPORTS, HISTORY, TEXT
from tests.hostile.mutations import KINDS, damaged, lying


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Something that reads files.

    Attributes:
        file: What the file is called.
        read: Reads one and uses all that it holds.
        change: Another file, from what decides.
        share: How much of all trials it gets.
    """

    file: str
    read: Callable[[Path], object]
    change: Callable[[Random], bytes]
    share: float = 1.0


def _of_texts(samples: tuple[bytes, ...], random: Random) -> bytes:
    return changed(random.choice(samples), samples, random)


def _packed(samples: tuple[bytes, ...], pack: Callable[[bytes], bytes], random: Random) -> bytes:
    """A file that is changed before it is packed, or after it."""
    if random.random() < 0.5:
        return pack(_of_texts(samples, random))
    packed = tuple(map(pack, samples))
    return _of_texts(packed, random)


def _zipped(name: str, data: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return whole.getvalue()


def _read_words(path: Path) -> None:
    kind_of(path)
    model = open_model(path)
    with np.errstate(all="ignore"):
        model.log_probs(model.read([0, model.vocabulary.unknown]))
    # All that a file read whole holds has been looked at.
    stored = read_model_file(path)
    assert all(np.isfinite(each).all() for each in stored.weights().values())
    assert np.isfinite(model.log_probs(model.read([0, model.vocabulary.unknown]))).all()


def _read_tokens(path: Path) -> None:
    kind_of(path)
    model = SequenceModel.open(path)
    assert np.isfinite(model.log_probs(["go", ("turn", 90), "never seen", 7])).all()
    assert all(0 <= each.probability <= 1 for each in model.predict(["go"]))


def _read_series(path: Path) -> None:
    kind_of(path)
    model = SeriesModel.open(path)
    series = np.random.default_rng(3).normal(size=(20, model.configuration.variables)).cumsum(0)
    if len(series) > model.configuration.season:
        assert np.isfinite(model.forecast(series).values).all()


@cache
def _model(kind: str) -> bytes:
    """A small model file."""
    with tempfile.TemporaryDirectory() as folder:
        KINDS[kind].save(Path(folder) / "m.karussell")
        return (Path(folder) / "m.karussell").read_bytes()


def _model_file(kind: str, random: Random) -> bytes:
    data = _model(kind)
    match random.randrange(4):
        case 0:
            return damaged(data, random)
        case 1:
            return changed(data, [_model(other) for other in KINDS], random)
    try:
        return lying(data, random)
    except (TypeError, KeyError, IndexError, AttributeError):
        return damaged(data, random)  # a header that cannot be sealed


@cache
def _languages() -> Languages:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.karussell"
        path.write_bytes(_model("words"))
        return Languages([open_model(path)])


def _read_export(path: Path, format: str | None = None) -> None:
    """All messages of an export, and what would be learned of them."""
    export = Export(path, format=format)
    names = {message.author for message in export.messages()}
    found = gathered(export, _languages(), names=names)
    for sentence in found.sentences:
        assert sentence.words


def _read_history(path: Path) -> None:
    parsed(path.read_bytes())


def _read_store(path: Path) -> None:
    """A store in a folder of its own, opened, used, closed and opened again."""
    for _ in range(2):
        with History.open(path.parent) as history:
            history.entries()
            number = history.add(Sentence(words=("new",), language="en", time=5))
            history.flush()
            history.forget([number])
            history.export()


@cache
def _store() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        with History.open(Path(folder)) as history:
            for number in range(30):
                history.add(Sentence(words=("see", f"w{number}"), language="en", time=number))
            history.add(Repair(typed="teh", word="the", language="en", time=6, app="mail"))
            history.add(Saving(day="2026-11-27", keys=5))
        return (Path(folder) / "history.sqlite3").read_bytes()


def _store_file(random: Random) -> bytes:
    return changed(_store(), [_store()], random)


@cache
def _log() -> tuple[bytes, bytes]:
    """A store whose log was not written back, and the log."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite3"
        with History.open(Path(folder)) as history:
            for number in range(9):
                history.add(Sentence(words=("see", f"w{number}"), language="en", time=number))
                history.flush()
            return path.read_bytes(), path.with_name(f"{path.name}-wal").read_bytes()


def _log_file(random: Random) -> bytes:
    return changed(_log()[1], _log(), random)


def _read_log(path: Path) -> None:
    _beside(path, "history.sqlite3", _log()[0])
    _read_store(path)


_KEY = b"k" * 32


@cache
def _encrypted() -> tuple[bytes, bytes]:
    """An encrypted store, and the fingerprint of its key."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite3"
        with History.open(Path(folder), key=_KEY) as history:
            history.add(Sentence(words=("see", "you"), language="en", time=1))
        return path.read_bytes(), path.with_name(f"{path.name}-key").read_bytes()


def _fingerprint_file(random: Random) -> bytes:
    return changed(_encrypted()[1], _encrypted(), random)


def _read_encrypted(path: Path) -> None:
    _beside(path, "history.sqlite3", _encrypted()[0])
    for key in (_KEY, None):
        with History.open(path.parent, key=key) as history:
            assert len(history.entries()) == 1


def _beside(path: Path, name: str, data: bytes) -> None:
    (path.parent / name).write_bytes(data)
    (path.parent / name).chmod(0o600)


@cache
def _opened(kind: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.karussell"
        path.write_bytes(_model(kind))
        return (SequenceModel if kind == "tokens" else SeriesModel).open(path)


def forget_models() -> None:
    """Let go of the models that are kept from one file to the next."""
    _languages.cache_clear()
    _opened.cache_clear()


@cache
def _saved(kind: str) -> bytes:
    read = ["go", 7] if kind == "tokens" else np.ones((5, 2)).cumsum(0)
    found: bytes = _opened(kind).stream().read(read).saved()
    return found


def _saved_state(kind: str, random: Random) -> bytes:
    """A state of a stream, changed; mostly behind the fingerprint of its model."""
    saved = _saved(kind)
    begin = 0 if random.random() < 0.2 else 16
    return saved[:begin] + changed(saved[begin:], [saved], random)


def _read_saved(kind: str, path: Path) -> None:
    stream = _opened(kind).stream(path.read_bytes())
    if kind == "tokens":
        assert np.isfinite([stream.push("go"), stream.push(7)]).all()
    else:
        assert np.isfinite(stream.read(np.ones((9, 2))).forecast().values).all()


def _text_reader(name: str, pack: Callable[[bytes], bytes] = bytes) -> Reader:
    samples = (TEXT.encode(), "Grüße\r\n漢字\n".encode(), b"\xef\xbb\xbfone\n\ntwo")
    return Reader(
        file=name,
        read=lambda path: sum(map(len, read_lines(path))),
        change=partial(_packed, samples, pack),
    )


_LISTS: dict[str, tuple[Callable[[Path], object], bytes]] = {
    "writers": (read_writers, b"Anna\tSee you at the market\nBen\tTea?\nAnna\tYes!\n"),
    "mistakes": (read_mistakes, b"teh\tthe\nrecieve\treceive|relieve\nalot\ta lot\n"),
    "misspellings": (read_misspellings, b"teh\tthe\nrecieve\treceive\n"),
}


def _lines_reader(name: str) -> Reader:
    read, sample = _LISTS[name]
    return Reader(
        file="list.tsv", read=read, change=partial(_of_texts, (sample, TEXT.encode())), share=0.3
    )


def _export_reader(name: str, format: str | None, *, share: float = 1.0) -> Reader:
    file, samples = EXPORTS[name]
    return Reader(
        file=file,
        read=partial(_read_export, format=format),
        change=partial(_of_texts, tuple(each.encode() for each in samples)),
        share=share,
    )


_ANY = tuple(each.encode() for _, samples in EXPORTS.values() for each in samples)
_HISTORIES = (json.dumps(HISTORY).encode(),)
READERS: dict[str, Reader] = {
    "words": Reader(file="m.karussell", read=_read_words, change=partial(_model_file, "words")),
    "tokens": Reader(file="m.karussell", read=_read_tokens, change=partial(_model_file, "tokens")),
    "series": Reader(file="m.karussell", read=_read_series, change=partial(_model_file, "series")),
    "text": _text_reader("text.txt"),
    "text.gz": _text_reader("text.txt.gz", gzip.compress),
    "text.xz": _text_reader("text.txt.xz", lzma.compress),
    **{name: _lines_reader(name) for name in _LISTS},
    **{name: _export_reader(name, name) for name in EXPORTS},
    "export": Reader(
        file="unknown.txt", read=_read_export, change=partial(_of_texts, _ANY), share=2
    ),
    "export.gz": Reader(
        file="unknown.gz", read=_read_export, change=partial(_packed, _ANY, gzip.compress)
    ),
    "export.xz": Reader(
        file="unknown.xz", read=_read_export, change=partial(_packed, _ANY, lzma.compress)
    ),
    "export.zip": Reader(
        file="unknown.zip",
        read=_read_export,
        change=partial(_packed, _ANY, partial(_zipped, "_chat.txt")),
    ),
    "history": Reader(
        file="history.json", read=_read_history, change=partial(_of_texts, _HISTORIES)
    ),
    "store": Reader(file="history.sqlite3", read=_read_store, change=_store_file, share=0.05),
    "store.log": Reader(file="history.sqlite3-wal", read=_read_log, change=_log_file, share=0.05),
    "store.key": Reader(
        file="history.sqlite3-key", read=_read_encrypted, change=_fingerprint_file, share=0.05
    ),
    "saved.tokens": Reader(
        file="state", read=partial(_read_saved, "tokens"), change=partial(_saved_state, "tokens")
    ),
    "saved.series": Reader(
        file="state", read=partial(_read_saved, "series"), change=partial(_saved_state, "series")
    ),
    "checkpoint": Reader(
        file=training_files.CHECKPOINT,
        read=training_files.read_checkpoint,
        change=training_files.changed_checkpoint,
        share=0.5,
    ),
    **{
        f"training.{name}": Reader(
            file=name,
            read=training_files.read_text,
            change=partial(training_files.changed_text_file, name),
            share=0.3,
        )
        for name in training_files.TEXT_FILES
    },
    "key": Reader(
        file="history.key", read=key_file, change=partial(_of_texts, (b"ab" * 32 + b"\n",))
    ),
}
"""Every reader by its name."""
