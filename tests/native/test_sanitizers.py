"""The same program under the compiler's sanitizers."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.native.building import build_tests, compiler, compiles, run

# The thread sanitizer finds no room for itself where the system scatters memory too far.
_SCATTERED = "unexpected memory mapping"


def sanitized(name: str, sanitizers: str) -> Path:
    cxx = compiler()
    if not compiles(cxx, "int main() {}", f"-fsanitize={sanitizers}"):
        pytest.skip(f"{cxx} has no -fsanitize={sanitizers}")
    return build_tests(name, cxx, f"-DKARUSSELL_SANITIZE={sanitizers}")


def test_kernels_touch_no_foreign_memory_and_nothing_undefined() -> None:
    run([str(sanitized("address", "address,undefined"))])


def test_two_threads_never_race() -> None:
    command = [str(sanitized("thread", "thread")), "--test-suite-exclude=large"]
    first = subprocess.run(
        [*command, "--count"], capture_output=True, text=True, check=False, timeout=600
    )
    if _SCATTERED in first.stderr:
        command = [shutil.which("setarch") or "setarch", "-R", *command]
        if subprocess.run(
            [*command, "--count"], capture_output=True, check=False, timeout=600
        ).returncode:
            pytest.skip("the thread sanitizer cannot run on this system")
    run(command)
