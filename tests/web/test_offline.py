"""The keyboard as a folder for any static host."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import msgspec
import pytest

from karussell.errors import UsageError
from karussell.web import write_app

_IMPORTED = re.compile(r'^(?:import|(?:import|export)\s[^;"]*?\sfrom)\s+"([^"]+)"', re.MULTILINE)
_MOST = 10_000_000


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("host") / "some" / "app"
    write_app(out)
    return out


def _listed(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode((out / "karussell-app.json").read_bytes())
    return found


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_file_is_listed_with_its_digest(written: Path) -> None:
    files = {each["path"]: each for each in _listed(written)["files"]}
    tree = _tree(written)
    assert set(tree) - set(files) == {"karussell-app.json", "service-worker.js"}
    for path, each in files.items():
        assert each["size"] == len(tree[path])
        assert each["hash"] == hashlib.sha256(tree[path]).hexdigest()


def test_the_service_worker_knows_them(written: Path) -> None:
    first, _, _ = (written / "service-worker.js").read_text().partition("\n")
    assert first == f"const APP = {(written / 'karussell-app.json').read_text()};"


def test_english_is_small_enough_for_a_telephone(written: Path) -> None:
    assert sum(map(len, _tree(written).values())) < _MOST


def test_all_that_scripts_import_is_there(written: Path) -> None:
    """By the map of the page, in whatever folder of a host it lies."""
    home = "https://host.example/any/where/"
    there = {home + path for path in _tree(written)}
    missing = []
    for path in written.rglob("*.js"):
        own = home + str(path.relative_to(written))
        for name in _IMPORTED.findall(path.read_text()):
            mapped = "./app/line.js" if name == "/line/server.js" else f".{name}"
            found = urljoin(home, mapped) if name.startswith("/") else urljoin(own, name)
            if found not in there:
                missing.append((own, name))
    assert missing == []


def test_the_page_asks_for_nothing_outside_its_folder(written: Path) -> None:
    page = (written / "index.html").read_text()
    assert re.findall(r'(?:href|src)="(?!\./)[^"]*"', page) == []
    for path in (*written.rglob("*.css"), *(written / "app").glob("*.webmanifest")):
        assert re.search(r'url\(["\']?/|"/', path.read_text()) is None, path
    assert 'lang="und"' not in page


def test_the_policy_admits_the_map_alone_of_what_stands_in_the_page(written: Path) -> None:
    page = (written / "index.html").read_text()
    assert len(re.findall(r"<script(?![^>]*src=)", page)) == 1
    assert "unsafe-inline" not in page
    assert "default-src 'none'" in page


def test_the_same_is_the_same_version_and_another_language_another(tmp_path: Path) -> None:
    first = write_app(tmp_path / "a")
    assert write_app(tmp_path / "b") == first
    german = write_app(tmp_path / "b", "de-AT")
    assert german.version != first.version
    assert 'lang="de"' in (tmp_path / "b" / "index.html").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_an_earlier_app_is_replaced_whole(written: Path, tmp_path: Path) -> None:
    out = tmp_path / "app"
    write_app(out)
    (out / "main.js").write_text("changed by hand")
    write_app(out)
    assert _tree(out) == _tree(written)


def _no_app(out: Path) -> None:
    (out / "deep").mkdir(parents=True)
    (out / "deep" / "letter.txt").write_text("mine")


def _app_and_more(out: Path) -> None:
    write_app(out)
    (out / "letter.txt").write_text("mine")


def _list_that_lies(out: Path) -> None:
    out.mkdir()
    (out / "karussell-app.json").write_text("[]")
    (out / "letter.txt").write_text("mine")


def _a_file(out: Path) -> None:
    out.write_text("mine")


def _a_link(out: Path) -> None:
    (out.parent / "elsewhere").mkdir()
    out.symlink_to("elsewhere")


@pytest.mark.parametrize("lay", [_no_app, _app_and_more, _list_that_lies, _a_file, _a_link])
def test_what_is_not_its_own_stays(tmp_path: Path, lay: Any) -> None:
    out = tmp_path / "app"
    lay(out)
    before = _tree(tmp_path)
    with pytest.raises(UsageError, match=r"app: (.* lies there, which is no part|is no folder)"):
        write_app(out)
    assert _tree(tmp_path) == before


@pytest.mark.parametrize("out", [".", "", "sub/..", "/"])
def test_a_folder_is_told_by_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="expected a folder's own name"):
        write_app(Path(out))
    assert _tree(tmp_path) == {}


def test_of_a_large_folder_the_first_strange_file_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    found = Path.rglob

    def watched(path: Path, pattern: str) -> Iterator[Path]:
        yield from found(path, pattern)
        raise AssertionError("looked at everything")

    monkeypatch.setattr(Path, "rglob", watched)
    with pytest.raises(UsageError, match=r"letter\.txt lies there"):
        write_app(tmp_path)


def test_an_app_that_cannot_be_written_leaves_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "app"
    write_app(out)
    before = _tree(out)
    rename = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if path.name == "made":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="No space left"):
        write_app(out, "de")
    monkeypatch.undo()
    assert _tree(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["app"]


def test_a_language_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="language 'nl': there is no packaged model"):
        write_app(tmp_path / "app", "nl")
    assert list(tmp_path.iterdir()) == []
