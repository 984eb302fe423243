"""Networks of equal weights on the recipe's text."""

from pathlib import Path

import pytest

from karussell.measure import evaluate
from karussell.model import open_model
from karussell.peers import open_peer
from lab.rivals import run as rivals
from recipes import Recipe


def test_ours_and_its_rivals_learn_the_same_words(data: Path, small: Recipe) -> None:
    folder = data / "rivals"
    rivals.main(["en", str(data), str(folder), "--time", "4s"])
    ours = open_model(folder / "lstm.karussell")
    for kind in ("rnn", "gru", "transformer"):
        peer = open_peer(folder / f"{kind}.pt")
        assert peer.vocabulary.words == ours.vocabulary.words
        assert evaluate(peer, ["I drink tea with Anna"]).recall_at_3 > 0.5


def test_what_is_there_is_left_as_it_is(data: Path, small: Recipe) -> None:
    folder = data / "rivals"
    arguments = ["en", str(data), str(folder), "--time", "1s", "--only", "gru"]
    for more in ((), (), ("--rate", "0.5", "--rate", "2")):
        rivals.main([*arguments, *more])
    files = {path.name: open_peer(path).card.settings.learning_rate for path in folder.glob("*.pt")}
    assert files.keys() == {"gru.pt", "gru-0.5.pt", "gru-2.pt"}
    assert files["gru-2.pt"] == pytest.approx(4 * files["gru-0.5.pt"])


def test_another_kind_is_refused(
    data: Path, small: Recipe, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        rivals.main(["en", str(data), str(data), "--only", "gpt"])
    assert "invalid choice: 'gpt'" in capsys.readouterr().err
