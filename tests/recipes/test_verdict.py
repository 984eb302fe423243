"""How sure a keyboard may be, learned on a small text."""

import lzma
from pathlib import Path

import msgspec
import pytest

from karussell.correction import ANY_LANGUAGE, FEATURES, KnownWords, Parameters
from karussell.model import embedded_path
from recipes import Recipe, known_words, verdict
from recipes.asked import held_out_lines


def test_one_command_learns_verdicts_and_thresholds(
    data: Path, small: Recipe, capsys: pytest.CaptureFixture[str]
) -> None:
    assert embedded_path("en").exists()
    line = "The people said that they would come from the house with tea."
    (data / "dev" / "en_other.txt.xz").write_bytes(lzma.compress("\n".join([line] * 12).encode()))
    out = data / "verdict.json"
    verdict.main([str(data), "--language", "en", "--out", str(out), "--lines", "24"])
    found = msgspec.json.decode(out.read_bytes(), type=Parameters)
    for side in (found.letters, found.taps):
        assert set(side.thresholds) == {"en", ANY_LANGUAGE}
        assert all(0 < each <= 1 for each in side.thresholds["en"])
        assert all(len(each) == len(FEATURES) for each in side.network.hidden)
    assert "words typed" in capsys.readouterr().out


def test_texts_that_scores_are_measured_on_are_not_learned_from(data: Path, small: Recipe) -> None:
    names = [path.name for path in held_out_lines(data, "en", small.everyday)]
    assert names == ["en_tales.txt.xz"]


def test_known_words_are_those_of_all_languages(
    data: Path, small: Recipe, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, word in (("de", "Zeit"), ("it", "ciao")):
        text = f"{word} {word}\n{word} once"
        (data / f"{language}_talk.txt.xz").write_bytes(lzma.compress(text.encode()))
    out = data / "known.bin"
    known_words.main([str(data), "--out", str(out)])
    found = KnownWords.read(out.read_bytes())
    assert found.knows("en", "tea")
    assert found.knows("de", "zeit")
    assert found.elsewhere("en", "ciao")
    assert not found.knows("en", "ciao")
    assert "bytes" in capsys.readouterr().out
