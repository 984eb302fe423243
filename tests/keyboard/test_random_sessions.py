"""Writers at random: what they type, pick, undo, move to and paste, against a text of our own."""

import os
from dataclasses import dataclass, field, replace
from random import Random

import pytest

from karussell.keyboard import SEPARATORS, Context, Kind, Predictor, Strip, Suggestion
from karussell.keyboard.place import typed_prefix
from karussell.model import LanguageModel, embedded_path, open_model
from karussell.text import graphemes
from karussell.writing import Rules, typed

# Ten thousand of them took half an hour: KARUSSELL_RANDOM_SESSIONS=10000.
SESSIONS = int(os.environ.get("KARUSSELL_RANDOM_SESSIONS", "40"))
_ACTIONS = 20
_ENGLISH = Rules.of_language("en")
_LETTERS = (
    "aeotsynruihmwTI'\u2019é",
    "авекостмиАЁё",
    "אבגדהוש",
    "ابتدرسلم\u064e",
    "कखगनमर\u093e\u093f\u094d",
    "กขคนมรา\u0e34\u0e48",
    "αβγοσςπΣ\u0301",
    "\u0131iİIsşğe",
)
_WORDS = (
    *("teh", "wierd", "recieve", "definately", "becuase", "thier", "freind", "tomorow", "adn"),
    *("hello", "The", "I", "going", "people", "WHAT", "thisis", "dont", "karussell", "Zorblat"),
)
_SIGNS = (*" ,.!?:\n\")(-/@5'", "😀", " ", " ", " ", " ", " ")
_PASTED = (
    "see you ",
    "teh tea",
    "tomorow",
    "👩‍👧",
    "été\n",
    " ",
    "שלום",
    "e\u0301x",
    "the",
    "ab. ",
)


@dataclass
class Text:
    """What must stand in the field, as the keys and the edits alone tell."""

    double_space: bool
    left: str = ""
    right: str = ""
    pending: str = ""
    beside: bool = False
    steps: list["Text"] = field(default_factory=list)
    keys: str = ""  # of a step: what was typed since
    automatic: bool = False

    def put(self, suggestion: Suggestion, *, automatic: bool = False) -> None:
        """Make an edit that can be undone."""
        edit, before = suggestion.edit, replace(self, keys="", automatic=automatic, steps=[])
        clusters, rest = graphemes(self.left), graphemes(self.right)
        self.left = "".join(clusters[: len(clusters) - edit.delete_left]) + edit.insert
        self.right = "".join(rest[edit.delete_right :])
        brought = edit.insert.endswith(" ")
        self.pending = " " if brought else ""
        self.beside = not brought and not automatic and self.right[:1] == " "
        self.steps.append(before)

    def press(self, key: str, correction: Suggestion | None) -> None:
        """Press a key, which may correct the word before it, or say that it was no word's end."""
        last = self.steps[-1] if self.steps else None
        if correction is not None and (key.isspace() or key in SEPARATORS):
            self.put(correction, automatic=True)
        elif key.isalnum() and last and last.automatic and last.keys in (".", ":"):
            self.undo()
        self.write(key)

    def write(self, key: str) -> None:
        if self.beside and key == " " and self.right[:1] == " ":
            self.left, self.right, self.pending = self.left + " ", self.right[1:], ""
        else:
            done = typed(_ENGLISH, self.left, key, self.pending, double_space=self.double_space)
            self.left = self.left[: len(self.left) - done.delete_left] + done.insert
            self.pending = done.pending
        self.beside = False
        if key.isalnum():
            self.steps = []
        elif self.steps:
            self.steps[-1].keys += key

    def undo(self) -> None:
        """Be as if the last edit had never been, whatever was typed since."""
        before = self.steps.pop()
        self.left, self.right = before.left, before.right
        self.pending, self.beside = before.pending, before.beside
        for key in before.keys:
            self.write(key)

    def stand(self, left: str, right: str) -> None:
        self.left, self.right = left, right
        self.pending, self.beside, self.steps = "", False, []


class Writer:
    """One random session, and what is true after each of its actions."""

    def __init__(self, predictor: Predictor, seed: int) -> None:
        self.random = Random(seed)
        self.predictor = predictor
        self.session = predictor.session(double_space=seed % 2 == 1)
        self.text = Text(double_space=seed % 2 == 1)
        self.letters = _LETTERS[seed % len(_LETTERS)] if seed % 3 else ""

    def act(self) -> None:
        actions = [self.word, self.sign, self.pick, self.undo, self.move, self.paste, self.erase]
        self.random.choices(actions, [8, 7, 5, 3, 2, 1, 2])[0]()
        self.check()

    def check(self) -> None:
        context = self.session.context
        assert (context.left, context.right) == (self.text.left, self.text.right)

    def word(self) -> None:
        if not self.letters or self.random.random() < 0.2:
            word = self.random.choice(_WORDS)
        else:
            word = "".join(self.random.choices(self.letters, k=self.random.randint(1, 7)))
        for key in word:
            self.press(key)

    def sign(self) -> None:
        self.press(self.random.choice(_SIGNS))

    def press(self, key: str) -> None:
        before, old = self.session.strip(), self.session.context
        tap = self.random.uniform(0, 10), self.random.uniform(0, 3)
        # What a space puts in does not depend on whether anybody looked.
        if self.random.random() < 0.5:
            assert before.autocorrect is before.autocorrect
        self.session.type(key, [tap if self.random.random() < 0.3 else None])
        self.text.press(key, before.autocorrect)
        self.check()
        new = self.session.context
        after = self.session.strip()
        if new.left == old.left + key and typed_prefix(new.left) == typed_prefix(old.left) + key:
            assert moved(before, after) == {}
        if self.random.random() < 0.05:
            self.ask_anew(new)

    def ask_anew(self, context: Context) -> None:
        """The same text gives the same strip, whoever is asked and whatever was asked before."""
        fresh = Predictor(self.predictor.model)
        fresh.memory = self.predictor.memory
        field = self.session.field
        new, old = fresh.strip(context, field=field), self.predictor.strip(context, field=field)
        assert new == old
        assert new.autocorrect == old.autocorrect == fresh.autocorrect(context, field=field)

    def pick(self) -> None:
        strip = self.session.strip()
        offered = [each for each in (strip.literal, *strip.slots) if each is not None]
        if not offered:
            return
        suggestion = self.random.choice(offered)
        before = self.session.context
        self.session.accept(suggestion)
        self.text.put(suggestion)
        self.check()
        if self.random.random() < 0.3:
            assert self.session.revert()
            self.text.undo()
            assert (before.left, before.right) == (self.text.left, self.text.right)
            self.check()
            if self.random.random() < 0.5:
                after = self.session.context
                assert self.session.redo()
                assert self.session.revert()
                assert self.session.context == after

    def undo(self) -> None:
        assert self.session.revert() == bool(self.text.steps)
        if self.text.steps:
            step = self.text.steps[-1]
            self.text.undo()
            if step.automatic:  # never again
                typed_word = Context(left=step.left, right=step.right)
                assert self.predictor.autocorrect(typed_word, field=self.session.field) is None

    def move(self) -> None:
        text = self.session.text
        place = self.random.randint(0, len(text))
        if place == len(self.text.left):
            return
        self.session.move(place)
        self.text.stand(text[:place], text[place:])
        literal = self.session.strip().literal
        if literal is not None and literal.kind is Kind.RESTORED:
            assert literal.edit.insert == literal.text

    def paste(self) -> None:
        pasted = self.random.choice(_PASTED)
        self.session.paste(pasted)
        self.text.stand(self.text.left + pasted, self.text.right)

    def erase(self) -> None:
        count = self.random.randint(1, 4)
        if not self.text.left:
            return
        self.session.backspace(count)
        clusters = graphemes(self.text.left)
        self.text.stand("".join(clusters[: max(0, len(clusters) - count)]), self.text.right)


def moved(before: Strip, after: Strip) -> dict[str, tuple[int, int]]:
    """The words that stand in two strips in different places."""
    was, now = (
        {slot.text.lower(): place for place, slot in enumerate(strip.slots) if slot}
        for strip in (before, after)
    )
    return {text: (was[text], now[text]) for text in was.keys() & now if was[text] != now[text]}


@pytest.fixture(scope="module")
def english() -> LanguageModel:
    return open_model(embedded_path())


@pytest.mark.parametrize("seed", range(0, SESSIONS, 20))
def test_whatever_is_done_the_text_is_what_the_keys_say(
    ten_word_model: LanguageModel, english: LanguageModel, seed: int
) -> None:
    with Predictor(english if seed % 100 == 0 else ten_word_model) as predictor:
        for number in range(seed, min(seed + 20, SESSIONS)):
            writer = Writer(predictor, number)
            for _ in range(_ACTIONS):
                writer.act()
