"""The input method in one's own folders, and out of them again."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from karussell.errors import UsageError
from karussell.ibus import Places, install, status, uninstall
from tests.ibus.desktop import needed


def _environment(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(home)}


def test_it_is_installed_for_its_owner_alone_and_taken_back(tmp_path: Path) -> None:
    needed()
    environment = _environment(tmp_path)
    before = set(tmp_path.rglob("*"))
    command = tmp_path / "my tools/karussell"
    places = install(command, environment)
    words = ElementTree.parse(places.component).findtext("exec")
    assert words is not None
    assert words.endswith(f"--ibus --command '{command}'")
    assert str(places.component.parent) in places.variables.read_text()
    assert "/usr/share/ibus/component" in places.variables.read_text()
    assert status(environment).installed
    listed = {**environment, "IBUS_COMPONENT_PATH": places.path}
    cache = subprocess.run(
        ["ibus", "read-cache"], env=listed, capture_output=True, text=True, timeout=60
    )
    assert "<name>karussell</name>" in cache.stdout
    assert sorted(uninstall(environment)) == sorted([places.component, places.variables])
    assert uninstall(environment) == []
    left = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert all("cache" in str(path) for path in left)
    assert not status(environment).installed


def test_what_is_missing_is_told_with_the_one_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"sudo apt install ibus gir1.2-ibus-1.0 python3-gi"):
        install(tmp_path / "karussell", _environment(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("variable", ["XDG_DATA_HOME", "XDG_CONFIG_HOME"])
def test_folders_that_a_person_named_are_used(tmp_path: Path, variable: str) -> None:
    named = tmp_path / "named"
    places = Places.of({"HOME": str(tmp_path), variable: str(named)})
    assert named in places.component.parents or named in places.variables.parents


def test_the_engine_says_what_it_is_under_the_systems_python() -> None:
    needed()
    main = Path(sys.modules["karussell.ibus"].__path__[0], "main.py")
    done = subprocess.run(
        ["/usr/bin/python3", "-I", str(main), "--xml"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ElementTree.fromstring(done.stdout).findtext("engine/name") == "karussell"
