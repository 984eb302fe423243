from importlib.resources import files

from karussell.lab import calendar
from lab.calendar.run import packed


def test_the_package_has_what_the_run_writes() -> None:
    written = (files("karussell.lab.calendar") / "weights.json").read_text()
    assert packed(calendar.packaged()) == written
