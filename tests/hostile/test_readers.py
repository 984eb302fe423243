"""Every reader of files under some changed files of its own; more by ``tests.hostile.fuzz``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.fuzz import tried
from tests.hostile.readers import READERS, forget_models


@pytest.fixture(scope="module", autouse=True)
def forgetting() -> Iterator[None]:
    yield
    forget_models()


@pytest.mark.filterwarnings("ignore::UserWarning:numpy", "ignore::RuntimeWarning:numpy")
@pytest.mark.parametrize("name", READERS)
def test_changed_files_are_refused_by_name_or_used(name: str, tmp_path: Path) -> None:
    count = 100 if READERS[name].share >= 0.5 else 20
    found = tried(READERS[name], tmp_path, count, seed=5)
    assert found.harm == {}
    assert found.counts.keys() <= {"used", "refused"}
