"""Short runs that differ in one thing."""

import argparse
from pathlib import Path

import pytest

from karussell.errors import UsageError
from lab import trials
from lab.ablations import run as ablations
from recipes import Recipe


def test_each_run_is_measured_once_and_all_are_in_the_table(
    data: Path, small: Recipe, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(ablations.CHANGES)[:2]
    arguments = ["en", str(data), str(data / "runs"), "--time", "1s"]
    for name in names:
        ablations.main([*arguments, "--only", name])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in lines[-2:]] == [f"| {name}" for name in names]
    # What is there is not run again.
    monkeypatch.setattr(ablations, "_run", None)
    picture = data / "figure.png"
    ablations.main([*arguments, "--only", names[0], "--plot", str(picture)])
    assert capsys.readouterr().out.splitlines() == lines[-4:]
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_cannot_be_drawn_is_refused_before_the_training(data: Path) -> None:
    with pytest.raises(UsageError, match=r"not a picture; choose a name that ends in \.png"):
        ablations.main(["en", str(data), str(data / "runs"), "--plot", str(data / "figure.gif")])
    assert not (data / "runs").exists()


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"a": 5}', b'{"a": {"words": true}}', b"[" * 99_999, b"\xff"]
)
def test_results_that_are_damaged_are_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "results.json").write_bytes(data)
    asked = argparse.Namespace(folder=tmp_path, plot=None)
    with pytest.raises(UsageError, match=r"results\.json: is damaged .*; delete it"):
        trials.run(asked, "a question", [], lambda name, tell: pytest.fail("begun"))
