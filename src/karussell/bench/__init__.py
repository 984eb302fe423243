"""Ours against every peer that is installed: the same work, in turn, beside the machine's limits.

Engines run in processes of their own and are timed in rounds, A B A B. Nothing here is imported at
run time by anything but `karussell bench`.
"""

from karussell.bench.levels import Formats, compare_levels
from karussell.bench.limits import Limits
from karussell.bench.machine import Context
from karussell.bench.report import Board, Measurement, Report, Start
from karussell.bench.run import PEERS, run
from karussell.bench.sharing import Shape, Timed, time_shapes
from karussell.bench.workloads import WORKLOADS

__all__ = [
    "PEERS",
    "WORKLOADS",
    "Board",
    "Context",
    "Formats",
    "Limits",
    "Measurement",
    "Report",
    "Shape",
    "Start",
    "Timed",
    "compare_levels",
    "run",
    "time_shapes",
]
