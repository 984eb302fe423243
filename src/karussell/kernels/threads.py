"""Whose threads run the kernels."""

from karussell.kernels import _native


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
