from collections.abc import Iterator

import pytest

from karussell import kernels


@pytest.fixture(params=kernels.levels())
def level(request: pytest.FixtureRequest) -> Iterator[str]:
    """Runs a test once at every level this machine has."""
    before = kernels.level()
    kernels.use_level(request.param)
    yield request.param
    kernels.use_level(before)
