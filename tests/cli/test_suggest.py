"""`karussell suggest`."""

from pathlib import Path

import msgspec

from karussell.keyboard import Kind, Predictor
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
