"""How a command of the lab shows what goes on: a bar, then a line, both on stderr."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def watch(name: str, total: int) -> Iterator[Callable[[int, str], None]]:
    """Show one part of the work; what is told is how many steps are done and how things stand.

    Args:
        name: What is done.
        total: In how many steps.
    """
    from karussell.cli.printing import Screen
    from karussell.cli.progress import counted
    from karussell.cli.times import clock

    begin, how = time.monotonic(), ""
    with counted(name, total) as tell:

        def told(done: int, detail: str) -> None:
            nonlocal how
            how = detail
            tell(done, detail)

        yield told
    took = clock(time.monotonic() - begin)
    Screen(stderr=True).print(", ".join(filter(None, (name, how, took))))
