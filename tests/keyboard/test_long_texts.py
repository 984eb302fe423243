"""What a text of any kind costs, counted in calls: twice as much of it at most twice as many."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from karussell.kernels import WordSearch
from karussell.keyboard import Context, Predictor
from karussell.keyboard.slips import Slips
from karussell.model import LanguageModel
from karussell.service import CONTEXT_LIMIT, Conversation

KINDS = {
    "short words": "a ",
    "short sentences": "a. ",
    "words": "see you at the tea ",
    "one word": "x",
    "one word of some letters": "toma",
    "a word beyond ASCII": "привет",
    "words without spaces": "你好世界",
    "sentences without spaces": "你好。",
    "marks": "e\u0301",
    "marks alone": "\u0301",
    "marks behind spaces": " \u0301",
    "emoji": "😀",
    "emoji with spaces": "😀 ",
    "families": "👨‍👩‍👧‍👦",
    "flags": "🇩🇪",
    "half a flag before flags": "🇩🇪🇩",
    "skin tones": "👍🏽",
    "joiners": "\u200d",
    "digits": "1",
    "numbers": "12 ",
    "digits and commas": "1,1,1",
    "points": "1.1.",
    "list items": "a) ",
    "abbreviations": "e.g. ",
    "titles": "Mr. ",
    "dots": ".",
    "marks of sentences": "! ",
    "closing quotes": " »",
    "quotes": '"',
    "apostrophes": "'",
    "words with apostrophes": "a'b\u2019c ",
    "smileys": ":-) ",
    "names of emoji": ":smile",
    "addresses": "http://a.b/c?d=e&f ",
    "one address": "/a",
    "mail": "a@b.c ",
    "hashtags": "#a ",
    "snakes": "a_",
    "hyphens": "a-b",
    "lines": "a\n",
    "empty lines": "\n",
    "CR LF": "\r\n",
    "spaces": " ",
    "odd spaces": "\u00a0\u2028",
    "capitals": "ABC ",
    "Greek capitals": "ΣΑΣ ",
    "dotted capitals": "İ ",
    "mixed scripts": "a\u0431\u03b3你あ가 ",
    "Arabic numbers": "\u0600a",
    "Thai": "ก็",
    "keycaps": "1\u20e3",
    "amounts": "5€ ",
    "slips": "tomorow teh ",
    "right to left": "مرحبا ",
    "control": "\u202e\0",
}


def filled(kind: str, size: int) -> str:
    return kind * (size // len(kind))


def calls(predictor: Predictor, **message: object) -> int:
    """How many functions are called for one message in a new field, those of C too."""
    conversation = Conversation(predictor)
    conversation.reply('{"type": "hello", "number": 0, "version": 3}')
    told = json.dumps({"number": 1, **message}, ensure_ascii=False)
    count = 0

    def counted(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        reply = conversation.reply(told)
    finally:
        sys.setprofile(None)
    assert '"failure"' not in reply
    return count


@pytest.fixture(scope="module")
def ready(ten_word_path: Path) -> Iterator[None]:
    """What is made once is made."""
    with Predictor.open(ten_word_path) as predictor:
        for text in KINDS.values():
            calls(predictor, type="ask", left=filled(text, 40), right="é")
        yield


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("message", ["ask", "ask to the right", "learn"])
def test_twice_the_text_takes_twice_the_calls(ten_word_path: Path, kind: str, message: str) -> None:
    def cost(size: int) -> int:
        text = filled(KINDS[kind], size)
        told: dict[str, dict[str, object]] = {
            "ask": {"type": "ask", "left": text},
            "ask to the right": {"type": "ask", "left": f"{text[:-3]} to", "right": text},
            "learn": {"type": "learn", "text": text},
        }
        with Predictor.open(ten_word_path) as predictor:
            return calls(predictor, **told[message])

    whole = cost(CONTEXT_LIMIT)
    assert whole <= 2.1 * cost(CONTEXT_LIMIT // 2) + 500
    assert whole <= 40 * CONTEXT_LIMIT


@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_takes_more_steps_than_the_longest_that_was_trained(
    ten_word_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    step = LanguageModel.step

    def counted(*arguments: object) -> object:
        nonlocal steps
        steps += 1
        return step(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(LanguageModel, "step", counted)
    with Predictor.open(ten_word_path) as predictor:
        text = filled(KINDS[kind], CONTEXT_LIMIT)
        predictor.strip(Context(left=text))
        assert steps <= 2 * 64  # of the word that is typed, and of the place before it
        steps = 0
        for letter in "tom ":
            text += letter
            predictor.strip(Context(left=text))
        assert steps <= 3 * 64


WORDS = ["tomorow", "seee", "definately", "thequickbrownfoxjumps", "qwxz" * 8, "zzzzzzzz"]
WORDS += ["internationaly", "Donaudampfschiff", "ab'" * 20, "aaaabbbb" * 20, "x" * 200, "été" * 9]


@pytest.fixture(scope="module")
def english() -> Iterator[Predictor]:
    with Predictor.open() as opened:
        yield opened


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_appears_at_once_is_offered_as_if_typed_letter_by_letter(
    english: Predictor, word: str
) -> None:
    for end in range(len(word) + 1):
        typed = english.strip(Context(left=f"we had {word[:end]}"))
    with Predictor.open() as anew:
        at_once = anew.strip(Context(left=f"we had {word}"))
    assert (at_once.slots, at_once.best) == (typed.slots, typed.best)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_appears_at_once_takes_few_searches(
    english: Predictor, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches = 0
    find = WordSearch._find

    def counted(*arguments: object) -> object:
        nonlocal searches
        searches += 1
        return find(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(WordSearch, "_find", counted)
    english.strip(Context(left=f"they met {word}")).correct()
    assert searches <= 60


def test_a_page_of_new_words_is_compared_with_known_ones_a_hundred_times_at_most(
    english: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    near = Slips._is_near

    def counted(slips: Slips, word: str) -> bool:
        looked.append(word)
        return near(slips, word)

    monkeypatch.setattr(Slips, "_is_near", counted)
    letters = "bcdfghklmn"
    new = [f"qu{a}i{b}o{c}" for a in letters for b in letters for c in letters]
    english.strip(Context(left=" ".join(new[:570]) + " "))
    assert len(looked) <= 100
    assert looked
    assert not {*new[:400]} & {*looked}  # the last ones count


def test_a_sentence_without_an_end_is_read_from_fixed_places(english: Predictor) -> None:
    text = "and so we went on and on " * 12
    for end in range(1500, len(text)):
        english.strip(Context(left=text[:end]))
    for end in (300, 299, 250):
        with Predictor.open() as anew:
            left = text[:end]
            assert anew.strip(Context(left=left)).slots == english.strip(Context(left=left)).slots
