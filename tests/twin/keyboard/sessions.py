"""What stands in a text field after each key, pick and undoing, in both languages.

By hand: ``KARUSSELL_LEVEL=baseline python -m tests.twin.keyboard.sessions 100``.
"""

import json
import random
import shutil
import sys
from typing import Any

from karussell.keyboard import Predictor, Session
from karussell.model import embedded_path
from karussell.service import told_to_twin
from tests.twin.node import Twin

_PATH = embedded_path("en")
_TYPED = (
    *(
        "see you tomorow",
        " teh",
        " at 5.",
        "  Then",
        "recieve it",
        ", or",
        "!",
        "\n",
        " I dont",
        "'s",
    ),
    *(
        "\U0001f44d",
        "nice.com",
        " \u201cwel",
        "\u201d",
        " WE AR",
        " zorbo",
        "e",
        " ",
        ":)",
        "th",
        "3",
    ),
)


def deeds(seed: int, count: int = 40) -> list[list[Any]]:
    """What somebody does in a text field."""
    chance = random.Random(seed)
    return [_deed(chance) for _ in range(count)]


def _deed(chance: random.Random) -> list[Any]:
    kinds = ("type", "type", "type", "accept", "accept", "backspace", "move", "revert", "redo")
    match chance.choice((*kinds, "paste", "correct")):
        case "type" | "paste" as name:
            return [name, chance.choice(_TYPED)]
        case "accept":
            return ["accept", chance.randrange(4)]
        case "backspace":
            return ["backspace", chance.randint(1, 3)]
        case "move":
            return ["move", chance.randint(0, 30)]
        case name:
            return [name]


def done(session: Session, name: str, given: list[Any]) -> Any:
    """Do one deed in Python; what it gave."""
    if name == "accept":
        strip = session.strip()
        suggestion = strip.slots[given[0]] if given[0] < 3 else strip.literal
        if suggestion:
            session.accept(suggestion)
        return suggestion is not None
    if name == "correct":
        corrected = session.correct()
        return corrected.text if corrected else None
    return getattr(session, name)(*given)


def main() -> int:
    """Compare some text fields; how many go otherwise."""
    twin = Twin(shutil.which("node") or "node")
    twin("twin/told.js", "tell", [[json.loads(told_to_twin())]])
    predictor, differing = Predictor.open(_PATH), 0
    for seed in range(int(sys.argv[1])):
        session, ours, asked = predictor.session(double_space=seed % 2 == 1), [], []
        for name, *given in deeds(seed):
            if name == "move":
                given = [min(given[0], len(session.text))]
            asked.append([name, *given])
            ours.append([done(session, name, given), session.context.left, session.context.right])
        (theirs,) = twin("./keyboard/typing.mjs", "field", [[str(_PATH), seed % 2 == 1, asked]])
        for deed, here, there in zip(asked, ours, theirs, strict=True):
            if here != there:
                differing += 1
                print(f"field {seed}: {deed} gives {here}, in JavaScript {there}")
                break
    twin.close()
    return differing


if __name__ == "__main__":
    sys.exit(min(main(), 1))
