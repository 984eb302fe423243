"""A tiny run, with NumPy as the only peer."""

from collections.abc import Iterator
from importlib.machinery import ModuleSpec

import msgspec
import pytest

from karussell.bench import PEERS, WORKLOADS, Report, run
from karussell.bench import task as tasks
from karussell.bench.contest import Effort, Processes, hold
from karussell.bench.task import OURS, Entrant, Sizes, Task
from karussell.bench.workloads import Contest, contests

_TINY = Sizes("tiny", 32, 64, 200)


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    with Processes() as made:
        yield made


def a_contest(*entrants: Entrant, busy: bool = False) -> Contest:
    participants = tuple((Task("step", _TINY), entrant) for entrant in entrants)
    return Contest("step", "a tiny step", participants, busy=busy)


@pytest.mark.parametrize("busy", [False, True])
def test_ours_is_compared_with_numpy(processes: Processes, busy: bool) -> None:
    contest = a_contest(Entrant(OURS), Entrant(OURS, "int8"), Entrant("numpy"), busy=busy)
    told: list[str] = []
    board = hold(contest, processes, Effort(2, 0.002), told.append)
    assert [one.name for one in board.measurements] == [
        "karussell float32",
        "karussell int8",
        "numpy float32",
    ]
    assert [(one.kind, one.peer) for one in board.comparisons] == [
        ("same format", "numpy float32, 1 thread"),
        ("any format", "numpy float32, 1 thread"),
        ("any format", "numpy float32, 1 thread"),
    ]
    assert all(len(one.rounds) == 2 for one in board.measurements)
    assert told[-1] == "in turn"


def test_a_peer_that_fails_is_left_out_with_a_note(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tasks.PACKAGES, "torch", "no_such_package")
    contest = a_contest(Entrant(OURS), Entrant("torch"))
    board = hold(contest, processes, Effort(1, 0.001), lambda what: None)
    assert [one.name for one in board.measurements] == ["karussell float32"]
    assert board.comparisons == ()
    assert board.notes[0].startswith("torch float32 failed: no_such_package")


def test_a_run_reports_what_was_asked_for_and_reads_back() -> None:
    report = run(["letter"], threads=[1], peers=["numpy"], rounds=2, quick=True)
    assert [board.workload for board in report.boards] == ["letter"]
    assert {one.name for one in report.boards[0].measurements} == {"karussell", "numpy slice"}
    assert report.missing == {}
    assert report.quick
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


def test_a_peer_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_nothing_of_onnx(name: str) -> ModuleSpec | None:
        return None if name == "onnx" else ModuleSpec(name, None)

    monkeypatch.setattr(tasks, "find_spec", find_nothing_of_onnx)
    report = run([], peers=["onnxruntime", "numpy"])
    assert report.missing == {"onnxruntime": "onnx"}


@pytest.mark.parametrize("quick", [False, True])
def test_every_workload_has_ours_in_every_contest(quick: bool) -> None:
    for workload in WORKLOADS:
        found = contests(workload, [1, 2], PEERS, quick=quick)
        assert found or workload == "start"
        for contest in found:
            assert any(entrant.ours for _, entrant in contest.participants)
            assert all(entrant.threads in (1, 2) for _, entrant in contest.participants)
