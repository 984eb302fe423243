"""Every kernel at every level this machine runs, without Python between."""

from karussell import kernels
from tests.native.building import build_tests, compiler, run


def test_kernels_agree_with_double_arithmetic_and_stay_inside_their_buffers() -> None:
    said = run([str(build_tests("plain", compiler()))])
    assert f"levels: {' '.join(kernels.levels())}\n" in said
