"""How long a key takes through IBus with the engine, and without any: a script, not a test.

.venv/bin/python -m tests.ibus.latency [KEYS]
"""

import sys
from statistics import quantiles

from tests.ibus.desktop import SYSTEM, desktop

_PROGRAM = "tests/ibus/programs/headless.py"
_TEXT = "see you tomorrow at the end of the day and teh rest of it goes on and on "


def measure(keys: int, *, engine: bool) -> list[float]:
    """Milliseconds of so many keys, each typed 60 ms after the one before."""
    with desktop() as here:
        program = here.start(SYSTEM, _PROGRAM, "karussell" if engine else "")
        program.until(lambda state: state["what"] == "opened")
        program.type("see ")
        program.pause(3)  # the server starts
        for place in range(keys):
            program.key(_TEXT[place % len(_TEXT)])
            program.pause(0.06)
        return [1000 * time for time in program.state["times"][-keys:]]


def main() -> None:
    """Measure both in turn, three times, and print what stands between."""
    keys = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    for engine in (False, True) * 3:
        times = quantiles(measure(keys, engine=engine), n=20)
        name = "with Karussell" if engine else "without engine"
        print(f"{name}: p50 {times[9]:.2f} ms, p95 {times[18]:.2f} ms", flush=True)


if __name__ == "__main__":
    main()
