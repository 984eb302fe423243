"""Short runs of cells that share gates."""

from pathlib import Path

import msgspec
import pytest

from karussell.bench import Shape, Timed
from lab.sharing import run as sharing
from lab.trials import Result
from recipes import Recipe


def test_shapes_are_as_heavy_as_the_first_or_have_as_many_cells() -> None:
    first, *others = sharing.SHAPES
    assert [shape.cells for shape in others] == [2, 4, 8, 2, 4, 8]
    assert [shape.hidden for shape in others[3:]] == [first.hidden] * 3
    for shape in others[:3]:
        assert shape.weights == pytest.approx(first.weights, rel=0.02)


def test_a_run_says_what_it_saves_and_what_it_takes(
    data: Path, small: Recipe, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "time_shapes", _times)
    names, out = list(sharing.TRIALS)[:2], data / "runs"
    plot = ["--plot", str(data / "figure.png")]
    only = [each for name in names for each in ("--only", name)]
    sharing.main(["en", str(data), str(out), "--epochs", "0.5", *only, *plot])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in lines[-2:]] == [f"| {name}" for name in names]
    assert (data / "figure.png").read_bytes().startswith(b"\x89PNG")
    results = msgspec.json.decode((out / "results.json").read_bytes(), type=dict[str, Result])
    assert list(results) == names
    # Both read the same words.
    assert len({each.words for each in results.values()}) == 1
    assert all((each.perplexity or 0) > 1 for each in results.values())


def _times(shapes: list[Shape], **_: object) -> list[Timed]:
    """Times that are not measured."""
    return [
        Timed(
            shape=shape,
            weights=shape.weights,
            layer=1.0,
            step=2.0,
            layer_part=1.0,
            step_part=1.0,
            expected=1.0,
        )
        for shape in shapes
    ]
