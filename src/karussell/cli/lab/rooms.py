"""The rooms of the lab that have a command: each a question, answered on this machine.

A room's command is named after its function and told by its docstring. It has `--quick`, `--seed`,
`--threads`, `--folder` and `--json` as all of them do (`karussell.cli.lab.options`), `--plot` if it
draws, and takes two minutes at most with `--quick`: `karussell lab all` calls it so. If it gives a
line back, that is its finding in the summary of `all`.
"""

from collections.abc import Callable

from karussell.cli.lab.calendar import calendar
from karussell.cli.lab.gradient import gradient
from karussell.cli.lab.inside import inside
from karussell.cli.lab.memory import memory
from karussell.cli.lab.sharing import sharing

ROOMS: tuple[Callable[..., str | None], ...] = (
    calendar,
    gradient,
    inside,
    memory,
    sharing,
)
