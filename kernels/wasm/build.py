"""Compile the kernels for WebAssembly: ``python kernels/wasm/build.py [OUT]``.

Needs the package ``ziglang`` in the version that ``constraints.txt`` names, for another one makes
other bytes. The first time it compiles its standard library, too, for a minute or so.
"""

import subprocess
import sys
from pathlib import Path

_KERNELS = Path(__file__).parents[1]
ENGINE = _KERNELS.parent / "src/karussell/web/static/twin/engine/engine.wasm"
"""What pages and workers load."""

_SOURCES = (
    *("wasm/memory.cpp", "wasm/network.cpp", "wasm/scores.cpp", "wasm/words.cpp"),
    *("host/word_list.cpp", "host/word_trie.cpp", "host/lattice.cpp", "host/word_search.cpp"),
)
_OPTIONS = (
    *("-target", "wasm32-wasi", "-mexec-model=reactor", "-msimd128"),
    *("-std=c++20", "-O2", "-ffp-contract=off", "-fno-exceptions", "-fno-rtti"),
    *("-fno-threadsafe-statics", "-Wall", "-Wextra", "-Werror"),
    *("-I.", "-DKARUSSELL_LEVEL=wasm"),
    # Small at first : the stack, and what the kernels keep; a model's memory is added to it.
    *("-Wl,--strip-all", "-Wl,--initial-memory=1048576", "-Wl,-z,stack-size=262144"),
)


def build(out: Path) -> None:
    """Compile the engine.

    Args:
        out: The file written.

    Raises:
        subprocess.CalledProcessError: If the compiler is not there or refuses.
    """
    command = [sys.executable, "-m", "ziglang", "c++", *_OPTIONS, *_SOURCES, "-o", str(out)]
    subprocess.run(command, cwd=_KERNELS, check=True)


if __name__ == "__main__":
    build(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ENGINE)
