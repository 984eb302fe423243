"""Every option against every target: each cell of the table, and options together."""

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from karussell.errors import UsageError
from karussell.kernels import Floats
from karussell.layers import LSTM
from tests.interchange.targets import (
    NONE,
    OPTIONS,
    ROWS,
    TARGETS,
    YES,
    C,
    Case,
    K,
    Row,
    operators,
    run_node,
    table,
)

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "interchange.md"


def near(got: list[Floats], case: Case, *, rounded: float = 2e-5) -> None:
    names = {torch.float16: 4e-3, torch.bfloat16: 4e-2}
    tolerance = max(rounded, names.get(case.dtype, 0))
    if case.layer.precision == "bfloat16":
        tolerance = max(tolerance, 4e-2)
    for mine, right in zip(got, case.right(), strict=True):
        np.testing.assert_allclose(mine, right, rtol=0, atol=tolerance)


def has_rows_of_its_own(case: Case) -> bool:
    """Whether a plain layer of one cell a block has the same weights, biases included."""
    block = case.layer.block
    return block.cells == 1 and not block.coupled and block.forgets


CELLS = [
    pytest.param(row, target, id=f"{' '.join(row.names) or 'none'}-{target}")
    for row in ROWS
    for target in TARGETS
    if row.said[TARGETS[target][0]] != NONE or row.names == ("training",)
]


@pytest.mark.parametrize(("row", "target"), CELLS)
def test_each_cell_of_the_table(row: Row, target: str, tmp_path: Path) -> None:
    case = Case.of(*row.names)
    column, run = TARGETS[target]
    said = row.said[column]
    if said not in YES:
        with pytest.raises(UsageError) as refused:
            run(case, tmp_path / "layer.onnx")
        assert said in str(refused.value)
        assert not (tmp_path / "layer.onnx").exists()
        return
    got = run(case, tmp_path / "layer.onnx")
    near(got, case, rounded=0.06 if target == "int8" else 2e-5)
    if target == "file":
        assert said == C or "Scan" not in operators(tmp_path / "layer.onnx")
        assert said != K or has_rows_of_its_own(case)


@pytest.fixture
def exporting(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What torch's exporters make of layers, without their minutes: which operators they become.

    Nodes run in ONNX Runtime, and loops step by step. `tests.layers.test_onnx_export` has the
    exporters themselves.
    """
    used: set[str] = set()

    def run(operator: str, arrays: list[Any], attributes: Any, sizes: Any) -> Any:
        used.add(operator)
        given = [part if part is None else part.detach().numpy() for part in arrays]
        return tuple(map(torch.from_numpy, run_node(operator, given, attributes)))

    def loop(step: Any, state: Any, over: tuple[Tensor, ...]) -> Any:
        used.add("Scan")
        shown = []
        for now in zip(*over, strict=True):
            state, one = step(state, now)
            shown.append(one)
        return state, tuple(map(torch.stack, zip(*shown, strict=True)))

    monkeypatch.setattr("karussell.layers.recurrent.exporting", lambda: True)
    monkeypatch.setattr("karussell.layers.exporting._run", run)
    monkeypatch.setattr("karussell.layers.operations.scan", loop)
    return used


def exported(case: Case) -> list[Floats]:
    x, states, lengths = case.given()
    counts = [torch.tensor(lengths)] if case.lengths else []
    with torch.no_grad():
        return [part.double().numpy() for part in case.called(x, *states, *counts)]


@pytest.mark.parametrize("which", ["older", "newer"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row.names) or "none")
def test_each_cell_of_torchs_exporters(
    row: Row, which: str, exporting: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case.of(*row.names)
    monkeypatch.setattr("karussell.layers.exporting.traced", lambda: which == "older")
    said = row.said[which]
    if said not in YES:
        with pytest.raises(UsageError, match=said):
            exported(case)
        return
    got = exported(case)
    assert len(exporting) == 1
    assert "Scan" not in exporting or (which, said) == ("newer", C)
    monkeypatch.undo()
    near(got, case)


# What is refused only together, where there is but a node.
TOGETHER = [
    ({"peepholes", "cells"}, "peepholes of several cells to a gate"),
    ({"net", "open"}, "net_clip without a forget gate"),
    ({"gate", "coupled"}, "hard_sigmoid gates without rows of their own"),
    ({"gate", "open"}, "hard_sigmoid gates without rows of their own"),
]
# Those of one layer, which say what a block or a layer is.
MIXED = [
    "cells", "coupled", "open", "peepholes", "fed back", "norm", "gate", "input", "net", "cell",
    "projection", "zoneout", "layers", "both ways", "gate biases",
]  # fmt: skip
ALONE = {row.names[0]: row for row in ROWS if len(row.names) == 1}


def reasons(names: tuple[str, ...], column: str) -> list[str]:
    """Why these options are refused there, by all who may say so."""
    found = [ALONE[name].said[column] for name in names]
    if column == "node":
        found += [why for those, why in TOGETHER if those <= set(names)]
    return [why for why in found if why not in YES]


def check_together(names: tuple[str, ...], target: str, path: Path) -> None:
    try:
        case = Case.of(*names)
    except ValueError:
        assert {"coupled", "open"} <= set(names)
        return
    column, run = TARGETS[target]
    if why := reasons(names, column):
        with pytest.raises(UsageError) as refused:
            run(case, path)
        # A block is named as a whole.
        assert any(each.removeprefix("has no Block(") in str(refused.value) for each in why), names
    else:
        near(run(case, path), case)


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "int8"])
@pytest.mark.filterwarnings("ignore")  # torch's layer says of projections that they are slower
def test_two_options_together(target: str, tmp_path: Path) -> None:
    every = list(combinations(MIXED, 2))
    for names in every[:: 3 if target == "file" else 1]:
        check_together(names, target, tmp_path / "layer.onnx")


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "int8"])
@pytest.mark.filterwarnings("ignore")
def test_some_three_options_together(target: str, tmp_path: Path) -> None:
    every = list(combinations(MIXED, 3))
    for at in np.random.default_rng(0).choice(len(every), 12, replace=False):
        check_together(every[at], target, tmp_path / "layer.onnx")


def test_two_options_together_in_the_newer_exporter(
    exporting: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []
    for names in combinations(MIXED, 2):
        if {"coupled", "open"} != set(names):
            case = Case.of(*names)
            done.append((case, exported(case)))
    monkeypatch.undo()
    for case, got in done:
        near(got, case)


def test_the_page_has_this_table_and_every_option() -> None:
    assert table() in PAGE.read_text()
    used = {name for row in ROWS for name in row.names}
    assert used == set(OPTIONS)
    layer: dict[str, Any] = {}
    block: dict[str, Any] = {}
    for name in OPTIONS:
        layer |= OPTIONS[name][0]
        block |= OPTIONS[name][1]
    assert set(block) == set(LSTM(3, 4).block.__dataclass_fields__)
    own = set(LSTM.__init__.__kwdefaults__ or ()) - {"block", "cells_per_block", "coupled_gates"}
    assert own | {"num_layers", "batch_first", "dropout", "bidirectional", "proj_size"} <= set(
        layer
    )
