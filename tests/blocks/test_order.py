import numpy as np
import pytest

from karussell.blocks import Gates, split_gates
from karussell.kernels import GATE_ORDER, Block


def test_gate_rows_stand_in_the_order_that_is_said_once() -> None:
    assert tuple(name.removesuffix("_gate").removesuffix("_input") for name in Gates._fields) == (
        GATE_ORDER
    )


def test_gate_rows_are_split_by_blocks_and_cells() -> None:
    gates = split_gates(np.arange(10.0), Block(2))
    assert gates.input_gate.tolist() == [0, 1]
    assert gates.forget_gate.tolist() == [2, 3]
    assert gates.cell_input.tolist() == [4, 5, 6, 7]
    assert gates.output_gate.tolist() == [8, 9]


def test_coupled_input_gates_have_no_rows_and_are_what_the_forget_gates_leave() -> None:
    gates = split_gates(np.array([0.25, 1, 4, 5, 6, 7, 8, 9]), Block(2, coupled=True))
    assert gates.input_gate.tolist() == [0.75, 0]
    assert gates.forget_gate.tolist() == [0.25, 1]
    assert gates.cell_input.tolist() == [4, 5, 6, 7]
    assert gates.output_gate.tolist() == [8, 9]


def test_split_gates_are_views() -> None:
    rows = np.zeros((3, 2, 8))
    split_gates(rows).output_gate[:] = 1
    assert rows[..., 6:].all()


@pytest.mark.parametrize(("rows", "cells"), [(7, 1), (8, 2), (4, 0)])
def test_rows_that_are_no_whole_blocks_are_refused(rows: int, cells: int) -> None:
    with pytest.raises(ValueError, match="no whole number of blocks"):
        split_gates(np.zeros(rows), Block(cells))
