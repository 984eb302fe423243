"""Files that the package carries, damaged: told by name, or used."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from karussell.correction import known_words, learned, spelling
from karussell.errors import ModelFileError
from tests.hostile.changes import changed

_SPELLING = Path(spelling.__file__).parent / "packaged" / "en.tsv"


def _read_spelling() -> None:
    spelling.spelling_of.cache_clear()
    spelling.spelling_of("en").meant("e")


def _read_verdict() -> None:
    learned.packaged_parameters.cache_clear()
    parameters = learned.packaged_parameters()
    for side in (parameters.letters, parameters.taps):
        assert 0 <= side.network.probability([1.0] * len(learned.FEATURES)) <= 1
        assert len(side.of("klingon")) == len(parameters.damage)


def _read_known_words() -> None:
    known_words.packaged_words.cache_clear()
    known_words.packaged_words().knows("en", "house")


@pytest.fixture
def carried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder whose files take the place of those that are carried."""
    monkeypatch.setattr(spelling, "_PACKAGED", tmp_path)
    monkeypatch.setattr(learned, "VERDICTS", tmp_path / learned.VERDICTS.name)
    monkeypatch.setattr(known_words, "KNOWN_WORDS", tmp_path / known_words.KNOWN_WORDS.name)
    return tmp_path


@pytest.fixture(autouse=True, scope="module")
def forgetting():  # type: ignore[no-untyped-def]
    yield
    for read in (spelling.spelling_of, learned.packaged_parameters, known_words.packaged_words):
        read.cache_clear()


_FILES = {
    "en.tsv": (_SPELLING, _read_spelling),
    "verdict.json": (learned.VERDICTS, _read_verdict),
    "known-words.bin": (known_words.KNOWN_WORDS, _read_known_words),
}


@pytest.mark.parametrize("name", _FILES)
def test_changed_files_are_told_or_used(name: str, carried: Path) -> None:
    whole, read = _FILES[name]
    data = whole.read_bytes()[:20_000] if name != "verdict.json" else whole.read_bytes()
    if name == "en.tsv":
        data = data[: data.rindex(b"\n")]
    if name == "known-words.bin":
        data = data[: 8 + 3 * 1000]
    told, used = [], 0
    for number in range(200):
        (carried / name).write_bytes(changed(data, [data], Random(number)))
        try:
            read()
        except ModelFileError as error:
            told.append(str(error))
        else:
            used += 1
    assert min(len(told), used) > 5
    assert all(each.startswith(f"{carried / name}: is missing or damaged (") for each in told)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("en.tsv", b"a\tb\n"),
        ("en.tsv", b"a\tb\tc\n"),
        ("en.tsv", b"a\tb\t-5\n"),
        ("en.tsv", b"abcd\tb\t5\n"),
        ("en.tsv", b"a\tb\t" + b"9" * 5000),
        ("en.tsv", b"\xff\tb\t5\n"),
        ("verdict.json", b""),
        ("verdict.json", b"[" * 100_000),
        ("verdict.json", b"\x1b[2J"),
        ("known-words.bin", b""),
        ("known-words.bin", bytes(8)),
        ("known-words.bin", bytes(9)),
    ],
)
def test_a_file_that_is_none_is_told(name: str, data: bytes, carried: Path) -> None:
    (carried / name).write_bytes(data)
    with pytest.raises(ModelFileError, match=f"{name}: is missing or damaged") as caught:
        _FILES[name][1]()
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["verdict.json", "known-words.bin"])
def test_a_file_that_is_not_there_is_told(name: str, carried: Path) -> None:
    read: Callable[[], None] = _FILES[name][1]
    with pytest.raises(ModelFileError, match="install Karussell again"):
        read()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"deviations": [', b'"deviations": [0,'),
        (b'"out_bias":', b'"out_bias":1e300,"x":'),
        (b'"und":', b'"nd":'),
        (b'"damage": [', b'"damage": [0.5,'),
        (b'"hidden_bias": [', b'"hidden_bias": [1,'),
        (b'"means": [', b'"means": [1,'),
    ],
)
def test_parameters_that_do_not_go_together_are_told(old: bytes, new: bytes, carried: Path) -> None:
    data = learned.VERDICTS.parent / "verdict.json"
    whole = _FILES["verdict.json"][0].read_bytes()
    assert old in whole
    data.write_bytes(whole.replace(old, new, 1))
    with pytest.raises(ModelFileError, match=r"verdict\.json: is missing or damaged"):
        _read_verdict()
