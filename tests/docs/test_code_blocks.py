"""Every code block of README and docs is run; of what is not, the table of rules says why."""

import importlib.util
import lzma
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from sybil import Document, Example, Region
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer
from sybil.typing import Evaluator
from typer.core import TyperGroup

from karussell.cli import main
from karussell.cli.main import app
from karussell.lab import TABLES

_ROOT = Path(__file__).parents[2]
_PAGES = sorted(
    page for pattern in ("*.md", "docs/**/*.md", "lab/**/*.md") for page in _ROOT.glob(pattern)
)
_ROOMS = sorted(path.parent for path in _ROOT.glob("lab/*/README.md"))
_FENCES = RawFencedCodeBlockLexer(re.compile(r"(?P<language>[^\n]*)\n"))
# What is printed and, behind it, what a reader is told to expect.
_PRINTED = re.compile(r"^print\((.+)\)  # (.+)$", re.MULTILINE)
_EXTRAS = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
_TEXTS = (
    *("chat", "mail", "letters", "messages", "last-month", "held-out"),
    *("messaggi", "messaggi-held-out"),
)
# What makes a command small; of an option that is given twice the last holds.
_SMALL = {
    "train": ["--overwrite", "--time=3s", "--hidden=16", "--embedding=8", "--threads=1"],
    "evaluate": ["--limit=20"],
    "scoreboard": ["--limit=20"],
    "learn": ["--model=mine.karussell"],
    **{
        f"lab {table}": ["--quick", "--no-plain", "--sequences=100"]
        for table in (*TABLES, "continual")
    },
    "lab inside": ["--quick"],
}


def _run(words: list[str]) -> None:
    name = " ".join(words[1:3]) if words[1] == "lab" else words[1]
    sys.argv[1:] = [*words[1:], *_SMALL.get(name, ())]
    with pytest.raises(SystemExit) as left:
        main()
    assert not left.value.code, words


def _parse(words: list[str]) -> None:
    command = typer.main.get_command(app)
    names = words[1:]
    while isinstance(command, TyperGroup) and names and not names[0].startswith("-"):
        name, *names = names
        command = command.commands[name]
    command.make_context(words[0], names)


def _find_target(words: list[str]) -> None:
    assert f"\n{words[1]}:" in (_ROOT / "Makefile").read_text(), words


def _find_extras(words: list[str]) -> None:
    asked = re.findall(r"\[(.*)\]", words[-1])
    assert {extra for each in asked for extra in each.split(",")} <= set(_EXTRAS), words


def _find_module(words: list[str]) -> None:
    assert importlib.util.find_spec(words[2]) is not None, words


def _find_file(words: list[str]) -> None:
    assert Path(words[1]).is_file(), words


def _leave(words: list[str]) -> None:
    assert words


def _parse_together(words: list[str]) -> None:
    """What torchrun starts is the command whose options are asked for."""
    place = words.index("karussell.train")
    assert words[place - 1] == "-m"
    _parse(["karussell", "train", *words[place + 1 :]])


# The first that a command begins with holds: how it is tried, and why it is not run as it stands.
_RULES: dict[str, tuple[Callable[[list[str]], None], str]] = {
    r"karussell (keyboard|serve|presage|lab --open)": (_parse, "serves until it is stopped"),
    r"karussell (ibus|systemd) install": (_parse, "changes the reader's desktop"),
    r"karussell bench": (_parse, "takes minutes"),
    r"karussell train .* --device cuda": (_parse, "needs a GPU"),
    r"karussell train .* --resume": (_parse, "goes on with a training that was stopped"),
    r"karussell scoreboard .* --kenlm": (_parse, "reads files of other programs"),
    r"karussell scoreboard --typing": (_parse, "asks other people's correctors for minutes"),
    r"karussell (scoreboard|lab inside) DATA/": (_parse, "reads texts that are not here"),
    r"karussell lab all": (_parse, "takes a quarter of an hour"),
    r"karussell lab (gradient|memory)": (_parse, "takes minutes"),
    r"karussell": (_run, ""),
    r"torchrun": (_parse_together, "takes several machines"),
    r"python lab/": (_find_file, "is run where `karussell lab new` is tried"),
    r"make": (_find_target, "would begin this test anew"),
    r"(\S+/)?pip install": (_find_extras, "changes what this test runs in"),
    r"(\S+/)?python -m": (_find_module, "takes minutes, or data that is not here"),
    r"(\.|cd|git|gsettings|ibus|systemctl|(sudo )?apt-get|\S+/pre-commit)": (
        _leave,
        "changes the reader's machine",
    ),
    r"curl": (_leave, "is asked of a server in tests/web/programs/test_asked.py"),
}
_SHOWN = {
    "js": "is done in Node by tests/web/programs/test_client_js.py",
    "text": "a drawing: there is nothing to run",
    "html": "is opened in a browser by tests/browser/widget/test_example.py",
    'python exec="true"': "makes a part of its page whenever the book is built",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ten_word_path: Path) -> None:
    """A reader's folder, with the texts and the model that the pages name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["karussell"])
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # threads wait for each other on a busy machine
    talk = "See you tomorrow. Are you to see the ten teas?\nI see you, and you see me.\n\n" * 40
    for name in _TEXTS:
        Path(f"{name}.txt").write_text(talk)
    Path("notes.md").write_text(f"# Tea\n\n{talk}")
    Path("sent.mbox").write_text(f"From x\nFrom: Anna <anna@example.org>\nTo: Ben\n\n{talk}")
    with lzma.open("novel.txt.xz", "wt") as file:
        file.write(talk)
    shutil.copy(ten_word_path, "mine.karussell")
    for pictures in ("docs/pictures/tour", *(f"lab/{path.name}" for path in _ROOMS)):
        Path(pictures).mkdir(parents=True)


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
@pytest.mark.usefixtures("folder")
def test_every_code_block_of_a_page_runs(page: Path) -> None:
    for example in Document.parse(str(page), _blocks).examples():
        example.evaluate()


def _blocks(document: Document) -> Iterator[Region]:
    run: dict[str, Evaluator] = {"python": _run_python, "sh": _run_shell}
    for region in _FENCES(document):
        language, source = region.lexemes["language"], region.lexemes["source"]
        if language not in _SHOWN:
            assert language in run, f"{document.path}: no rule for a block of {language!r}"
            yield Region(region.start, region.end, source, run[language])


def _run_python(example: Example) -> None:
    PythonEvaluator()(example)
    for printed, said in _PRINTED.findall(example.parsed):
        assert said.startswith(str(eval(printed, example.namespace))), printed


def _run_shell(example: Example) -> None:
    for words in _commands(example.parsed):
        how, _ = _RULES[_rule(words)]
        how(words)


def _commands(source: str) -> Iterator[list[str]]:
    for line in source.replace("\\\n", "").splitlines():
        for command in line.split(" && "):
            words = shlex.split(command, comments=True)
            if words:
                yield words[: words.index(">")] if ">" in words else words


def _rule(words: list[str]) -> str:
    command = " ".join(words)
    rules = (rule for rule in _RULES if re.match(rule, command))
    rule = next(rules, None)
    assert rule is not None, f"no rule for {command!r}"
    return rule


def test_every_rule_is_needed() -> None:
    needed, shown = set(), set()
    for page in _PAGES:
        for region in _FENCES(Document(page.read_text(), str(page))):
            shown.add(region.lexemes["language"])
            if region.lexemes["language"] == "sh":
                needed |= {_rule(words) for words in _commands(region.lexemes["source"])}
    assert (needed, shown) == (set(_RULES), {"python", "sh", *_SHOWN})
