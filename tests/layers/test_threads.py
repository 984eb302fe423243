import os
import subprocess
import sys

import pytest

from karussell import kernels

_SETUP = """
import os
import numpy as np
import torch
from karussell import kernels
import karussell.layers

def forward(threads):
    random = np.random.default_rng(0)
    shapes = (3, 4, 5), (160, 5), (160, 40), (160,), (4, 40), (4, 40)
    arrays = [random.standard_normal(shape).astype(np.float32) for shape in shapes]
    return kernels.lstm_forward(*arrays, threads=threads).hidden

torch.set_num_threads(4)
torch.ones(1 << 20).sum()  # the threads of OpenMP are there now
expected = forward(1)
assert np.array_equal(forward(4), expected)
threads = len(os.listdir("/proc/self/task"))
assert np.array_equal(forward(4), expected)
assert len(os.listdir("/proc/self/task")) == threads
"""

_FORK = """
child = os.fork()
if child == 0:
    os._exit(0 if np.array_equal(forward(4), expected) else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="needs Linux to count threads")
@pytest.mark.parametrize("then", ["", _FORK], ids=["one process", "a forked child"])
def test_beside_torch_the_kernels_compute_the_same_on_its_threads(then: str) -> None:
    subprocess.run((sys.executable, "-c", _SETUP + then), check=True, timeout=60)


def test_a_library_that_is_not_there_is_not_used() -> None:
    assert not kernels.use_openmp("/no/such/libgomp.so")
