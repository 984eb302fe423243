import sys
from pathlib import Path

import numpy as np
import pytest

from karussell.errors import ModelFileError, TextError, UsageError
from karussell.measure import evaluate
from karussell.measure.baselines.kenlm_model import KenlmModel, open_kenlm
from karussell.measure.baselines.kneser_ney import KneserNeyModel, estimate
from karussell.measure.baselines.ngram_counts import count_ngrams
from karussell.text import Vocabulary
from tests.measure.baselines.arpa import write_arpa

_LINES = ["see you", "see the tea", "i see you", "the tea", "you see banana"] * 3


@pytest.fixture(scope="module")
def ours(ten_words: Vocabulary) -> KneserNeyModel:
    text = [ten_words.ids(line.split()) for line in _LINES]
    return estimate(count_ngrams(text, ten_words, 3), (0, 0, 0))


@pytest.fixture
def word_list(tmp_path: Path, ten_words: Vocabulary) -> Path:
    path = tmp_path / "words.txt"
    # Not sorted, as lists by frequency are not; and one in capitals.
    path.write_text("\n".join([*reversed(ten_words.words), "TEA", ""]))
    return path


@pytest.fixture
def model(tmp_path: Path, word_list: Path, ours: KneserNeyModel) -> KenlmModel:
    pytest.importorskip("kenlm")
    return open_kenlm(write_arpa(ours, tmp_path / "ten.arpa"), word_list)


def test_a_model_is_measured_as_if_it_were_ours(model: KenlmModel, ours: KneserNeyModel) -> None:
    assert model.vocabulary.words == ours.vocabulary.words
    theirs, expected = evaluate(model, _LINES), evaluate(ours, _LINES)
    assert theirs.keystroke_savings == expected.keystroke_savings
    assert theirs.recall_at_3 == expected.recall_at_3
    # ARPA has seven decimals.
    assert theirs.perplexity == pytest.approx(expected.perplexity, rel=1e-5)


def test_counts_are_what_a_million_words_would_have(
    model: KenlmModel, ours: KneserNeyModel
) -> None:
    expected = np.exp(ours.log_probs(())) * 1e6
    assert model.counts.dtype == np.uint32
    # Cut to whole words, from numbers of seven decimals.
    assert np.allclose(model.counts, expected, rtol=1e-5, atol=1)


def test_a_step_leaves_the_state_before_it_as_it_was(model: KenlmModel) -> None:
    start = model.start()
    before = model.log_probs(start)
    model.log_probs(model.step(start, 3))
    assert np.array_equal(model.log_probs(start), before)


def test_a_damaged_model_is_named(tmp_path: Path, word_list: Path) -> None:
    pytest.importorskip("kenlm")
    path = tmp_path / "damaged.bin"
    path.write_bytes(b"mmap lm http://kheafield.com/code format version 5\n\0" + bytes(80))
    with pytest.raises(ModelFileError, match=r"damaged\.bin: KenLM cannot read it"):
        open_kenlm(path, word_list)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"\tsee", b"\t\xff\xfe", r"ten\.arpa: KenLM cannot read it"),
        (b"\tsee", b"\t\xed\xa0\x80", r"ten\.arpa: KenLM cannot read it"),
        (b"\\data\\", b"\\\x1b[2J\\", r"ten\.arpa: KenLM cannot read it"),
        (b"ngram 1=", b"ngram 1=-", r"ten\.arpa: KenLM (cannot read it|ends over it)"),
    ],
)
def test_what_kenlm_stumbles_over_is_told(
    tmp_path: Path, word_list: Path, ours: KneserNeyModel, old: bytes, new: bytes, message: str
) -> None:
    pytest.importorskip("kenlm")
    path = write_arpa(ours, tmp_path / "ten.arpa")
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    with pytest.raises(ModelFileError, match=message) as caught:
        open_kenlm(path, word_list)
    assert str(caught.value).isprintable()


def test_missing_files_are_named(tmp_path: Path, word_list: Path) -> None:
    pytest.importorskip("kenlm")
    with pytest.raises(ModelFileError, match=r"no\.arpa: no such file"):
        open_kenlm(tmp_path / "no.arpa", word_list)
    with pytest.raises(TextError, match=r"no\.txt: no such file"):
        open_kenlm(tmp_path / "no.arpa", tmp_path / "no.txt")


def test_without_kenlm_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "kenlm", None)
    with pytest.raises(UsageError, match=r"pip install 'karussell\[scoreboard\]'"):
        open_kenlm(tmp_path / "ten.arpa", tmp_path / "words.txt")
