"""Shapes whose blocks hold one cell or several, and the turns they take."""

import pytest

from karussell.bench import Shape, time_shapes

_FIRST = Shape(embedding=128, hidden=512, words=1_000)


@pytest.mark.parametrize("coupled", [True, False])
@pytest.mark.parametrize("cells", [1, 2, 4, 8, 16])
def test_rows_are_those_of_the_cells_and_one_a_gate_of_each_block(
    cells: int, coupled: bool
) -> None:
    shape = Shape(embedding=128, hidden=512, words=1_000, cells=cells, coupled=coupled)
    assert shape.rows == 512 + (2 if coupled else 3) * 512 // cells
    assert shape.weights == shape.rows * (128 + 512) + 128 * 512


@pytest.mark.parametrize("cells", [1, 2, 4, 8, 16])
def test_a_shape_as_heavy_has_as_many_weights_in_whole_blocks(cells: int) -> None:
    shape = _FIRST.as_heavy(cells)
    assert shape.cells == cells
    assert shape.hidden % max(8, cells) == 0
    assert shape.weights == pytest.approx(_FIRST.weights, rel=0.02)
    assert cells > 1 or shape == _FIRST


def test_more_cells_are_had_for_the_same_weights_the_more_share_a_gate() -> None:
    sizes = [_FIRST.as_heavy(cells).hidden for cells in (1, 2, 4, 8)]
    assert sizes == sorted(set(sizes))


def test_shapes_take_turns_and_stand_beside_the_first() -> None:
    small = Shape(embedding=16, hidden=32, words=50)
    told: list[tuple[int, int]] = []
    found = time_shapes(
        [small, small.in_blocks(4)],
        rounds=2,
        seconds=0.001,
        tell=lambda done, total: told.append((done, total)),
    )
    assert [one.shape.cells for one in found] == [1, 4]
    assert found[0].layer_part == found[0].step_part == found[0].expected == 1
    # Half the rows of weights, and of the numbers beside them.
    assert found[1].expected == 0.5
    assert all(one.step > 0 < one.layer for one in found)
    assert told[0] == (1, 8)
    assert told[-1] == (8, 8)
