"""The command line as a person meets it: arguments in; exit code, output and errors out."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from karussell.cli import main
from tests.conftest import MakeCard, WriteModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    code: int
    out: str
    err: str


_STYLE = re.compile(r"\x1b\[[0-9;]*m")
Run = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `karussell` with arguments, inside this process."""

    def karussell(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["karussell", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        assert isinstance(left.value.code, int | None)
        return Outcome(code=left.value.code or 0, out=_STYLE.sub("", out), err=err)

    return karussell


@pytest.fixture
def complain(run: Run) -> Callable[..., str]:
    """The one line in which `karussell` tells that its arguments cannot work."""

    def complaint(*arguments: object) -> str:
        outcome = run(*arguments)
        assert outcome.code == 2
        assert outcome.out == ""
        line, end, rest = outcome.err.partition("\n")
        assert (end, rest) == ("\n", "")
        assert line.startswith("karussell: ")
        return line.removeprefix("karussell: ")

    return complaint


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make the output look like a terminal of some width."""

    def of_width(columns: int) -> None:
        monkeypatch.setenv("TTY_COMPATIBLE", "1")
        monkeypatch.setenv("COLUMNS", str(columns))

    return of_width


@pytest.fixture(scope="session")
def two_layer_path(
    write_model: WriteModel, make_card: MakeCard, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    card = make_card(layers=2, cells_per_block=2)
    return write_model(tmp_path_factory.mktemp("model") / "two.karussell", card=card)


@pytest.fixture(scope="session")
def rnn_path(
    write_model: WriteModel, make_card: MakeCard, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return write_model(tmp_path_factory.mktemp("model") / "rnn", card=make_card(cell="rnn"))
