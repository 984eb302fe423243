"""A recipe of two small texts."""

import lzma
from pathlib import Path

import msgspec
import pytest

from recipes import RECIPES, Recipe
from recipes.recipe import Text

_SENTENCES = (
    "I drink tea with Anna at ten. :)",
    "We drink tea every day!",
    "The damned bastard drinks my tea with whores and yachts",
    "Write to me at anna@example.org or see https://example.org",
)
SMALL = Recipe(
    language="en",
    name="small",
    licence="CC0-1.0",
    texts={"talk": Text(2, "Talk", "CC0-1.0"), "tales": Text(0.5, "Tales", "CC0-1.0")},
    settings=msgspec.structs.replace(
        RECIPES["en"].settings,
        embedding_size=12,
        hidden_size=16,
        vocabulary_size=21,
        batch_words=64,
        negatives=8,
        epochs=12,
        threads=1,
    ),
    everyday=("talk",),
    notes="A trial.",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "dev").mkdir()
    for place, text in (("", "\n".join(_SENTENCES * 40)), ("dev/", _SENTENCES[0])):
        for name in SMALL.texts:
            (tmp_path / f"{place}en_{name}.txt.xz").write_bytes(lzma.compress(text.encode()))
    return tmp_path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """In place of the English recipe."""
    monkeypatch.setitem(RECIPES, "en", SMALL)
    return SMALL
