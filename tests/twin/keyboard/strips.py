"""Many cases of context and letters, and whether the twin shows the same strips as Python.

By hand, with more of them than the tests take: ``KARUSSELL_LEVEL=baseline python -m
tests.twin.keyboard.strips 10000``. WebAssembly has the instructions of that level and gives the
same to the bit; others add and multiply at once, and three strips of a thousand are a little other.
"""

import argparse
import json
import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from karussell.correction import Geometry
from karussell.model import LanguageModel, embedded_path, open_model
from karussell.service import told_to_twin
from tests.twin.keyboard.talking import Both, differences, hello, numbered
from tests.twin.node import Twin
from tests.twin.texts import texts

_SIGNS = (
    " ",
    " ",
    " ",
    " ",
    " ",
    " ",
    " ",
    " ",
    ", ",
    ". ",
    "! ",
    "? ",
    " - ",
    ": ",
    "\n",
    ".",
    " (",
)
_OWN = (
    "Tomasz",
    "Quill",
    "zorbo",
    "Vreni",
    "flonk",
    "blippy",
    "Karlotta",
    "H\u00fcsnija",
    "drobny",
)
# Cases that are asked in one go.
_BATCH = 500


def cases(model: LanguageModel, count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Questions: texts that the model would write, cut and mistyped here and there.

    Args:
        model: What writes them.
        count: How many.
        seed: What they follow from, beside the model.
    """
    chance = random.Random(seed)
    sentences = [_sentence(model, chance) for _ in range(max(20, count // 20))]
    odd = texts(max(20, count // 50), seed)
    keys = Geometry.of_language(model.card.language)
    return [_case(chance, sentences, odd, keys) for _ in range(count)]


def lessons(model: LanguageModel, count: int, seed: int = 2) -> list[str]:
    """Lines that a writer finished, with words of their own."""
    chance = random.Random(seed)
    return [_sentence(model, chance) + "." for _ in range(count)]


def _sentence(model: LanguageModel, chance: random.Random) -> str:
    """Some words that the model expects, and words of a writer's own among them."""
    state, written = model.start(), []
    for number in range(chance.randint(2, 12)):
        log_probs = model.log_probs(state)[:-1]
        best = np.argsort(-log_probs, kind="stable")[: 40 if number else 300].tolist()
        word_id = chance.choices(best, np.exp(log_probs[best]).tolist())[0]
        state = model.step(state, word_id)
        word = model.vocabulary.display(word_id)
        if chance.random() < 0.04:
            word = chance.choice(_OWN)
        if chance.random() < 0.03:
            rare = model.rare
            word = rare.display(chance.randrange(len(rare.vocabulary)))
        written.append(word)
    text = " ".join(written)
    return text[:1].upper() + text[1:] if chance.random() < 0.7 else text


def _case(
    chance: random.Random, sentences: Sequence[str], odd: Sequence[str], keys: Geometry
) -> dict[str, Any]:
    before = "".join(
        chance.choice(sentences) + chance.choice(_SIGNS) for _ in range(chance.randint(0, 2))
    )
    if chance.random() < 0.15:
        before += chance.choice(odd) + chance.choice(_SIGNS)
    sentence = chance.choice(sentences)
    end = chance.randint(0, len(sentence))
    left = before + sentence[:end]
    letters = left[left.rfind(" ") + 1 :]
    if letters.isalpha() and chance.random() < 0.4:
        left = left[: len(left) - len(letters)] + _mistyped(letters, chance)
    if chance.random() < 0.05:
        left = left.upper()
    right = ""
    if chance.random() < 0.2:
        right = (
            sentence[end:] if chance.random() < 0.6 else chance.choice(("?", " then", ".", "\n"))
        )
    taps = _taps(left, keys, chance) if chance.random() < 0.3 else []
    return {"type": "ask", "left": left, "right": right, "taps": taps}


def _mistyped(letters: str, chance: random.Random) -> str:
    at = chance.randrange(len(letters))
    other = chance.choice("etaoinshrdlucmfwypvbgkjqxz")
    kind = chance.randrange(4)
    if kind == 0:
        return letters[:at] + other + letters[at + 1 :]
    if kind == 1:
        return letters[:at] + letters[at + 1 :]
    if kind == 2:
        return letters[:at] + other + letters[at:]
    return letters[:at] + letters[at + 1 : at + 2] + letters[at : at + 1] + letters[at + 2 :]


def _taps(left: str, keys: Geometry, chance: random.Random) -> list[list[float] | None]:
    found: list[list[float] | None] = []
    for letter in left[-10:]:
        centre = keys.centre(letter.lower())
        near = centre and [centre[0] + chance.gauss(0, 0.2), centre[1] + chance.gauss(0, 0.15)]
        found.append(near if near and chance.random() < 0.9 else None)
    return found


def compared(both: Both, asked: Sequence[dict[str, Any]], line: str = "") -> Iterator[str]:
    """Where the strips of some questions differ, each on a line that was just begun."""
    for begin in range(0, len(asked), _BATCH):
        batch = asked[begin : begin + _BATCH]
        replies = both.say([hello(), *numbered(batch)], f"{line}{begin}")
        for question, (ours, theirs) in zip(batch, replies[1:], strict=True):
            if found := list(differences(ours, theirs)):
                yield f"{question}: {'; '.join(found)}"


def learned(both: Both, lines: Sequence[str], line: str = "lessons") -> Iterator[str]:
    """Have both learn some lines; where they say otherwise."""
    told = numbered({"type": "learn", "text": each} for each in lines)
    for ours, theirs in both.say([hello(), *told], line)[1:]:
        yield from differences(ours, theirs)


def main() -> int:
    """Compare as many as one likes, with nothing learned and with some lines; how many differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--language", default="en")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lessons", type=int, default=300)
    parser.add_argument("--shown", type=int, default=10)
    chosen = parser.parse_args()
    path = embedded_path(chosen.language)
    model = open_model(path)
    asked = cases(model, chosen.count, chosen.seed)
    twin = Twin(shutil.which("node") or "node")
    twin("twin/told.js", "tell", [[json.loads(told_to_twin())]])
    both, differing = Both(twin, path), 0
    for name in ("nothing learned", f"{chosen.lessons} lines learned"):
        found = list(compared(both, asked, name))
        differing += len(found)
        print(f"{name}: {len(found)} of {len(asked)} differ", *found[: chosen.shown], sep="\n  ")
        if name == "nothing learned":
            told = list(learned(both, lessons(model, chosen.lessons, chosen.seed + 1)))
            differing += len(told)
            print(f"lines learned otherwise: {len(told)}", *told[: chosen.shown], sep="\n  ")
    twin.close()
    return differing


if __name__ == "__main__":
    sys.exit(min(main(), 1))
