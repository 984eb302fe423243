"""The networks of the calendar trained anew, and put where the package has them.

    python -m lab.calendar.run FOLDER

What is done already in the folder is not done again. Behind it, `karussell lab calendar --json`
tells the results of the new networks.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from karussell.files import write_whole
from karussell.lab import calendar

_PACKAGED = Path(__file__).parents[2] / "src/karussell/lab/calendar/weights.json"
_SEED = 1


def main(arguments: list[str] | None = None) -> None:
    """Train what is missing, and write the file of the package."""
    parser = argparse.ArgumentParser(
        prog="python -m lab.calendar.run", description="Train the networks of the calendar."
    )
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="Keep what is done there.")
    asked = parser.parse_args(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for name in calendar.packaged():
        best = calendar.train(
            name, seed=_SEED, tell=lambda days, detail: None, kept=asked.folder / "calendar.json"
        )
        print(f"{name}: {best.part:.1%} right of the days to choose by, at {best.rate:g}")
        found[name] = best.weights
    write_whole(_PACKAGED, packed(found).encode())


def packed(networks: Mapping[str, calendar.Weights]) -> str:
    """The file of the package: JSON with a line for each row, which tells what a change changed."""
    return "{\n" + ",\n".join(_network(*item) for item in networks.items()) + "\n}\n"


def _network(name: str, weights: calendar.Weights) -> str:
    return f"{_line(name)}: {{\n" + ",\n".join(_parts(weights)) + "\n}"


def _parts(weights: calendar.Weights) -> Iterator[str]:
    for name, part in msgspec.to_builtins(weights).items():
        if isinstance(part, list) and isinstance(part[0], list):
            yield f"{_line(name)}: [\n" + ",\n".join(map(_line, part)) + "\n]"
        else:
            yield f"{_line(name)}: {_line(part)}"


def _line(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    main()
