"""A whole run: the machine's limits, then every contest, then what starting costs."""

import time
from collections.abc import Callable, Sequence
from functools import partial

from karussell.bench.contest import Effort, Processes, hold
from karussell.bench.limits import Ceilings, measure_limits
from karussell.bench.machine import Watch, describe, usable_cores
from karussell.bench.report import Report, Start, beaten, beside
from karussell.bench.start import measure_starts
from karussell.bench.task import OURS, PACKAGES, Engine, missing_packages
from karussell.bench.workloads import WORKLOADS, Workload, contests

_EFFORT, _QUICK_EFFORT = Effort(rounds=7, seconds=0.12), Effort(rounds=3, seconds=0.05)
_STARTS, _QUICK_STARTS = 11, 3
# So often limits are measured once more where something beats them: a busy machine may take long to
# show what it can do.
_MORE_ROUNDS = 12
PEERS: tuple[Engine, ...] = tuple(engine for engine in PACKAGES if engine != OURS)
"""Every engine that is compared with ours."""


def _silent(workload: str, what: str) -> None:
    pass


def run(
    workloads: Sequence[Workload] = WORKLOADS,
    *,
    threads: Sequence[int] | None = None,
    peers: Sequence[Engine] = PEERS,
    rounds: int | None = None,
    quick: bool = False,
    tell: Callable[[str, str], None] = _silent,
) -> Report:
    """Measure everything that is selected.

    Args:
        workloads: Which workloads.
        threads: On how many threads; one and two by default, as far as there are cores.
        peers: Whom to compare with; who is not installed is named in the report.
        rounds: How many rounds each contest has, by default seven, or three when quick.
        quick: Fewer networks, rounds and peers: two minutes instead of a quarter of an hour.
        tell: Is told a workload and what is going on in it.

    Raises:
        KarussellError: If our own engine fails or answers wrong.
    """
    begin = time.monotonic()
    threads = threads or ([1, 2] if usable_cores() > 1 else [1])
    missing = {peer: ", ".join(names) for peer in peers if (names := missing_packages(peer))}
    present = [peer for peer in peers if peer not in missing]
    machine = describe(dict.fromkeys(PACKAGES[peer] for peer in (OURS, *present)))
    tell("machine", "limits")
    watch = Watch()
    ceilings = Ceilings(partial(measure_limits, sorted({1, *threads})))
    effort = _QUICK_EFFORT if quick else _EFFORT
    if rounds is not None:
        effort = effort._replace(rounds=rounds)
    with Processes() as processes:
        boards = []
        for workload in workloads:
            for contest in contests(workload, threads, present, quick=quick):
                boards.append(hold(contest, processes, effort, partial(tell, workload)))
                ceilings.look()
                watch.look()
    starts: tuple[Start, ...] = ()
    if "start" in workloads:
        runs = _QUICK_STARTS if quick else _STARTS
        starts = measure_starts(present, runs, partial(tell, "start"))
    tell("machine", "limits")
    for _ in range(_MORE_ROUNDS):
        if beaten(boards, ceilings.limits):
            ceilings.look()
    return Report(
        machine=machine,
        context=watch.context(),
        limits=ceilings.limits,
        rounds_of_limits=ceilings.rounds,
        boards=tuple(beside(board, ceilings.limits) for board in boards),
        starts=starts,
        missing=missing,
        quick=quick,
        seconds=time.monotonic() - begin,
    )
