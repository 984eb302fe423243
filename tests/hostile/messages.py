"""Any messages within the protocol: how long the server takes to answer each of them.

    python -m tests.hostile.messages [MESSAGES] [FIELDS] [SEED]

So many fields at once, each waiting for its answers. Prints the slowest and how long they took.
"""

import json
import os
import random
import sys
import threading
import time
from typing import Any

from karussell.service.protocol import CAPABILITIES
from tests.hostile.keyboards import Field, serving

SLOWEST = 12
LIMIT = 4000
PIECES = [
    "the",
    "see",
    "you",
    "tomorrow",
    "at",
    "Anna's",
    "tea",
    "thw",
    "quikc",
    "recieve",
    "definately",
    "Tomasz",
    "Zwetschgeria",
    "I'm",
    "e.g.",
    "Mr.",
    "www.example.org",
    "a@b.c",
    "#tag",
    "@lea",
    "http://a.b/c",
    "12:30",
    "1,500",
    "5€",
    "3rd",
    ":smi",
    ":-)",
    "😀",
    "👨\u200d👩\u200d👧\u200d👦",
    "🇩🇪",
    "👍🏽",
    "привет",
    "你好",
    "あ",
    "가나",
    "مرحبا",
    "ก็",
    "é",
    "é",
    "ẞ",
    "İ",
    "ΣΑΣ",
    "ÄÖ",
    "x",
]
SIGNS = [" "] * 12 + [
    "\n",
    ". ",
    ", ",
    "! ",
    "? ",
    "",
    "'",
    "\u2019",
    '"',
    "(",
    ")",
    "-",
    "/",
    "\u0301",
]

TYPES = ["ask"] * 12 + [each for each in CAPABILITIES if each != "ask"]


def text(rng: random.Random) -> str:
    """A text of any kind and length."""
    length = rng.choice([0, 5, 20, 60, 200, 1000, LIMIT])
    kind = rng.randrange(5)
    if kind == 0:  # one thing, over and over
        piece = rng.choice(PIECES) + rng.choice(SIGNS)
        return (piece * (length // len(piece) + 1))[:length]
    if kind == 1:  # any characters
        codes = (
            rng.choice([0x20, 0x300, 0x1F600, 0x4E00, 0x41]) + rng.randrange(96)
            for _ in range(length)
        )
        return "".join(map(chr, codes))
    if kind == 2:  # one word
        return "".join(rng.choices("etaoinshrdlu'é", k=length))
    found = ""
    while len(found) < length:
        found += rng.choice(PIECES) + rng.choice(SIGNS)
    return found[:length]


def message(rng: random.Random, number: int) -> dict[str, object]:
    """A message of any type that can be said after the greeting; most are questions."""
    type_ = rng.choice(TYPES)
    last = max(0, number - 1)
    place = rng.choice([0, 1, 2, "literal"])
    if type_ == "ask":
        left = text(rng)
        taps = [
            [rng.randrange(20) / 2, rng.randrange(6) / 2]
            for _ in range(rng.choice([0, 0, 5, min(1000, len(left))]))
        ]
        return {"type": type_, "left": left, "right": rng.choice(["", "", text(rng)]), "taps": taps}
    told: dict[str, dict[str, object]] = {
        "learn": {"text": text(rng)},
        "accept": {"answer": last, "place": place},
        "correct": {"answer": last},
        "revert": {"message": rng.randrange(number)},
        "why": {"answer": last, "place": place},
        "field": {"purpose": rng.choice(["text"] * 6 + ["name", "url", "password"])},
        "boldness": {"damage": rng.choice([None, 0.001, 0.01])},
        "layout": {"layout": rng.choice(["qwerty", "dvorak", {"a": [0.5, 0.5], "t": [4.5, 0.5]}])},
        "learned": {
            "limit": rng.choice([1, 100, 1000]),
            "word": rng.choice([None, "t", text(rng)]),
        },
        "forget": rng.choice([{"word": rng.choice(PIECES)}, {"everything": True}]),
        "tally": {"keys": rng.randrange(100), "letters": rng.randrange(100)},
        "saving": {"on": rng.choice([True, False])},
    }
    return {"type": type_, **told.get(type_, {})}


def main() -> None:
    """Say so many messages, and print how long the answers took."""
    given = [int(each) for each in sys.argv[1:]]
    count, fields, seed = [*given, *(100_000, 1, 1)[len(given) :]]
    taken: list[tuple[float, str]] = []
    faults: list[str] = []

    def speak(server: Any, number: int) -> None:
        rng, field = random.Random(f"{seed} {number}"), Field(server)
        for _ in range(count // fields):
            said = message(rng, field.number + 1)
            start = time.perf_counter()
            reply = field.say(**said)
            took = time.perf_counter() - start
            taken.append((took, f"{said['type']} {json.dumps(said)[:90]}"))
            if "A fault in Karussell" in reply or "Not a message" in reply:
                faults.append(f"{said['type']}: {reply[:200]}")

    with serving() as server:
        begun = time.perf_counter()
        speakers = [threading.Thread(target=speak, args=(server, each)) for each in range(fields)]
        for each in speakers:
            each.start()
        for each in speakers:
            each.join()
        lasted = time.perf_counter() - begun
        memory, most, files, threads = server.looks()
    taken.sort(reverse=True)
    for took, what in taken[:SLOWEST]:
        print(f"{1000 * took:8.1f} ms  {what}")
    for share in (0.5, 0.1, 0.01, 0.001):
        print(f"{100 - 100 * share:6.1f} %  {1000 * taken[int(share * len(taken))][0]:8.2f} ms")
    print(f"{len(taken)} messages in {lasted:.0f} s, {len(faults)} faults")
    print(f"load of the machine {os.getloadavg()[0]:.1f}")
    print(f"memory {memory:.1f} MiB, at most {most:.1f}; {files} files, {threads} threads")
    print("\n".join(faults[:10]), end="")


if __name__ == "__main__":
    main()
