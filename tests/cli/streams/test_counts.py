"""One of a thing is called so, in every command and message."""

import ast
import re
from pathlib import Path

import pytest

from karussell.errors import UsageError, counted
from karussell.history import History, Sentence
from tests.cli.conftest import Run

_PACKAGE = Path(__file__).parents[3] / "src" / "karussell"
_SOURCES = sorted(_PACKAGE.rglob("*.py"))
_ONE_OF_MANY = re.compile(r"\b1 (entries|copies|[a-z]*[a-rt-z]s)\b")


def test_a_number_and_its_noun() -> None:
    assert [counted(number, "word") for number in (0, 1, 2, 12_345)] == [
        "0 words",
        "1 word",
        "2 words",
        "12,345 words",
    ]
    assert counted(1, "copy is", "copies are") == "1 copy is"
    assert counted(3, "copy is", "copies are") == "3 copies are"


def test_nothing_makes_its_plurals_by_itself() -> None:
    own = re.compile(r"""['"]s['"] (\*|if)""")
    assert [str(path) for path in _SOURCES if own.search(path.read_text())] == []


def test_commands_tell_one_of_a_thing(run: Run, ten_word_path: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("tea\n")
    memory = tmp_path / "memory"
    with History.open(memory) as history:
        history.add(Sentence(words=("zebrafish",), language="en", time=1))
    model = ("-m", ten_word_path)
    for arguments in (
        ("learned", "--memory", memory),
        ("evaluate", text, *model),
        ("scoreboard", text, *model),
        ("scoreboard", text, *model, "--own"),
        ("info", ten_word_path),
        ("learn", text, "--memory", memory, *model, "--dry-run"),
        ("learn", text, "--memory", memory, *model),
        ("forget", "zebrafish", "--memory", memory, "--yes"),
    ):
        told = run(*arguments)
        assert told.code == 0
        assert not _ONE_OF_MANY.search(told.out), told.out


def test_every_count_in_a_sentence_of_the_command_line_is_made_in_one_place() -> None:
    """A formatted number is followed by a plural nowhere, but in titles of columns."""
    found = []
    for path in _SOURCES:
        if path.relative_to(_PACKAGE).parts[0] != "cli":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                for number, text in zip(node.values, node.values[1:], strict=False):
                    if (
                        isinstance(number, ast.FormattedValue)
                        and isinstance(number.format_spec, ast.JoinedStr)
                        and ast.unparse(number.format_spec) == "f','"
                        and isinstance(text, ast.Constant)
                        and isinstance(text.value, str)
                        and re.match(r" [a-z]+[a-rt-z]s\b", text.value)
                    ):
                        found.append(f"{path.name}:{node.lineno}{text.value}")
    assert found == []


def test_errors_tell_one_of_a_thing() -> None:
    from karussell.training import train_tokens

    with pytest.raises(UsageError, match=r"found 1 sequence of [0-9]+ tokens in all"):
        train_tokens([["a", "a", "a"]])
