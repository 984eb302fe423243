"""Files as memory, shared between processes and safe when they are cut while in use."""

from karussell.kernels import _native

MappedFile = _native.MappedFile
"""The first ``size`` bytes of an open file, mapped where that is possible and else read.

``bytes`` is a read-only memoryview without a copy, which keeps the mapping alive. Where the
file was cut, zeros stand in its place; then, or if its first 128 bytes or its last have changed,
``damaged`` is true. A file whose last byte is not zero cannot be cut unnoticed.

The first mapping installs a handler of SIGBUS, which passes on what is not about a mapping.

Raises:
    OSError: The file cannot be read, or is shorter.
    ValueError: The size is 0.
"""
