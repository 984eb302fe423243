"""Every kernel at every level this machine runs, without Python between."""

import re

from karussell import kernels
from tests.native.building import build_tests, compiler, run

# Carried out by tests/native/given/interpreter.cpp where the processor lacks their products.
_INTERPRETED = {"avx2_vnni", "avx512_vnni", "avx512_bf16", "amx"}


def test_kernels_agree_with_double_arithmetic_and_stay_inside_their_buffers() -> None:
    said = re.search(r"levels: (.*)$", run([str(build_tests("plain", compiler()))]), re.M)
    assert said is not None
    levels, ours = said[1].split(), list(kernels.levels())
    assert [level for level in levels if level in ours] == ours
    assert set(levels) - set(ours) <= _INTERPRETED
