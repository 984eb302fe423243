"""What was forgotten is nowhere, wherever it stood, and what remains is as if it had never been."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from karussell.history import Entry, History, Rejection, Repair, Saving, Sentence, selected
from karussell.text import fold

# A thousand for each place take minutes: KARUSSELL_CANARIES=1000.
CANARIES = int(os.environ.get("KARUSSELL_CANARIES", "4"))
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "aäeéoöß'uü",
    "абвгдежзик",
    "漢字仮名交文",
    "😀😁🎉👍",
    "ABCdef",
)
_NOW = 1_700_000_000
_LEAST_BYTES = 6


def _word(random: Random) -> str:
    """A word that stands nowhere else: at least six bytes of it."""
    while True:
        word = "".join(random.choices(random.choice(_ALPHABETS), k=random.randrange(3, 20)))
        if len(word.encode()) >= _LEAST_BYTES and word.strip("'"):
            return word.strip("'") + str(random.randrange(100, 1000))


def _sentence(words: list[str], **more: object) -> Sentence:
    return Sentence(**{"words": tuple(words), "language": "en", "time": _NOW, **more})  # type: ignore[arg-type]


_PLACES: dict[str, Callable[[str], Entry]] = {
    "alone": lambda word: _sentence([word]),
    "first": lambda word: _sentence([word, "is", "here"], meant=(0,)),
    "inside": lambda word: _sentence(["see", word, "there"], app="mail"),
    "last": lambda word: _sentence(["that", "is", word], language="de"),
    "possessive": lambda word: _sentence(["this", "is", f"{word}'s", "house"]),
    "app": lambda word: _sentence(["see", "you"], app=word),
    "language": lambda word: _sentence(["see", "you"], language="de-zanzibar"),
    "rejection typed": lambda word: Rejection(typed=word, word="the", language="en", time=_NOW),
    "rejection word": lambda word: Rejection(typed="the", word=word, language="en", time=_NOW),
    "repair typed": lambda word: Repair(typed=word, word="the", language="en", time=_NOW),
    "repair word": lambda word: Repair(typed="teh", word=word, language="en", time=_NOW, app="x"),
    "pair app": lambda word: Repair(typed="teh", word="the", language="en", time=_NOW, app=word),
    "saving app": lambda word: Saving(day="2023-11-14", keys=3, app=word),
}


def _other(random: Random, number: int) -> Entry:
    time = _NOW - 100 + number
    if random.random() < 0.1:
        return Repair(typed="teh", word="the", language="en", time=time)
    common = ("see", "you", "there", "house", "tomorrow", "that", "is", "the")
    words = random.choices((*common, *map(str, range(number))), k=random.randrange(1, 12))
    return _sentence(words, time=time, app=random.choice(("mail", "notes", None)))


def _fragments(text: str) -> set[bytes]:
    encoded = [
        each.encode(encoding)
        for each in (text, text.lower(), text.upper())
        for encoding in ("utf-8", "utf-16-le", "utf-16-be")
    ]
    return {data[at : at + 6] for data in encoded for at in range(len(data) - 5)}


def _chosen(history: History, place: str, word: str, random: Random) -> list[int]:
    """What is to be forgotten, in one of the ways in which it can be said."""
    entries = history.entries()
    if place in ("app", "pair app", "saving app"):
        return selected(entries, app=word)
    if place == "language" or random.random() < 0.3:
        return selected(entries, since=_NOW, until=_NOW + 1)
    cased = [each for each in (word, word.upper(), word.lower()) if fold(each) == fold(word)]
    return selected(entries, word=random.choice(cased))  # of "ß" the capital is another word's


@pytest.mark.parametrize("place", _PLACES)
def test_no_byte_is_left_and_the_rest_is_as_if_it_had_never_been(
    place: str, tmp_path: Path
) -> None:
    for seed in range(CANARIES):
        random = Random(f"{place}{seed}")
        folder = tmp_path / str(seed)
        word = _word(random)
        others = [_other(random, number) for number in range(random.randrange(60))]
        with History.open(folder) as history:
            where = {random.randrange(len(others) + 1) for _ in range(random.randrange(1, 4))}
            for number, entry in enumerate(others):
                if number in where:
                    history.add(_PLACES[place](word))
                history.add(entry)
                if random.random() < 0.1:
                    history.flush()
            history.add(_PLACES[place](word))
            if random.random() < 0.8:
                history.flush()
            gone = _chosen(history, place, word, random)
            assert gone
            proof = history.forget(gone)
            assert (proof.copies, proof.elsewhere) == (0, ())
            assert [entry for _, entry in history.entries()] == others
            history.flush()
            kept = (
                history.export()
                + "\n".join(
                    " ".join(each.words) for each in others if isinstance(each, Sentence)
                ).encode()
            )
            left = _fragments("de-zanzibar" if place == "language" else word)
            left -= {kept[at : at + 6] for at in range(len(kept) - 5)}
            for path in folder.iterdir():
                data = path.read_bytes()
                assert not [piece for piece in left if piece in data], path.name
        shutil.rmtree(folder)
