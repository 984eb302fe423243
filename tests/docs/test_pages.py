"""The pages as files: what they name is there, and what is built of them asks nobody."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_BOOK = sorted((_ROOT / "docs").rglob("*.md"))
_PAGES = [*sorted(_ROOT.glob("*.md")), *_BOOK, *sorted(_ROOT.glob("lab/**/*.md"))]
_TARGET = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_FETCHED = re.compile(
    r"""<(?:script|img|link rel="(?:stylesheet|icon)")[^>]*=["']?https?:|url\(["']?https?:"""
)


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_every_page_and_picture_that_a_page_names_is_there(page: Path) -> None:
    targets = _TARGET.findall(re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL))
    local = [target for target in targets if not target.startswith("http")]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_no_page_is_left_out_of_the_book() -> None:
    named = set(re.findall(r'"([\w/-]+\.md)"', (_ROOT / "zensical.toml").read_text()))
    assert named == {str(path.relative_to(_ROOT / "docs")) for path in _BOOK}


@pytest.mark.slow
def test_the_book_is_built_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    shutil.copytree(_ROOT / "docs", tmp_path / "docs")
    shutil.copy(_ROOT / "zensical.toml", tmp_path)
    (tmp_path / "src").symlink_to(_ROOT / "src")
    command = (sys.executable, "-m", "zensical", "build", "--strict")
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    built = tmp_path / "build/book"
    texts = [path.read_text() for path in built.rglob("*") if path.suffix in (".html", ".css")]
    assert len(texts) > len(_BOOK)
    assert [found for text in texts for found in _FETCHED.findall(text)] == []
