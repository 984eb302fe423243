"""The recipe from raw text to the file that is shipped, on a small text."""

import lzma
from pathlib import Path

import msgspec
import pytest
from models.recipe import Recipe, Text

from karussell.keyboard import Predictor
from karussell.model import LANGUAGES, open_model
from models import train

_SENTENCES = (
    "I drink tea with Anna at ten. :)",
    "We drink tea every day!",
    "The damned bastard drinks my tea with whores and yachts",
    "Write to me at anna@example.org or see https://example.org",
)
_RECIPE = Recipe(
    language="en",
    name="small",
    licence="CC0-1.0",
    texts={"talk": Text.of(2, "Talk", "CC0-1.0"), "tales": Text.of(0.5, "Tales", "CC0-1.0")},
    settings=msgspec.structs.replace(
        train.RECIPES["en"].settings,
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
        for name in _RECIPE.texts:
            (tmp_path / f"{place}en_{name}.txt.xz").write_bytes(lzma.compress(text.encode()))
    return tmp_path


def test_one_command_goes_from_raw_text_to_the_shipped_file(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(train.RECIPES, "en", _RECIPE)
    out = data / "small.karussell"
    train.main(["en", str(data), "--out", str(out), "--threads", "1"])
    assert "dev_keystroke_savings" in capsys.readouterr().out
    model = open_model(out)
    assert [source.name for source in model.card.sources] == ["Talk", "Tales"]
    assert model.card.training.command == "python -m models.train en DATA"
    assert model.card.scores["dev_keystroke_savings"] > 0.5
    assert [model.vocabulary.word(each) for each in model.withheld.tolist()] == ["bastard"]
    assert "yachts" in model.rare.vocabulary
    assert "whores" not in {*model.vocabulary.words, *model.rare.vocabulary.words}
    known = {*model.vocabulary.words, *model.rare.vocabulary.words}
    assert ":)" in known
    assert not known & {"example", "https", "org"}
    with Predictor(model) as predictor:
        assert "tea" in [suggestion.text for suggestion in predictor.suggest("I drink ")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_packaged_model_has_a_recipe(language: str) -> None:
    recipe = train.RECIPES[language]
    assert recipe.language == language
    assert set(recipe.everyday) <= set(recipe.texts)
    assert all(text.source.licence for text in recipe.texts.values())
