"""`karussell lab sharing`."""

import json

import pytest

from karussell import bench
from karussell.bench import Shape, Timed
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times that are those of the rows, so that nothing is measured."""

    def found(shapes: list[Shape], **_: object) -> list[Timed]:
        first = shapes[0]
        return [
            Timed(
                shape=shape,
                weights=shape.weights,
                layer=shape.rows / 100,
                step=shape.rows / 50,
                layer_part=shape.rows / first.rows,
                step_part=shape.rows / first.rows,
                expected=shape.rows / first.rows,
            )
            for shape in shapes
        ]

    monkeypatch.setattr(bench, "time_shapes", found)


def test_blocks_stand_beside_those_that_share_nothing(run: Run) -> None:
    outcome = run("lab", "sharing", "--quick", "--cells", 64)
    assert outcome.code == 0
    rows = [line.split("  ")[0] for line in outcome.out.splitlines()]
    for cells in (2, 4, 8):
        assert f"{cells}, as many cells" in rows
        assert f"{cells}, as heavy" in rows
    (two,) = [line for line in outcome.out.splitlines() if line.startswith("2, as many")]
    assert "67%" in two  # two rows a cell instead of three


def test_the_figures_are_json_if_asked_for(run: Run) -> None:
    rows = json.loads(run("lab", "sharing", "--quick", "--json").out)
    assert [row["shape"]["cells"] for row in rows] == [1, 2, 4, 8, 2, 4, 8]
    assert [row["shape"]["hidden"] for row in rows[:4]] == [944] * 4
    assert len({row["weights"] for row in rows[4:]}) == 3


@pytest.mark.parametrize("cells", [7, 5_000, "many"])
def test_a_layer_that_cannot_be_is_refused(run: Run, cells: object) -> None:
    outcome = run("lab", "sharing", "--cells", cells)
    assert outcome.code == 2
    assert "--cells" in outcome.err
