"""Ours against every peer that is installed: the same work, in turn, beside the machine's limits.

Engines run in processes of their own and are timed in rounds, A B A B. Nothing here is imported at
run time by anything but `karussell bench`.
"""

from karussell.bench.machine import Limits
from karussell.bench.report import Board, Measurement, Report, Start
from karussell.bench.run import PEERS, run
from karussell.bench.sharing import Shape, Timed, time_shapes
from karussell.bench.workloads import WORKLOADS

__all__ = [
    "PEERS",
    "WORKLOADS",
    "Board",
    "Limits",
    "Measurement",
    "Report",
    "Shape",
    "Start",
    "Timed",
    "run",
    "time_shapes",
]
