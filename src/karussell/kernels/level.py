"""What kernels run on: the best instruction set or the one KARUSSELL_LEVEL names, and threads."""

from karussell.errors import UsageError
from karussell.kernels import _native

VARIABLE = "KARUSSELL_LEVEL"


def level() -> str:
    """The instruction set in use.

    One of "baseline", "avx2", "avx2_vnni", "avx512", "avx512_vnni", "avx512_bf16", "amx", "neon",
    "neon_dotprod", "neon_bf16" and "neon_i8mm". "amx" is "avx512_bf16" with Intel's matrix unit for
    products of many rows, in bfloat16 and int8; the system is asked once whether this process may
    use it.
    """
    return _native.level()


def levels() -> tuple[str, ...]:
    """The instruction sets this machine can run, the best last."""
    return tuple(_native.levels())


def use_level(name: str) -> None:
    """Use this instruction set for all later calls; layers packed before keep theirs.

    For tests and benchmarks: no other thread may be in a kernel meanwhile.

    Raises:
        UsageError: This machine cannot run it, or there is no such level.
    """
    if name not in levels():
        raise UsageError(
            f"{VARIABLE}: level {name!r} cannot run on this machine, "
            f"expected one of: {', '.join(levels())}"
        )
    _native.use_level(name)


def use_openmp(path: str) -> bool:
    """Run the kernels on the threads of an OpenMP library that this process has loaded already.

    For programs that compute with OpenMP before and after: its threads wait for more work for some
    milliseconds without leaving their cores, and threads of our own would have to wait for those.

    Args:
        path: The file of the library, or its name as the loader knows it.

    Returns:
        Whether it is loaded, and its threads are used from now on.
    """
    return _native.use_openmp(path)
