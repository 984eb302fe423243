"""No kernel takes more instructions than it did."""

import platform

import pytest

from tests.native import counts

# More than a compiler's patch release or another C library's memcpy would change.
ROOM = 1.03


@pytest.fixture(scope="module")
def counted() -> counts.Counts:
    if platform.machine() != "x86_64":
        pytest.skip(f"instructions are counted on x86_64, this is {platform.machine()}")
    program = counts.program()
    ours, theirs = counts.compiler_of(program), counts.committed().compiler
    if ours != theirs:
        pytest.skip(f"this compiler is {ours}, the figures are of {theirs}")
    return counts.count(program)


def test_every_counted_kernel_has_a_committed_figure(counted: counts.Counts) -> None:
    assert set(counted.instructions) == set(counts.committed().instructions), counts.COMMAND


def test_no_kernel_takes_more_instructions_than_committed(counted: counts.Counts) -> None:
    committed = counts.committed().instructions
    slower = {
        kernel: f"{count:,} instructions, committed {committed[kernel]:,}"
        for kernel, count in counted.instructions.items()
        if count > ROOM * committed[kernel]
    }
    assert slower == {}, f"if that is right, {counts.COMMAND} writes the new figures"
