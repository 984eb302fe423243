"""Instructions that the hot kernels take, counted by valgrind, and the committed figures.

Times differ from run to run on a machine that others use; instruction counts do not. They are of
the level avx2, the widest that valgrind knows. `python -m tests.native.counts` writes the file.
"""

import re
import tempfile
from pathlib import Path

import msgspec

from tests.native.building import ROOT, build, compiler, need, need_header, run

COMMAND = ".venv/bin/python -m tests.native.counts"
_FILE = Path(__file__).with_name("counts.json")
_LEVEL = "avx2"


class Counts(msgspec.Struct, frozen=True):
    """Instructions by kernel, as one compiler makes them."""

    compiler: str
    level: str
    instructions: dict[str, int]


def program() -> Path:
    cxx = compiler()
    need_header(cxx, "valgrind/callgrind.h")
    return build("plain", "karussell_count", cxx)


def compiler_of(program: Path) -> str:
    return run([str(program)]).strip()


def count(program: Path) -> Counts:
    valgrind = need("valgrind", "valgrind")
    with tempfile.TemporaryDirectory() as folder:
        options = ("--tool=callgrind", "--collect-atstart=no")
        to = f"--callgrind-out-file={folder}/dump"
        run([valgrind, *options, to, str(program), _LEVEL])
        dumps = [path.read_text() for path in Path(folder).iterdir()]
    pairs = (
        (re.search(r"^desc: Trigger: Client Request: (\w+)$", dump, re.M), dump) for dump in dumps
    )
    found = {match[1]: _total(dump) for match, dump in pairs if match}
    return Counts(compiler_of(program), _LEVEL, dict(sorted(found.items())))


def _total(dump: str) -> int:
    total = re.search(r"^totals: (\d+)$", dump, re.M)
    assert total is not None
    return int(total[1])


def committed() -> Counts:
    return msgspec.json.decode(_FILE.read_bytes(), type=Counts)


def main() -> None:
    text = msgspec.json.format(msgspec.json.encode(count(program())), indent=2)
    _FILE.write_bytes(text + b"\n")
    print(f"wrote {_FILE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
