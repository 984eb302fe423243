"""What a writer taught is learned, shown and forgotten the same in both languages."""

import random
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from karussell.errors import UsageError
from karussell.history import Entry, Rejection, Repair, Saving, Sentence
from karussell.keyboard.memory import Forgotten, Memory, inside, is_anybodys, memory, taught
from karussell.keyboard.memory.recall import Recall
from tests.keyboard.memory.test_lessons import NUMBERS, PLAIN
from tests.twin.node import Twin
from tests.twin.texts import LANGUAGES, texts

_MODULE = "./personal/memory.mjs"
_HOUR = 3600
_START = 1_790_000_000
_KINDS = {Sentence: "sentence", Rejection: "rejection", Repair: "repair", Saving: "saving"}
_WORDS = ("tea", "Tea", "ANNA", "anna's", "l'avion", "Bofi", "\u00e9t\u00e9", "i", "zoom", "ti")
_APPS = ("mail", "chat", None)


def said(entry: Entry) -> dict[str, Any]:
    """An entry as the twin has it."""
    fields = {name: getattr(entry, name) for name in entry.__struct_fields__}
    listed = {name: list(v) if isinstance(v, tuple) else v for name, v in fields.items()}
    return {"kind": _KINDS[type(entry)], **listed}


def _numbered() -> list[str]:
    signs = "0123456789" * 3 + " .,:-/_'()\n\u00a0\u202fh+x\u0664\ufffc$ "
    chance = random.Random(9)
    return ["".join(chance.choices(signs, k=chance.randint(1, 25))) for _ in range(1500)]


def _lesson_texts() -> list[str]:
    numbers = [f"my code is {each}, tell nobody. Pin{each} x{each}y" for each in NUMBERS + PLAIN]
    shouted = ["HELLO THERE", "I'M OK", "Paris", "NASA", "see \ufffc\ufffc there", "a" * 61 + " b"]
    return [*numbers, *shouted, *_numbered(), *texts(400, seed=3)]


def test_finished_texts_teach_the_same(twin: Twin) -> None:
    chance, cases = random.Random(1), list[tuple[str, dict[str, Any]]]()
    for text in _lesson_texts():
        told: dict[str, Any] = {
            "language": chance.choice((*LANGUAGES, "tr", "")),
            "time": 7,
            "before": chance.choice((None, None, "", "See you ", "Done. ", "WE ALL SHOUT ")),
            "meant": chance.choice((False, True, ["tea", "anna", "i'm", "nasa"])),
            "app": chance.choice(_APPS),
        }
        cases.append((text, told))
    answers = twin(_MODULE, "lessons", cases)
    for (text, given), got in zip(cases, answers, strict=True):
        assert got == [said(each) for each in taught(text, **given)], (text, given)


def test_what_is_never_kept_is_known_alike(twin: Twin) -> None:
    asked = [*NUMBERS, *PLAIN, *_numbered(), "a" * 61, "tea", "\U0001f44d" * 60]
    told = twin(_MODULE, "isAnybodys", [[each] for each in asked])
    assert told == [is_anybodys(each) for each in asked]


def test_words_lose_the_capitals_of_their_places(twin: Twin) -> None:
    before = [[], ["see"], ["HELLO"], ["HELLO", "THERE"], ["0"], [":-)"], ["I", "AM"], ["a", "OK"]]
    forms = ["Tea", "TEA", "tea", "I", "I'm", "I'll", "McKay", "NASA", "\u00c9t\u00e9", "\u01c5"]
    cases = [[form, [*some], tag] for form in forms for some in before for tag in ("en", "de")]
    told = twin(_MODULE, "inside", cases)
    assert told == [inside(str(a), [*b], str(c)) for a, b, c in cases]


class _Clock:
    """The time that Python's memory is told."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    found = _Clock()
    monkeypatch.setattr(memory, "time", found)
    monkeypatch.setattr("karussell.keyboard.memory.recall.time", found)
    return found


def _script(chance: random.Random) -> list[list[Any]]:
    """Steps as the twin takes them; {"back": n} stands for what the step n gave."""
    steps: list[list[Any]] = []
    now = _START
    for number in range(chance.randint(3, 40)):
        now += chance.randint(0, 20) * _HOUR
        some = " ".join(chance.choices(_WORDS, k=chance.randint(1, 6)))
        told = {"language": chance.choice(("en", "fr", "en_US", "??")), "app": chance.choice(_APPS)}
        lessons = [at for at, step in enumerate(steps) if step[1] in ("learn", "reject", "repair")]
        forgotten = [at for at, step in enumerate(steps) if step[1] == "forget"]
        recovered = [at for at, step in enumerate(steps) if step[1] == "recover"]
        kind = chance.random()
        if kind < 0.35:
            meant = chance.choice((False, True, ["tea", "bofi"]))
            steps.append([now, "learn", f"{some}. {some.title()}!", told | {"meant": meant}])
        elif kind < 0.5:
            name = chance.choice(("reject", "repair"))
            steps.append([now, name, chance.choice(_WORDS), chance.choice(_WORDS), told])
        elif kind < 0.6:
            counted = {chance.choice(("keys", "letters", "picks", "undone")): number}
            steps.append([now, "tally", counted, told["app"]])
        elif kind < 0.67 and lessons:
            steps.append([now, "unlearn", {"back": chance.choice(lessons)}])
        elif kind < 0.82:
            steps.append([now, "forget", _asked(chance, now)])
        elif kind < 0.9 and forgotten:
            back = chance.choice(forgotten)
            if steps[back][2:] and not any(each[2:] == [{"back": back}] for each in steps):
                steps.append([now, "recover", {"back": back}])
        elif recovered and kind < 0.93:
            steps.append([now, "forgetAgain", steps[chance.choice(recovered)][2]])
        else:
            asked = {"since": now - 99 * _HOUR} if chance.random() < 0.3 else {}
            app = {"app": "mail"} if chance.random() < 0.3 else {}
            steps.append([now, "recall", chance.choice((None, "t", "Anna", "zz")), asked | app])
        steps.append([now, "since", -1, 0])
        steps.append([now, "stored"])
    return [*steps, [now, "recall"], [now, "days"]]


def _asked(chance: random.Random, now: int) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    if chance.random() < 0.6:
        asked["word"] = chance.choice((*_WORDS, "avion", "anna", "tea bofi", " ", "never"))
    if chance.random() < 0.4:
        asked["since"] = now - chance.randint(-1, 200) * _HOUR
    if chance.random() < 0.3:
        asked["until"] = now - chance.randint(-9, 100) * _HOUR
    if chance.random() < 0.2:
        asked["app"] = "mail"
    if chance.random() < 0.05:
        asked["everything"] = True
    return asked


class _Followed:
    """Python's memory after the same steps."""

    def __init__(self, clock: _Clock) -> None:
        self._memory, self._clock = Memory(), clock
        self._done: list[Any] = []

    def step(self, now: int, name: str, *given: Any) -> Any:
        self._clock.now = now
        given = tuple(
            self._done[each["back"]] if isinstance(each, Mapping) and "back" in each else each
            for each in given
        )
        if any(isinstance(each, Mapping) and "refused" in each for each in given):
            name = "refused"
        try:
            done = getattr(self, f"_{name}", self._other(name))(*given)
        except UsageError:
            done = {"refused": "UsageError"}
        self._done.append(done)
        return _shown(done)

    def _other(self, name: str) -> Callable[..., Any]:
        return getattr(self._memory, {"forgetAgain": "forget_again"}.get(name, name), None)  # type: ignore[return-value]

    def _learn(self, text: str, told: dict[str, Any]) -> Any:
        return self._memory.learn(text, **told)

    def _reject(self, typed: str, word: str, told: dict[str, Any]) -> Any:
        return self._memory.reject(typed, word, **told)

    def _repair(self, typed: str, word: str, told: dict[str, Any]) -> Any:
        return self._memory.repair(typed, word, **told)

    def _tally(self, counted: dict[str, int], app: str | None) -> None:
        # By the clock of the test, as the twin's is.
        if any(counted.values()):
            day = date.fromtimestamp(self._clock.now).isoformat()
            self._memory.add([Saving(day=day, app=app, **counted)])

    def _forget(self, asked: dict[str, Any]) -> Any:
        return self._memory.forget(**asked)

    def _recover(self, forgotten: Any) -> None:
        self._memory.recover(forgotten)

    def _recall(self, word: str | None = None, asked: Any = ()) -> Any:
        return self._memory.recall(word, **dict(asked))

    def _since(self, rewrites: int, number: int) -> Any:
        _, anew, entries = self._memory.since(rewrites, number)
        return {"anew": anew, "entries": [said(each) for each in entries]}

    def _refused(self, *_: Any) -> None:
        raise UsageError("there is nothing to recover")

    def _stored(self) -> bool:
        return True


def _shown(done: Any) -> Any:
    if isinstance(done, Forgotten):
        kept = [[number, said(each)] for number, each in done.taught]
        return {"entries": done.entries, "copies": 0, "files": 0, "taught": kept}
    if isinstance(done, Recall):
        return _plain(done)
    return len(done) if isinstance(done, tuple) else done


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if fields := getattr(value, "__struct_fields__", None):
        return {name: _plain(getattr(value, name)) for name in fields}
    return value


def test_memories_follow_the_same_steps(twin: Twin, clock: _Clock) -> None:
    chance = random.Random(4)
    scripts = [_script(chance) for _ in range(60)]
    for script, told in zip(
        scripts, twin(_MODULE, "remembered", [[each] for each in scripts]), strict=True
    ):
        followed = _Followed(clock)
        for number, (step, got) in enumerate(zip(script, told, strict=True)):
            assert got == followed.step(*step), (number, step, script[: number + 1])


def test_a_memory_that_is_kept_tells_the_same_and_keeps_what_remains(twin: Twin) -> None:
    chance = random.Random(8)
    # Sums of a day are one where they are kept.
    scripts = [[step for step in _script(chance)] for _ in range(30)]
    cases = [[_without_sums(script), {"kept": True}] for script in scripts]
    plain = [[script] for script, _ in cases]
    kept, alone = twin(_MODULE, "remembered", cases), twin(_MODULE, "remembered", plain)
    for got, known in zip(kept, alone, strict=True):
        assert [_unnumbered(each) for each in got] == [_unnumbered(each) for each in known]


def _without_sums(script: list[list[Any]]) -> list[list[Any]]:
    return [[step[0], "days"] if step[1] == "tally" else step for step in script]


def _unnumbered(answer: Any) -> Any:
    if isinstance(answer, dict) and "taught" in answer:
        return [entry for _, entry in answer["taught"]]
    return answer
