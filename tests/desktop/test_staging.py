"""The layout of a distribution's package: what it has, that IBus takes it, and its removal."""

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from karussell.desktop import Plan, stage, unstage
from karussell.errors import UsageError
from karussell.ibus import component
from tests.ibus.desktop import SYSTEM, desktop, needed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="packages of Linux")

_CONTROL = """Package: karussell
Version: 0.1
Architecture: all
Maintainer: Karussell developers <nobody@example.org>
Description: a private predictive keyboard
"""
_PAGES = {"karussell.1": '.TH "KARUSSELL" 1\n'}


def _plan(prefix: str = "/usr", command: str = "/usr/bin/karussell") -> Plan:
    return Plan.of(prefix, command, "1.0", _PAGES)


def _files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}


def test_a_package_has_each_file_where_the_system_looks_for_it(tmp_path: Path) -> None:
    root = tmp_path / "root"
    old = os.umask(0o077)
    try:
        written = stage(root, _plan())
    finally:
        os.umask(old)
    assert {
        "usr/share/ibus/component/karussell.xml",
        "usr/lib/karussell/ibus/main.py",
        "usr/lib/karussell/desktop/presage.py",
        "usr/lib/systemd/user/karussell.socket",
        "usr/lib/systemd/user/karussell.service",
        "usr/share/dbus-1/services/org.gnome.presage.beta.service",
        "usr/share/man/man1/karussell.1",
    } <= _files(root)
    assert _files(tmp_path) == {str(path.relative_to(tmp_path)) for path in written}
    assert all(path.stat().st_mode & 0o777 == 0o644 for path in written)
    assert all(path.stat().st_mode & 0o755 == 0o755 for path in root.rglob("*/"))
    assert not any(str(tmp_path).encode() in path.read_bytes() for path in written)
    listed = (root / "usr/lib/karussell/staged.sha256").read_text().splitlines()
    for line in listed:
        digest, _, path = line.partition("  ")
        assert hashlib.sha256((root / "usr" / path).read_bytes()).hexdigest() == digest
    assert len(listed) == len(written) - 1


@pytest.mark.parametrize("prefix", ["/usr", "/usr/local/", "/opt/my tools", "/"])
def test_its_files_name_each_other_by_the_prefix(tmp_path: Path, prefix: str) -> None:
    stage(tmp_path, _plan(prefix, f"{prefix.rstrip('/')}/bin/karussell"))
    house = f"{prefix.rstrip('/')}/lib/karussell"
    place = tmp_path / prefix.strip("/")
    found = ElementTree.parse(place / "share/ibus/component/karussell.xml").findtext("exec")
    assert found is not None
    _, engine, *_, command = shlex.split(found)
    assert engine == f"{house}/ibus/main.py"
    assert (tmp_path / engine.lstrip("/")).is_file()
    served = (place / "lib/systemd/user/karussell.service").read_text()
    assert command in served
    assert unstage(tmp_path, prefix).kept == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("prefix", ["usr", "", "../usr", "/usr/../etc", "/a\nb"])
def test_what_is_no_place_is_refused(tmp_path: Path, prefix: str) -> None:
    with pytest.raises(UsageError, match="expected an absolute path"):
        _plan(prefix)


def test_it_is_taken_back_but_for_what_was_changed(tmp_path: Path) -> None:
    other = tmp_path / "usr/share/ibus/component/other.xml"
    other.parent.mkdir(parents=True)
    other.write_text("<component/>")
    stage(tmp_path, _plan())
    changed = tmp_path / "usr/lib/systemd/user/karussell.service"
    changed.write_text("[Service]\n")
    with pytest.raises(UsageError, match=r"karussell\.service: is another's, or was changed"):
        stage(tmp_path, _plan())
    removed = unstage(tmp_path, "/usr")
    assert removed.kept == [changed]
    assert _files(tmp_path) == {str(path.relative_to(tmp_path)) for path in (other, changed)}
    assert unstage(tmp_path, "/usr").gone == []


@pytest.mark.parametrize("name", ["share/ibus/component/karussell.xml", "lib/karussell/client.py"])
def test_what_is_anothers_is_not_replaced_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    others = tmp_path / "usr" / name
    others.parent.mkdir(parents=True)
    others.write_text("another's")
    with pytest.raises(UsageError, match="is another's"):
        stage(tmp_path, _plan())
    assert _files(tmp_path) == {f"usr/{name}"}
    assert unstage(tmp_path, "/usr").gone == []


def test_a_later_version_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    stage(tmp_path, Plan.of("/usr", "/usr/bin/karussell", "1.0", {**_PAGES, "old.1": "old"}))
    stage(tmp_path, Plan.of("/usr", "/usr/bin/karussell", "2.0", _PAGES))
    assert "usr/share/man/man1/old.1" not in _files(tmp_path)
    text = (tmp_path / "usr/share/ibus/component/karussell.xml").read_text()
    assert "<version>2.0</version>" in text
    assert unstage(tmp_path, "/usr").kept == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "usr").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        stage(tmp_path, _plan())


def test_ibus_lists_it_and_its_engine_types_alone(tmp_path: Path) -> None:
    """The engine lies where nothing else of Karussell does."""
    needed()
    prefix = tmp_path / "usr"
    stage(Path("/"), _plan(str(prefix), "/usr/bin/karussell"))
    environment = {
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "IBUS_COMPONENT_PATH": str(prefix / "share/ibus/component"),
    }
    for act in ("write-cache", "read-cache"):
        listed = subprocess.run(
            ["ibus", act], env=environment, capture_output=True, text=True, timeout=60, check=True
        )
    assert "<name>karussell</name>" in listed.stdout
    assert f"{prefix}/lib/karussell/ibus/main.py" in listed.stdout
    with desktop(engine=prefix / "lib/karussell/ibus/main.py") as here:
        program = here.start(SYSTEM, "tests/ibus/programs/headless.py")
        program.until(lambda state: state["what"] == "opened")
        program.state = {}
        program.order(do="open", name="a", capabilities=0x2F, purpose=0, hints=0)
        program.until(lambda state: state["what"] == "opened")
        program.type("See you tom")
        program.offers("tomorrow")
        program.key("\t")
        program.stands("See you tomorrow ")


def test_a_debian_package_is_built_installed_and_removed(tmp_path: Path) -> None:
    missing = [each for each in ("dpkg", "dpkg-deb") if shutil.which(each) is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"missing: {', '.join(missing) or 'root, to install a package'}")
    built, root = tmp_path / "built", tmp_path / "root"
    stage(built, _plan())
    (built / "DEBIAN").mkdir(mode=0o755)
    (built / "DEBIAN/control").write_text(_CONTROL)
    package = tmp_path / "karussell.deb"

    def run(*command: object) -> None:
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr

    run("dpkg-deb", "--root-owner-group", "--build", built, package)
    for folder in ("var/lib/dpkg/info", "var/lib/dpkg/updates"):
        (root / folder).mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()
    run("dpkg", f"--root={root}", "--log=/dev/null", "--install", package)
    assert _files(root / "usr") == _files(built / "usr")
    run("dpkg", f"--root={root}", "--log=/dev/null", "--purge", "karussell")
    assert not (root / "usr").exists()


def test_the_component_is_that_of_ones_own_folders(tmp_path: Path) -> None:
    stage(tmp_path, _plan())
    text = (tmp_path / "usr/share/ibus/component/karussell.xml").read_text()
    starts = "/usr/bin/python3 /usr/lib/karussell/ibus/main.py --ibus --command /usr/bin/karussell"
    assert text == component(starts, "1.0")
