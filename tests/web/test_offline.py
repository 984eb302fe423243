"""The keyboard as a folder for any static host."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    """In whatever folder of a host it lies."""
    imported = {
        path.relative_to(written).as_posix(): _IMPORTED.findall(path.read_text())
        for path in written.rglob("*.js")
    }
    assert imported == {
        "app/line.js": [],
        "app/page.js": ["./line.js"],
        "app/worker.js": [],
        "service-worker.js": [],
        "widget/widget.js": [],
    }


def test_a_start_asks_for_few_files(written: Path) -> None:
    """A hundred modules, each asked for by the one before it, took half of the time."""
    page = (written / "index.html").read_text()
    scripts = re.findall(r'<script[^>]* src="./([^"]+)"', page)
    assert scripts == ["app/line.js", "app/page.js"]
    assert len(re.findall(r'<link rel="stylesheet"', page)) == 2
    assert len(_listed(written)["files"]) <= 20


def test_the_page_asks_for_nothing_outside_its_folder(written: Path) -> None:
    page = (written / "index.html").read_text()
    assert re.findall(r'(?:href|src)="(?!\./)[^"]*"', page) == []
    for path in (*written.rglob("*.css"), *(written / "app").glob("*.webmanifest")):
        assert re.search(r'url\(["\']?/|"/', path.read_text()) is None, path
    assert 'lang="und"' not in page


def test_the_policy_admits_nothing_that_stands_in_the_page(written: Path) -> None:
    page = (written / "index.html").read_text()
    assert re.findall(r"<script(?![^>]*src=)|<style|\son[a-z]+=", page) == []
    assert "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';" in page
    assert "unsafe-inline" not in page


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
    (out / "app" / "page.js").write_text("changed by hand")
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
