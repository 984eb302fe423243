"""Training as a whole: it learns, repeats itself, survives every stop, refuses nonsense."""

import errno
import gzip
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from karussell.errors import TextError, TrainingError, UsageError
from karussell.layers import Precision, kernel_precision
from karussell.model import read_model_file
from karussell.training import Report, Settings, train
from tests.processes import started

TINY = Settings(
    embedding_size=8,
    hidden_size=12,
    vocabulary_size=50,
    least_count=1,
    epochs=3,
    batch_words=64,
    negatives=8,
    threads=1,
)
SENTENCES = ["see you tomorrow", "see you soon", "good morning to you", "the cat sat on the mat"]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """A text of four sentences, over and over."""
    path = tmp_path / "text.txt"
    path.write_text("\n".join(SENTENCES * 200))
    return path


def weights(path: Path) -> dict[str, Any]:
    return dict(read_model_file(path).weights())


def assert_same_model(first: Path, second: Path) -> None:
    expected = weights(second)
    for name, value in weights(first).items():
        np.testing.assert_array_equal(value, expected[name], err_msg=name)


@pytest.mark.parametrize("kind", [{}, {"cell": "rnn"}, {"coupled_gates": True}])
@pytest.mark.parametrize("negatives", [0, 8])
def test_a_model_learns_the_sentences_it_is_trained_on(
    text: Path, tmp_path: Path, kind: dict[str, Any], negatives: int
) -> None:
    settings = msgspec.structs.replace(
        TINY, **kind, negatives=negatives, hidden_size=32, epochs=15, learning_rate=1e-2
    )

    model = train([text], out=tmp_path / "out.karussell", settings=settings)

    probable = model.log_probs(model.read(model.vocabulary.ids(["good", "morning", "to"])))
    assert model.vocabulary.word(int(probable.argmax())) == "you"
    # Of the words only the first of each sentence and "tomorrow" or "soon" are open.
    assert model.card.scores["held_out_perplexity"] < 2


def made_up_sentences(count: int) -> str:
    """Sentences in which each of 60 words is followed by one of three, the first most often."""
    random = np.random.default_rng(0)
    followers = random.integers(0, 60, (60, 3))
    lines = []
    for _ in range(count):
        word, line = int(random.integers(0, 60)), []
        for _ in range(8):
            line.append(f"w{chr(97 + word // 8)}{chr(97 + word % 8)}")
            word = int(followers[word, random.choice(3, p=[0.6, 0.3, 0.1])])
        lines.append(" ".join(line))
    return "\n".join(lines)


@pytest.mark.parametrize("negatives", [0, 30])
def test_bfloat16_learns_as_well_as_float32(tmp_path: Path, negatives: int) -> None:
    text = tmp_path / "text.txt"
    text.write_text(made_up_sentences(1500))
    perplexity = {}
    for precision in ("float32", "bfloat16"):
        settings = msgspec.structs.replace(
            TINY, negatives=negatives, precision=precision, embedding_size=16, hidden_size=24,
            vocabulary_size=100, epochs=6, learning_rate=1e-2, batch_words=128,
        )  # fmt: skip
        model = train([text], out=tmp_path / precision, settings=settings)
        perplexity[precision] = model.card.scores["held_out_perplexity"]
    assert perplexity["float32"] < 6  # it has learnt: 60 words, of which three are likely
    assert perplexity["bfloat16"] < 1.005 * perplexity["float32"]
    first, second = weights(tmp_path / "float32"), weights(tmp_path / "bfloat16")
    assert (first["projection.weight"] != second["projection.weight"]).any()


def test_one_seed_gives_one_result_and_another_seed_another(text: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        settings = msgspec.structs.replace(TINY, seed=seed)
        train([text], out=tmp_path / name, settings=settings)

    assert_same_model(tmp_path / "a", tmp_path / "b")
    first, third = weights(tmp_path / "a"), weights(tmp_path / "c")
    assert (first["projection.weight"] != third["projection.weight"]).any()


def test_nothing_of_the_text_is_left_beside_the_finished_model(text: Path, tmp_path: Path) -> None:
    train([text], out=tmp_path / "out.karussell", settings=TINY)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.karussell", "text.txt"]


SCRIPT = """
import sys
from pathlib import Path
from karussell.training import Settings, loop, train
loop._CHECKPOINT_SECONDS = 0.0  # after every update
text, out, negatives, precision, *resume = sys.argv[1:]
settings = Settings(embedding_size=8, hidden_size=12, vocabulary_size=50, least_count=1, epochs=12,
                    batch_words=64, negatives=int(negatives), threads=1, precision=precision)
train([] if resume else [text], out=Path(out), resume=bool(resume),
      settings=None if resume else settings)
"""


@pytest.mark.parametrize(
    ("kind", "negatives", "precision"),
    [(signal.SIGKILL, 8, "auto"), (signal.SIGINT, 0, "bfloat16")],
)
def test_a_stopped_run_goes_on_to_the_same_weights(
    text: Path, tmp_path: Path, kind: signal.Signals, negatives: int, precision: Precision
) -> None:
    out = tmp_path / "stopped.karussell"
    command = [sys.executable, "-c", SCRIPT, str(text), str(out), str(negatives), precision]
    checkpoint = tmp_path / "stopped.karussell.training" / "checkpoint.pt"
    with started(command, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 60
        while not checkpoint.exists() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.2)
        process.send_signal(kind)
        assert process.wait(60) != 0
    assert not out.exists()
    plan = msgspec.json.decode((checkpoint.parent / "plan.json").read_bytes())
    assert plan["settings"]["precision"] == kernel_precision(precision)

    subprocess.run([*command, "resume"], check=True, timeout=120)
    settings = msgspec.structs.replace(TINY, epochs=12, negatives=negatives, precision=precision)
    train([text], out=tmp_path / "whole.karussell", settings=settings)

    assert_same_model(out, tmp_path / "whole.karussell")


def test_an_empty_file_is_one_clear_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()

    with pytest.raises(TextError, match=r"empty\.txt: holds no words"):
        train([tmp_path / "empty.txt"], out=tmp_path / "out.karussell", settings=TINY)

    assert [path.name for path in tmp_path.iterdir()] == ["empty.txt"]


def test_a_text_that_is_all_held_out_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("good morning")

    with pytest.raises(TextError, match="the text is too short"):
        train([tmp_path / "short.txt"], out=tmp_path / "out.karussell", settings=TINY)

    assert not (tmp_path / "out.karussell").exists()


def test_a_binary_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")

    with pytest.raises(TextError, match=r"picture\.png: line \d is (not UTF-8|binary)"):
        train([tmp_path / "picture.png"], out=tmp_path / "out.karussell", settings=TINY)


def test_a_file_that_vanishes_while_it_is_read_is_read_all_the_same(
    text: Path, tmp_path: Path
) -> None:
    def tell(stage: str, part: float) -> None:
        if part:
            text.unlink(missing_ok=True)

    model = train([text], out=tmp_path / "out.karussell", settings=TINY, tell_stage=tell)

    assert len(model.vocabulary) == len({word for each in SENTENCES for word in each.split()})
    with pytest.raises(TextError, match=r"text\.txt: no such file"):
        train([text], out=tmp_path / "other.karussell", settings=TINY)
    assert [path.name for path in tmp_path.iterdir()] == ["out.karussell"]


@pytest.mark.parametrize("left", [0, 0.5])
def test_a_text_that_is_cut_while_training_is_one_clear_error(
    text: Path, tmp_path: Path, left: float
) -> None:
    out = tmp_path / "model.karussell"
    ids = tmp_path / "model.karussell.training" / "ids.bin"

    def cut(report: Report) -> None:
        if report.part < 1:
            os.truncate(ids, int(ids.stat().st_size * left))

    with pytest.raises(TrainingError, match=r"ids\.bin: was cut or overwritten while training"):
        train([text], out=out, settings=TINY, tell=cut)
    assert not out.exists()


@pytest.mark.parametrize("way", ["pipe", "named pipe", "compressed pipe"])
def test_what_comes_through_a_pipe_trains_the_same_model(
    text: Path, tmp_path: Path, way: str
) -> None:
    data = text.read_bytes()
    given, reading = tmp_path / "pipe", -1
    writing: int | Path = given
    if way == "named pipe":
        os.mkfifo(given)
    else:
        reading, writing = os.pipe()
        given = Path(f"/dev/fd/{reading}")
    packed = gzip.compress(data) if way == "compressed pipe" else data

    def write() -> None:
        with open(writing, "wb") as file:
            file.write(packed)

    writer = threading.Thread(target=write)
    writer.start()
    model = train([given], out=tmp_path / "pipe.karussell", settings=TINY)
    writer.join()
    if reading >= 0:
        os.close(reading)
    train([text], out=tmp_path / "file.karussell", settings=TINY)
    assert_same_model(tmp_path / "pipe.karussell", tmp_path / "file.karussell")
    assert [source.name for source in model.card.sources] == ["a pipe"]


def test_a_book_in_one_line_is_text(tmp_path: Path) -> None:
    (tmp_path / "book.txt").write_text(". ".join(SENTENCES * 15_000))
    model = train([tmp_path / "book.txt"], settings=msgspec.structs.replace(TINY, epochs=0.01))
    assert len(model.vocabulary) == len({word for each in SENTENCES for word in each.split()})


def test_names_that_are_not_utf_8_train_and_are_told(tmp_path: Path) -> None:
    text, out = (Path(f"{tmp_path}/n\udcff.{ending}") for ending in ("txt", "karussell"))
    text.write_text("\n".join(SENTENCES * 20))
    model = train([text, f"{text}@0.5"], out=out, settings=TINY)
    assert out.exists()
    assert [source.name for source in model.card.sources] == ["n\\udcff.txt"] * 2
    assert model.card.name == "n\\udcff"


def test_of_a_text_so_little_may_be_asked_for_that_nothing_is_left(
    text: Path, tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(TINY, epochs=1e6)
    for passes in ("0.0001", "1e-300"):
        with pytest.raises(TextError, match="the text is too short to train on a part of it"):
            train([f"{text}@{passes}"], out=tmp_path / "out.karussell", settings=settings)
        # It does not block the next try.
        assert list(tmp_path.iterdir()) == [text]


def test_a_full_disk_is_one_clear_error_and_earlier_results_stay_whole(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.karussell"
    train([text], out=out, settings=TINY)
    earlier = out.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    # The disk reports that it is full at the latest when data is forced onto it.
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(TrainingError, match="No space left on device"):
        train([text], out=out, settings=TINY, overwrite=True)

    assert out.read_bytes() == earlier
    assert not list(tmp_path.rglob("*.partial"))


def test_a_model_that_is_there_is_not_overwritten_unasked(text: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.karussell"
    out.write_text("precious")

    with pytest.raises(UsageError, match=r"out\.karussell: exists already"):
        train([text], out=out, settings=TINY)

    assert out.read_text() == "precious"


def test_there_must_be_something_to_resume(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no stopped training here"):
        train([], out=tmp_path / "out.karussell", resume=True)


def test_a_resumed_run_takes_no_other_text(text: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="leave out the files"):
        train([text], out=tmp_path / "out.karussell", resume=True)


def test_a_time_limit_holds_all_from_reading_to_writing(text: Path, tmp_path: Path) -> None:
    begin = time.monotonic()
    reports: list[Report] = []
    settings = msgspec.structs.replace(TINY, seconds=1.0)

    model = train([text], out=tmp_path / "out.karussell", settings=settings, tell=reports.append)

    assert 0.2 < time.monotonic() - begin < 10
    assert model.card.training.seconds > 0.2
    assert reports[-1].part <= 1.0
    assert reports[-1].rate > 0


def test_time_that_reading_alone_takes_is_refused_and_leaves_nothing(
    text: Path, tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(TINY, seconds=1e-6)
    with pytest.raises(TrainingError, match=r"reading the text takes about .* give more time"):
        train([text], out=tmp_path / "out.karussell", settings=settings)
    assert list(tmp_path.iterdir()) == [text]


def test_time_that_is_over_before_training_makes_no_untrained_model(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.karussell"
    monkeypatch.setattr("karussell.training.text.run._in_time", lambda tell, seconds: tell)
    settings = msgspec.structs.replace(TINY, seconds=1e-6)
    with pytest.raises(TrainingError, match=r"were over before training began; go on with resume"):
        train([text], out=out, settings=settings)
    assert not out.exists()
    # What was read is kept, and goes on with more time.
    train([], out=out, settings=msgspec.structs.replace(TINY, seconds=2.0), resume=True)
    assert out.exists()


def test_some_of_what_is_held_out_is_told_as_words(text: Path, tmp_path: Path) -> None:
    found: list[str] = []
    train([text], settings=TINY, tell_held_out=found.extend)
    assert found
    assert set(found) <= set(SENTENCES)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"hidden_size": 10, "cells_per_block": 4}, "hidden_size 10 is no multiple"),
        ({"epochs": 0}, "epochs is 0, expected more than 0"),
        ({"dropout": 1.0}, "dropout is 1.0"),
        ({"layers": 0}, "layers is 0, expected at least 1"),
        ({"cell": "rnn", "cells_per_block": 2}, "cells_per_block is for memory blocks"),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Settings(**wrong)
