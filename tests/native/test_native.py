"""Every kernel at every level this machine runs, without Python between."""

import re

from karussell import kernels
from tests.native.building import build_tests, compiler, run

# Levels for processors that have a shipped one's instructions in no other way.
_OF_THE_TESTS = {"amx_emulated", "avx2_evex"}


def test_kernels_agree_with_double_arithmetic_and_stay_inside_their_buffers() -> None:
    said = re.search(r"levels: (.*)$", run([str(build_tests("plain", compiler()))]), re.M)
    assert said is not None
    levels = [level for level in said[1].split() if level not in _OF_THE_TESTS]
    assert levels == list(kernels.levels())
