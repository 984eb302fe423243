"""`karussell learned`, `forget` and `saved`, and what `keyboard` says of them."""

import stat
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from karussell.cli.times import moment
from karussell.errors import UsageError
from karussell.history import History, Saving, Sentence
from karussell.keyboard import Memory
from tests.cli.conftest import Run

_DAY = 86_400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "history"
    with History.open(folder) as history:
        memory = Memory(history)
        for number in range(30):
            words = ("see", "Tomasz") if number < 3 else ("the", "Zoo")
            app = "chat" if number % 2 else "mail"
            time = moment("", "2026-11-01") + number * _DAY
            history.add(Sentence(words=words, language="en", time=time, app=app))
        memory.reject("teh", "the", language="en")
        memory.repair("adn", "and", language="en")
        history.add(Saving(day="2026-11-01", keys=40, letters=100, picks=9, corrected=2, undone=1))
        history.add(Saving(day="2026-11-02", keys=50, letters=100, picks=8))
    return folder


def test_own_words_are_listed_first(run: Run, folder: Path) -> None:
    outcome = run("learned", "--memory", folder)
    assert (outcome.code, outcome.err) == (0, "")
    lines = [line.split() for line in outcome.out.splitlines()]
    assert lines[0][:5] == ["4", "words", "in", "30", "sentences,"]
    assert lines[2] == ["word", "uses", "last", "used", "language", "in"]
    listed = [line[0] for line in lines[3:7]]
    assert listed.index("Tomasz") < listed.index("see")
    tomasz = next(line for line in lines if line[:1] == ["Tomasz"])
    assert tomasz == ["Tomasz", "3", "2026-11-03", "00:00", "en", "chat,", "mail"]
    assert ["adn", "and", "1"] in [line[:3] for line in lines]
    assert ["teh", "the", "1"] in [line[:3] for line in lines]


def test_what_is_listed_is_narrowed(run: Run, folder: Path) -> None:
    def words(*options: object) -> set[str]:
        outcome = run("learned", "--memory", folder, "--json", *options)
        return {each["word"] for each in msgspec.json.decode(outcome.out)["words"]}

    assert words("--word", "TOM") == {"Tomasz"}
    assert words("--since", "2026-11-20") == {"the", "Zoo"}
    assert words("--app", "nowhere") == set()
    assert run("learned", "-n", 1, "--memory", folder).out.count("\n2026") == 0
    assert "and 3 more" in run("learned", "-n", 1, "--memory", folder).out


def test_nothing_is_made_where_nothing_was_learned(run: Run, tmp_path: Path) -> None:
    for command in (["learned"], ["saved"], ["forget", "word"], ["forget", "--everything"]):
        outcome = run(*command, "--memory", tmp_path / "none")
        assert (outcome.code, outcome.err) == (0, "")
        assert "nothing" in outcome.out
    assert not (tmp_path / "none").exists()


def test_all_is_exported_for_its_owner_alone(run: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.json"
    assert run("learned", "--memory", folder, "--out", out).code == 0
    with History.open(folder) as history:
        assert out.read_bytes() == history.export()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    again = run("learned", "--memory", folder, "--out", out)
    assert (again.code, "--overwrite" in again.err) == (2, True)
    assert run("learned", "--memory", folder, "--out", out, "--overwrite").code == 0


def test_words_are_forgotten_at_once(run: Run, folder: Path) -> None:
    outcome = run("forget", "tomasz", "zebra", "--memory", folder)
    assert outcome.out.startswith("forgotten: 3 entries; 0 copies are left in ")
    assert b"omasz" not in b"".join(path.read_bytes() for path in folder.iterdir())
    assert run("forget", "tomasz", "--memory", folder).out == "nothing like this was learned\n"
    found = msgspec.json.decode(run("forget", "teh", "--memory", folder, "--json").out)
    assert (found["entries"], found["copies"]) == (1, 0)


def test_a_memory_that_is_empty_says_so(run: Run, tmp_path: Path) -> None:
    assert run("learned", "--memory", tmp_path).out == "nothing was learned yet\n"
    asked = run("learned", "--word", "tea", "--memory", tmp_path)
    assert asked.out == "nothing like this was learned\n"


def test_much_is_forgotten_only_if_one_says_so(
    run: Run, folder: Path, complain: Callable[..., str]
) -> None:
    wide = [["--everything"], ["Zoo"], ["--since", "2026-11-01"]]
    for each in wide:
        assert "give --yes" in complain("forget", *each, "--memory", folder)
    with History.open(folder) as history:
        assert len(history.entries()) == 34
    assert run("forget", *wide[0], "--memory", folder, "--yes").code == 0
    with History.open(folder) as history:
        assert history.entries() == []


def test_a_day_is_forgotten_to_its_end(run: Run, folder: Path) -> None:
    span = ["--since", "2026-11-02", "--until", "2026-11-03"]
    outcome = run("forget", *span, "--memory", folder)
    assert outcome.out.startswith("forgotten: 3 entries;")  # two sentences, a day's sums


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["forget"], "nothing to forget was named; expected words, a time"),
        (["forget", "tea", "--everything"], "leave it out to forget only the words"),
        (["forget", "--since", "gestern"], "--since gestern: not a time"),
        (["forget", ""], "word '': is empty"),
        (["forget", "  "], "is empty"),
        (["forget", "the zoo"], "is several"),
        (["learned", "--word", ""], "is empty"),
        (["forget", "--since", "2026-11-02", "--until", "2026-11-01"], "is not before --until"),
        (["forget", "--since", "2999-01-01"], "still to come"),
        (["learned", "--since", "2026-13-01"], "--since 2026-13-01: not a time"),
        (["keyboard", "--memory", "x", "--no-memory"], "expected one of them"),
        (["keyboard", "--language", ","], "expected a tag"),
        (["keyboard", "--language", "en,xx", "--no-memory"], "xx"),
    ],
)
def test_mistakes_are_told(
    complain: Callable[..., str], folder: Path, arguments: list[str], error: str
) -> None:
    if arguments[0] != "keyboard":
        arguments = [*arguments, "--memory", str(folder)]
    assert error in complain(*arguments)


def test_an_application_that_taught_nothing_is_told(run: Run, folder: Path) -> None:
    outcome = run("forget", "--app", "Nowhere", "--memory", folder)
    assert outcome.out == (
        "nothing like this was learned in Nowhere; what was learned is from chat, mail\n"
    )


def test_savings_are_listed_by_the_day(run: Run, folder: Path) -> None:
    lines = run("saved", "--memory", folder).out.splitlines()
    assert lines[1].split() == ["2026-11-01", "100", "40", "60.0%", "9", "2", "1"]
    assert lines[-1].split() == ["all", "days", "200", "90", "55.0%", "17", "2", "1"]
    found = msgspec.json.decode(run("saved", "--memory", folder, "--json").out)
    assert [each["day"] for each in found["days"]] == ["2026-11-01", "2026-11-02"]


def test_times_are_read_as_people_write_them() -> None:
    day = moment("--since", "2026-11-01")
    assert moment("--until", "2026-11-01", ends=True) - day in range(23 * 3600, 26 * 3600)
    assert moment("--since", "2026-11-01T12:30") - day in range(11 * 3600, 14 * 3600)
    assert (
        moment("", "7d") < moment("", "yesterday") < moment("", "today") < moment("", "1h") + 3600
    )
    for wrong in ("", "7", "7y", "99999999d", "2026-02-30", "2026-11-01 to", "\u0661d"):
        with pytest.raises(UsageError, match="not a time"):
            moment("--since", wrong)
