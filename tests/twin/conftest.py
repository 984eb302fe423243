"""One Node process a file, which runs the JavaScript twin."""

import json
import shutil
from collections.abc import Iterator

import pytest

from karussell.service import told_to_twin
from tests.twin.node import Twin


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    path = shutil.which("node")
    if path is None:
        pytest.skip("no node here, version 20 or newer: apt install nodejs")
    running = Twin(path)
    running("twin/told.js", "tell", [[json.loads(told_to_twin())]])
    yield running
    running.close()
