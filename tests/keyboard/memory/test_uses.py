"""The index of the words that were used: as if all entries were gone through for each question."""

import random
import sys
from types import FrameType

import pytest

from karussell.history import Entry, Rejection, Repair, Saving, Sentence
from karussell.keyboard import Memory, Recall
from karussell.keyboard.memory.recall import LearnedWord, Pair
from karussell.keyboard.memory.uses import Uses
from karussell.text import fold

_WORDS = ["see", "See", "you", "YOU", "Tomasz", "tomasz", "tom", "Ärger", "ärger", "😀", "İzmir"]


def _known(word: str) -> bool:
    return word in ("see", "you")


def _by_hand(entries: list[Entry], word: str | None) -> Recall:
    """What entries tell, gone through one by one."""
    uses: dict[str, list[tuple[str, Sentence]]] = {}
    forms: dict[str, str] = {}
    pairs: dict[type, dict[tuple[str, str], list[int]]] = {Repair: {}, Rejection: {}}
    told = [each for each in entries if not isinstance(each, Saving)]
    wanted = fold(word or "")
    for entry in told:
        if isinstance(entry, Sentence):
            for place, form in enumerate(entry.words):
                folded = fold(form, entry.language)
                uses.setdefault(folded, []).append((form, entry))
                if place or form != folded or folded not in forms:
                    forms[folded] = form
        elif any(fold(each).startswith(wanted) for each in (entry.typed, entry.word)):
            pairs[type(entry)].setdefault((entry.typed, entry.word), []).append(entry.time)
    words = [
        LearnedWord(
            word=forms[folded],
            uses=len(found),
            last=found[-1][1].time,
            language=found[-1][1].language,
            apps=tuple(sorted({each.app for _, each in found if each.app})),
        )
        for folded, found in uses.items()
        if folded.startswith(wanted)
    ]
    words.sort(key=lambda each: (_known(fold(each.word)), -each.uses, -each.last, each.word))
    repairs, rejections = (
        tuple(
            sorted(
                (
                    Pair(typed=typed, word=meant, uses=len(times), last=times[-1])
                    for (typed, meant), times in listed.items()
                ),
                key=lambda each: (-each.last, each.typed),
            )
        )
        for listed in pairs.values()
    )
    return Recall(
        words=tuple(words),
        repairs=repairs,
        rejections=rejections,
        sentences=sum(isinstance(each, Sentence) for each in told),
        apps=tuple(sorted({each.app for each in told if each.app})),
    )


def _entry(rng: random.Random, time: int) -> Entry:
    app = rng.choice([None, "a.example", "b.example"])
    kind = rng.randrange(6)
    if kind == 0:
        return Saving(day="2026-11-27", app=app, keys=rng.randrange(9))
    if kind < 3:
        pair = rng.sample(["teh", "the", "Tomsz", "Tomasz"], 2)
        made = (Repair, Rejection)[kind - 1]
        return made(typed=pair[0], word=pair[1], language="en", time=time, app=app)
    words = tuple(rng.choices(_WORDS, k=rng.randint(1, 6)))
    return Sentence(words=words, language=rng.choice(["en", "de", "tr"]), time=time, app=app)


@pytest.mark.parametrize("seed", range(20))
def test_the_index_tells_what_all_entries_do_whatever_came_and_went(seed: int) -> None:
    rng, uses = random.Random(seed), Uses()
    entries: dict[int, Entry] = {}
    for step in range(60):
        for number in rng.sample(sorted(entries), min(len(entries), rng.choice([0, 0, 1, 3]))):
            if rng.random() < 0.3:
                entries[number] = _entry(rng, number)  # another program's, by the same number
            else:
                del entries[number]
        for _ in range(rng.choice([0, 1, 4])):
            number = rng.randrange(1000)  # one that comes back stands where it was
            entries.setdefault(number, _entry(rng, number))
        entries = dict(sorted(entries.items()))
        uses.follow(entries)
        word = rng.choice([None, "t", "TOM", "s", "ä", "i", "😀", "x", "tomasz", "y" * 4000])
        assert uses.recall(word, _known) == _by_hand([*entries.values()], word), step
        assert uses.recall(word, _known) == uses.recall(word, _known)


def test_of_a_word_that_is_forgotten_nothing_is_left_in_the_index() -> None:
    memory = Memory()
    memory.learn("see Zwetschgeria", language="en")
    memory.recall()
    memory.forget("zwetschgeria")
    memory.recall()
    uses = memory._uses
    assert "wetschg" not in repr([uses._words, uses._sorted, uses._folded, uses._entries])


_ODD = [
    "x" * 4000,
    "é" * 4000,
    "e\u0301" * 2000,
    "😀" * 4000,
    "ΣΑΣ " * 900,
    '"é\n#tag a@b.c ' * 200,
]


@pytest.mark.parametrize("word", _ODD, ids=range(6))
@pytest.mark.parametrize("asked", ["learned", "learned since", "forget"])
def test_the_word_that_is_asked_for_is_read_once_and_not_for_each_that_is_known(
    word: str, asked: str
) -> None:
    memory = Memory()
    for number in range(300):
        memory.learn(f"see {'abcdefghij'[number % 10]}{number}x at the tea", language="en")
    memory.recall()
    word = word.replace(" ", "").replace("\n", "")
    read = 0

    def counted(frame: FrameType, event: str, _: object) -> None:
        nonlocal read
        if event == "call" and frame.f_code.co_name == "fold":
            read += len(frame.f_locals.get("text", ""))

    sys.setprofile(counted)
    try:
        if asked == "forget":
            memory.forget(word)
        else:
            memory.recall(word, since=1 if asked == "learned since" else None)
    finally:
        sys.setprofile(None)
    assert read <= 2 * len(word) + 10_000


def test_a_question_for_a_few_words_does_not_go_through_all() -> None:
    memory = Memory()
    for number in range(2000):
        memory.learn(f"w{number // 100}x{number % 100}y", language="en")
    memory.recall()
    calls = 0

    def counted(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        found = memory.recall("w19x99")
    finally:
        sys.setprofile(None)
    assert [each.word for each in found.words] == ["w19x99y"]
    assert calls < 2000 + 100  # a look at each entry, whether it is still there


def test_forgetting_what_is_not_there_has_nobody_read_all_again() -> None:
    memory = Memory()
    memory.learn("see you", language="en")
    rewrites, _, _ = memory.since(-1, 0)
    for asked in ({"word": "Tomasz"}, {"app": "x.example"}, {"since": 1, "until": 2}):
        assert memory.forget(**asked).entries == 0
    assert memory.since(rewrites, 1) == (rewrites, False, [])
