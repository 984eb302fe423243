"""`karussell train`, from a text to a model that other commands use."""

import gzip
import inspect
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import torch

from karussell.cli.times import clock, seconds
from karussell.cli.train import train
from karussell.errors import UsageError
from karussell.training import Settings
from tests.cli.conftest import Run
from tests.processes import started

_TINY = ("--hidden", 16, "--embedding", 8, "--words", 40, "--negatives", 0, "--threads", 1)
_PATIENCE = 200.0


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("See you tomorrow.\nSee you soon!\nThe cat sat on the mat.\n" * 150)
    return path


def test_a_trained_model_suggests_and_can_be_measured(run: Run, text: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.karussell"
    outcome = run("train", text, "-o", out, "--epochs", 60, "--learning-rate", 0.03, *_TINY)
    assert outcome.code == 0
    assert outcome.out.startswith(f"{out}: ")
    assert ", 9 words, held-out perplexity " in outcome.out
    assert "training" in outcome.err
    assert "words/s" in outcome.err
    assert "sentences of this text that it never saw it saves " in outcome.out
    assert f"karussell keyboard --model {out}" in outcome.out
    assert sorted(tmp_path.iterdir(), reverse=True) == [text, out]
    found = msgspec.json.decode(run("suggest", "The cat ", "-m", out, "--json").out)
    assert found["suggestions"][0]["text"] == "sat"
    found = msgspec.json.decode(run("evaluate", text, "--limit", 30, "-m", out, "--json").out)
    assert found["keystroke_savings"] > 0.4
    found = msgspec.json.decode(run("info", out, "--json").out)
    assert (found["name"], found["licence"]) == ("mine", "private")
    assert found["training"]["command"].startswith(f"karussell train {text} -o {out}")


def test_the_first_line_says_where_it_trains_and_why(run: Run, text: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.karussell"
    outcome = run("train", text, "-o", out, "--epochs", 1, "--device", "cpu", *_TINY)
    assert outcome.err.splitlines()[0] == "Trains on the CPU, as was asked for."


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_named_before_anything_is_read(
    complain: Callable[..., str], text: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mine.karussell"
    said = complain("train", text, "-o", out, "--device", "cuda", *_TINY)
    assert "--device is 'cuda', and torch" in said
    assert [*tmp_path.iterdir()] == [text]
    assert "is not one of" in complain("train", text, "-o", out, "--device", "gpu", *_TINY)


def test_a_model_that_is_there_is_kept(
    complain: Callable[..., str], text: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mine.karussell"
    out.write_text("precious")
    assert f"{out}: exists already" in complain("train", text, "-o", out, *_TINY)
    assert out.read_text() == "precious"


def test_a_stopped_training_tells_how_to_go_on_and_does(
    run: Run, text: Path, tmp_path: Path
) -> None:
    out = tmp_path / "my model.karussell"
    command = ("train", text, "--out", out, "--time", "1h", *_TINY)
    with started(
        (sys.executable, "-c", "from karussell.cli import main; main()", *map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        while not process.stderr.readline().startswith("training"):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        told, err = process.communicate()
    assert process.returncode == 130
    assert told == ""
    assert err == f"Stopped. Go on with: karussell train --resume --out '{out}'\n"
    assert run("train", "--resume", "--out", out, "--time", "1s").code == 0
    assert out.exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "no text files given"),
        (["/nowhere/text.txt"], "/nowhere/text.txt: no such file"),
        (["--time", "5x", "text.txt"], "--time 5x: not a time; expected for example 45s"),
        (["--time", "0s", "text.txt"], "--time is 0, expected more than 0"),
        (["--time", "5m", "--epochs", "3", "text.txt"], "exclude each other"),
        (["--epochs", "0", "text.txt"], "--epochs is 0, expected more than 0"),
        (["--dropout", "nan", "text.txt"], "dropout is nan"),
        (
            ["--hidden", "10", "--cells-per-block", "4", "text.txt"],
            "--hidden 10 is no multiple of --cells-per-block 4",
        ),
        (["-o", ".", "text.txt"], ".: is a folder; expected a name for the model's file"),
        (["text.txt@0"], "passes over a file"),
        (["--resume"], "no stopped training"),
        (["--epochs", "inf", "text.txt"], "epochs is inf, expected more than 0, and finite"),
        (["--epochs", "nan", "text.txt"], "epochs is nan"),
        (["--epochs=-1", "text.txt"], "epochs is -1"),
        (["--language", "klingon", "text.txt"], "expected a BCP 47 tag such as en"),
        (["/dev/zero"], "/dev/zero: is a device"),
        (["/dev"], "/dev: is a folder"),
        (["--resume", "--cells-per-block", "2"], "leave out --cells-per-block"),
        (["--resume", "text.txt"], "leave out text files"),
    ],
)
def test_a_training_that_cannot_be_is_told_in_one_line(
    complain: Callable[..., str], tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    out = tmp_path / "mine.karussell"
    assert complaint in complain("train", "-o", out, *arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (["text.txt", "--hidden", 999_999_999], "choose a smaller --hidden"),
        (["text.txt", "--layers", 10**9], "choose a smaller --layers"),
        (
            ["text.txt", "-o", "old"],
            "old: exists already; choose another name, or give --overwrite",
        ),
        (["-o", "old", "--resume"], "old: this training has ended"),
        (["text.txt", "-o", "text.txt", "--overwrite"], "text.txt: is to be read"),
        (
            ["text.txt", "-o", "stopped"],
            "a stopped training is here; go on with --resume, or ",
        ),
        (["absent.txt"], "absent.txt: no such file"),
    ],
)
def test_what_cannot_be_is_told_before_torch_is_loaded(
    complain: Callable[..., str], text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    given: list[object], complaint: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    # Whoever loads it would hear that it is missing.
    monkeypatch.setitem(sys.modules, "torch", None)
    (tmp_path / "old").write_text("precious")
    (tmp_path / "stopped.training").mkdir()
    (tmp_path / "stopped.training" / "plan.json").touch()
    before = sorted(tmp_path.rglob("*"))
    assert complaint in complain("train", *given)
    assert [path for path in sorted(tmp_path.rglob("*")) if path.name != "lock"] == before
    assert (tmp_path / "old").read_text() == "precious"


@pytest.mark.parametrize("name", ["/dev/stdin", "-", "n\udcff.txt", "text.GZ"])
def test_a_shell_gives_text_in_many_ways(text: Path, tmp_path: Path, run: Run, name: str) -> None:
    out = tmp_path / "n\udcff.karussell"
    if name == "text.GZ":
        (tmp_path / name).write_bytes(gzip.compress(text.read_bytes()))
    elif name.startswith("n"):
        text.rename(tmp_path / name)
        text = tmp_path / name
    given = name if name in ("-", "/dev/stdin") else tmp_path / name
    before = os.dup(0)
    with text.open("rb") as file:
        os.dup2(file.fileno(), 0)
        outcome = run("train", given, "-o", out, "--epochs", 1, *_TINY)
    os.dup2(before, 0)
    os.close(before)
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith(f"{tmp_path}/n\\udcff.karussell: ")
    assert out.exists()


def test_in_little_time_a_small_network_is_trained_unless_one_is_named(
    run: Run, text: Path, tmp_path: Path
) -> None:
    outcome = run("train", text, "-o", tmp_path / "a", "--time", "4s", "-l", "en", "-t", 1)
    assert "In 0:04 a small network learns more: 256 cells" in outcome.err
    assert "where the packaged model saves " in outcome.out
    found = msgspec.json.decode(run("info", tmp_path / "a", "--json").out)
    assert found["configuration"]["hidden_size"] == 256
    outcome = run("train", text, "-o", tmp_path / "b", "--time", "4s", *_TINY)
    assert "small network" not in outcome.err


def test_training_without_torch_says_how_to_get_it(text: Path, tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['torch'] = None; from karussell.cli import main; main()"
    outcome = subprocess.run(
        (sys.executable, "-c", hidden, "train", text, "-o", tmp_path / "mine"),
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE,
    )
    assert outcome.returncode == 2
    assert outcome.stderr == (
        "karussell: training needs PyTorch, which is not installed; run: "
        "pip install 'karussell[train]'\n"
    )


def test_the_options_start_where_the_settings_do() -> None:
    options = {name: each.default for name, each in inspect.signature(train).parameters.items()}
    settings = Settings()
    for option, setting in {
        "hidden": "hidden_size",
        "embedding": "embedding_size",
        "words": "vocabulary_size",
    }.items():
        options[setting] = options.pop(option)
    shared = options.keys() & set(Settings.__struct_fields__) - {"epochs"}
    assert len(shared) == 13
    assert {name: options[name] for name in shared} == {
        name: getattr(settings, name) for name in shared
    }


@pytest.mark.parametrize(
    ("text", "expected"), [("45s", 45), ("30m", 1800), ("1h30m", 5400), (" 2h ", 7200)]
)
def test_a_time_is_read_as_people_write_it(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "-5m", "1.5h", "30m1h"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a time"):
        seconds(text)


def test_a_clock_shows_hours_only_where_there_are_some() -> None:
    assert [clock(value) for value in (0, 75.4, 3675)] == ["0:00", "1:15", "1:01:15"]
