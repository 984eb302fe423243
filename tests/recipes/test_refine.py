"""A model whose words are refined while its weights stay."""

from collections import Counter
from pathlib import Path

import numpy as np

from karussell.model import read_model_file, save_contents
from recipes import Recipe, train
from recipes.refine import refined
from recipes.slips import Text

_TEXT = Text(
    [Counter({"every": 9000, "evrey": 9, "drink": 8000, "drnik": 9, "yachts": 20})],
    {"every": 1e-3, "drink": 1e-4, "yachts": 1e-6},
    slip_rates=[1.0],
)


def test_slips_leave_and_titles_lose_their_capitals(data: Path, small: Recipe) -> None:
    out = data / "small.karussell"
    train.main(["en", str(data), "--out", str(out), "--threads", "1"])
    before = read_model_file(out)
    rare = before.rare.of_counts(["drnik", "evrey", "yachts"], ["", "", "Yachts"], [8, 9, 20], 3)
    stored = before.with_words(before.vocabulary, rare, before.withheld)

    save_contents(out, refined(stored, _TEXT, frozenset({"yachts", "anna"})))

    after = read_model_file(out)
    assert after.rare.vocabulary.words == ("yachts",)
    assert after.rare.display(0) == "yachts"
    anna = after.vocabulary.id("anna")
    assert (before.vocabulary.display(anna), after.vocabulary.display(anna)) == ("Anna", "anna")
    words = {"rare", "rare.casing", "rare.levels", "casing", "withheld"}
    for name in before.tensors.keys() - words:
        assert np.array_equal(before.tensors[name], after.tensors[name]), name
