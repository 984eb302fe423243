"""The recipe from raw text to the file that is shipped, on a small text."""

from pathlib import Path

import pytest

from karussell.keyboard import Predictor
from karussell.model import LANGUAGES, embedded_path, open_model
from recipes import RECIPES, Recipe, train


def test_one_command_goes_from_raw_text_to_the_shipped_file(
    data: Path, small: Recipe, capsys: pytest.CaptureFixture[str]
) -> None:
    out = data / "small.karussell"
    train.main(["en", str(data), "--out", str(out), "--threads", "1"])
    assert "dev_keystroke_savings" in capsys.readouterr().out
    model = open_model(out)
    assert [source.name for source in model.card.sources] == ["Talk", "Tales"]
    assert model.card.training.command == "python -m recipes.train en DATA"
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
def test_each_packaged_model_has_a_recipe_and_names_its_command(language: str) -> None:
    recipe = RECIPES[language]
    assert recipe.language == language
    assert set(recipe.everyday) <= set(recipe.texts)
    assert all(text.licence for text in recipe.texts.values())
    card = open_model(embedded_path(language)).card
    assert card.training.command == recipe.labels().command
