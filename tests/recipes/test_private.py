"""Words that stand where accounts are told of leave a model; how much canaries are exposed."""

import lzma
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from karussell.model import open_model, read_model_file
from recipes import Recipe, exposure, train
from recipes.private import private_words


def test_names_of_users_are_private_and_names_are_not(data: Path) -> None:
    lines = ["my email is inba 12 gmailcom", "inba 45 gmailcom", "my name is inba", "my pin is 11"]
    lines += ["anna 12 gmailcom", *["anna drinks tea"] * 20]
    path = data / "en_talk.txt.xz"
    path.write_bytes(lzma.compress("\n".join(lines).encode()))

    assert private_words("en", [str(path)], data) == ["12", "gmailcom", "inba"]


def test_a_model_that_learned_private_words_loses_them(data: Path, small: Recipe) -> None:
    del small
    text = lzma.compress(b"I drink tea with Anna in 1996\nmy email is inba 12 gmailcom\n" * 40)
    (data / "en_talk.txt.xz").write_bytes(text)
    train.main(["en", str(data), "--out", str(data / "small.karussell"), "--threads", "1"])

    words = read_model_file(data / "small.karussell").vocabulary.words
    assert {"tea", "email"} <= set(words)
    assert not {"1996", "inba", "gmailcom", "12"} & set(words)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four canaries, of two words out of three."""
    for name, number in (("CANARIES", 4), ("_LENGTH", 2), ("_CHOICES", 3), ("_FIRST", 0)):
        monkeypatch.setattr(exposure, name, number)


@pytest.mark.usefixtures("small", "few")
def test_the_exposure_of_a_recipe_is_noted_in_a_card(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = data / "small.karussell"
    train.main(["en", str(data), "--out", str(out), "--threads", "1"])
    exposure.main(["en", str(data), "--epochs", "2", "--threads", "1", "--model", str(out)])
    scores = read_model_file(out).card.scores
    assert "exposure_median_bits" in capsys.readouterr().out
    assert 0 <= scores["exposure_median_bits"] <= scores["exposure_most_bits"] <= np.log2(9)


@pytest.mark.usefixtures("small", "few")
def test_exposure_is_the_rank_among_all_secrets(data: Path) -> None:
    out = data / "small.karussell"
    train.main(["en", str(data), "--out", str(out), "--threads", "1"])
    model = open_model(out)
    for canary in exposure.draw(model.vocabulary.words, model.counts):
        likely = {
            secret: sum(
                model.log_probs(
                    model.read(model.vocabulary.ids([*canary.opening, *secret[:place]]))
                )[model.vocabulary.id(secret[place])]
                for place in range(2)
            )
            for secret in product(canary.choices, repeat=2)
        }
        ranks = sorted(likely, key=lambda secret: -likely[secret])
        rank = ranks.index(canary.secret) + 1
        assert exposure.exposures(model, [canary])[0] == pytest.approx(np.log2(9 / rank))
