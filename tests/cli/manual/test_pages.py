"""The man pages: one for every command, and man finds no fault with them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from karussell.cli.main import COMMANDS
from karussell.cli.manual import write_pages
from karussell.cli.pages import _roff
from karussell.cli.surfaces import IBUS, PRESAGE, SYSTEMD
from karussell.errors import UsageError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages") / "man1"
    write_pages(folder)
    return folder


def test_every_command_has_a_page(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert "karussell.1" in names
    assert {f"karussell-{command.__name__}.1" for command in COMMANDS} <= names
    for group, acts in (("ibus", IBUS), ("systemd", SYSTEMD), ("presage", PRESAGE)):
        assert {f"karussell-{group}-{act}.1" for act in acts} <= names


def test_a_page_tells_what_the_help_tells(folder: Path) -> None:
    page = (folder / "karussell-serve.1").read_text()
    assert "karussell\\-serve \\- Serve one keyboard to all programs of yours" in page
    assert "\\-\\-idle" in page
    assert "End when nobody has been connected for so long" in page
    assert "karussell\\-systemd" in (folder / "karussell.1").read_text()


def test_groff_renders_each_without_a_warning(folder: Path) -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is missing")
    pages = sorted(folder.iterdir())
    done = subprocess.run(
        [groff, "-man", "-Tutf8", "-k", "-ww", "-z", *map(str, pages)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_what_could_be_a_request_is_text() -> None:
    assert _roff(".so /etc/passwd") == "\\&.so /etc/passwd"
    assert _roff("'tis \\n") == "\\&'tis \\en"
    assert _roff("the `word` and **this**, a*b") == "the word and this, a*b"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        write_pages(tmp_path / "file" / "man1")


def test_it_is_one_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "karussell.cli.manual"]
    done = subprocess.run(
        [*command, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )
    assert f"man -l {tmp_path}/karussell.1" in done.stdout
    wrong = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (wrong.returncode, wrong.stderr) == (
        1,
        "usage: python -m karussell.cli.manual FOLDER\n",
    )
