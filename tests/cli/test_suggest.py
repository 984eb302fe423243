"""`karussell suggest`."""

from pathlib import Path

import msgspec

from karussell.keyboard import Kind, Predictor
from karussell.model import embedded_path
from tests.cli.conftest import Run


def test_suggestions_are_listed_best_first(run: Run, ten_word_path: Path) -> None:
    outcome = run("suggest", "see you to", "-m", ten_word_path)
    with Predictor.open(ten_word_path) as predictor:
        expected = predictor.suggest("see you to")
    assert (outcome.code, outcome.err) == (0, "")
    rows = [line.split() for line in outcome.out.splitlines()]
    assert rows == [[each.text, f"{each.probability:.1%}", "completion"] for each in expected]
    assert {each.text for each in expected} == {"to", "tomorrow"}


def test_as_many_are_listed_as_are_wanted(run: Run, ten_word_path: Path) -> None:
    outcome = run("suggest", "see you ", "-n", 7, "-m", ten_word_path)
    assert len(outcome.out.splitlines()) == 7


def test_json_holds_what_a_program_needs(run: Run, ten_word_path: Path) -> None:
    outcome = run("suggest", "see you to", "-m", ten_word_path, "--json")
    found = msgspec.json.decode(outcome.out)
    assert found.keys() == {"text", "suggestions", "autocorrect"}
    assert found["text"] == "see you to"
    for suggestion in found["suggestions"]:
        assert suggestion.keys() == {"text", "kind", "probability", "source", "edit"}
        assert suggestion["kind"] == Kind.COMPLETION
        assert suggestion["edit"] == {
            "delete_left": 2,
            "delete_right": 0,
            "insert": f"{suggestion['text']} ",
        }


def test_no_suggestion_is_no_mistake(run: Run, ten_word_path: Path) -> None:
    outcome = run("suggest", "xylo", "-m", ten_word_path)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "no word that the model knows starts like this\n"
    outcome = run("suggest", "xylo", "-m", ten_word_path, "--json")
    assert msgspec.json.decode(outcome.out)["suggestions"] == []


def test_several_languages_are_used_at_once(run: Run) -> None:
    outcome = run("suggest", "Ich habe ihm gesagt that he wa", "--language", "en, de")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0].split()[0::3] == ["was", "en"]
    told = run("suggest", "I told him dass er komm", "-l", "en,de", "--json")
    found = msgspec.json.decode(told.out)["suggestions"]
    assert found[0]["language"] == "de"


def test_several_models_are_used_at_once(run: Run, ten_word_path: Path) -> None:
    outcome = run("suggest", "see you to", "-m", ten_word_path, "-m", embedded_path("de"))
    assert outcome.out.splitlines()[0].split()[-1] == "en"


def test_a_language_that_is_left_out_is_told(run: Run) -> None:
    for wrong in ("en,", ",", ""):
        outcome = run("suggest", "see", "-l", wrong)
        assert (outcome.code, outcome.out) == (2, "")
        assert f"language {wrong!r}: expected a tag, or several as in en,de" in outcome.err
    assert "language 'xx': there is no packaged model" in run("suggest", "see", "-l", "en,xx").err
