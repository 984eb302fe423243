"""Files of every kind of model, damaged and made to deceive by the thousand.

``python -m tests.hostile.mutations 50000`` does so for each kind.
"""

import contextlib
import copy
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError, UsageError
from karussell.model import (
    Card,
    Configuration,
    RareWords,
    Source,
    Training,
    open_model,
    read_model_file,
    save_model,
    weight_shapes,
)
from karussell.sequences import SequenceModel, SeriesConfiguration, SeriesModel, Tokens
from karussell.store import kind_of
from karussell.text import Vocabulary
from tests.hostile.sealing import put_together, take_apart

# Seconds of this process alone: an honest file of this size opens in a millisecond.
SLOWEST = 1.0

_SERIES = np.random.default_rng(3).normal(size=(20, 2)).cumsum(0)
_EVIL: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 2, 3, 7, 2**24, 2**31, 2**53, 2**63, 2**64, 10**30, -0.5, 1e308),
    *("", "x", "F64", "U8", "words", "tokens", "series", "rnn", "\x1b[31m", "\ud800", "x" * 70_000),
    *([], [0], [0, 0], [[]], {}, {"a": 1}, [1e-9, 0.5], [10**6] * 9),
)
_EVIL_BYTES = (b"\0" * 8, b"\xff" * 8, b"\n", b"[", b'"', b"\x1b", b"\x80", b"\0\0\x80\x7f")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of model.

    Attributes:
        save: Writes a small one to a path.
        use: Opens a file, uses what it holds, and gives what must not differ unnoticed.
    """

    save: Callable[[Path], None]
    use: Callable[[Path], list[float]]


def _save_words(path: Path) -> None:
    sizes = Configuration(
        cell="lstm", layers=1, embedding_size=3, hidden_size=4, cells_per_block=2, vocabulary_size=3
    )
    card = Card(
        name="three words",
        language="en",
        licence="CC0-1.0",
        sources=(Source(name="nobody", licence="CC0-1.0"),),
        configuration=sizes,
        training=Training(command="none", seed=0, words=0, seconds=0.0, software="none"),
        scores={"recall": 0.5},
    )
    save_model(
        path,
        card=card,
        weights=_random(weight_shapes(sizes)),
        vocabulary=Vocabulary(["are", "i", "you"], ["", "I", ""]),
        counts=np.array([3, 4, 5, 6], np.uint32),
        rare=RareWords.of_counts(["tea", "zebra"], ["", "Zebra"], [3, 1], 2),
        withheld=[1],
    )


def _use_words(path: Path) -> list[float]:
    model = open_model(path)
    # Nothing but scores depends on the large tensors, which are not compared with their digest.
    model.log_probs(model.read([0, model.vocabulary.unknown]))
    shown = (*map(model.vocabulary.display, range(3)), *map(model.rare.display, range(2)))
    assert all(word.isprintable() for word in shown)
    with contextlib.suppress(ModelFileError):
        read_model_file(path).weights()
    return [*model.counts.tolist(), *model.withheld.tolist(), *model.rare.log_shares.tolist()]


def _save_tokens(path: Path) -> None:
    tokens = Tokens(["go", ("turn", 90), 7, None, 0.5])
    sizes = Configuration(
        cell="lstm", layers=2, embedding_size=3, hidden_size=4, cells_per_block=2, vocabulary_size=6
    )
    SequenceModel(tokens, sizes, _random(weight_shapes(sizes)), scores={"perplexity": 3.5}).save(
        path
    )


def _use_tokens(path: Path) -> list[float]:
    model = SequenceModel.open(path)
    assert len(model.predict(["go"], k=3)) <= 3
    found: list[float] = model.log_probs(["go", ("turn", 90), "never seen", 7]).tolist()
    return found


def _save_series(path: Path) -> None:
    sizes = SeriesConfiguration(
        variables=2, horizon=2, season=3, quantiles=(0.1, 0.5), hidden_size=4, layers=2
    )
    random = np.random.default_rng(2)
    arrays = {
        name: random.uniform(0.1, 1, tensor.shape).astype(tensor.dtype)
        for name, tensor in sizes.tensors().items()
    }
    SeriesModel(sizes, arrays, scores={"loss": 0.5}).save(path)


def _use_series(path: Path) -> list[float]:
    found: list[float] = SeriesModel.open(path).forecast(_SERIES).values.ravel().tolist()
    return found


KINDS = {
    "words": Kind(save=_save_words, use=_use_words),
    "tokens": Kind(save=_save_tokens, use=_use_tokens),
    "series": Kind(save=_save_series, use=_use_series),
}


def damaged(data: bytes, random: Random) -> bytes:
    """A file as disks and lines damage it: flipped, cut, grown, mixed up."""
    content = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        begin = random.randrange(len(content) + 1)
        end = min(len(content), begin + random.choice((1, 1, 4, 64, 1000)))
        match random.randrange(6):
            case 0 if begin < len(content):
                content[begin] ^= 1 << random.randrange(8)
            case 1:
                del content[begin:]
            case 2:
                del content[begin:end]
            case 3:
                content[begin:begin] = random.randbytes(random.choice((1, 8, 64)))
            case 4:
                content[begin:end] = bytes(end - begin)
            case _:
                content[begin:end] = content[: end - begin]
    return bytes(content)


def lying(data: bytes, random: Random) -> bytes:
    """A file that says or holds something untrue, with digests that fit."""
    header, body = take_apart(data)
    for _ in range(random.choice((1, 1, 2, 3))):
        if random.random() < 0.6:
            _lie(header, random)
        else:
            place = random.randrange(len(body) + 1)
            content = random.choice((*_EVIL_BYTES, random.randbytes(4)))
            body = body[:place] + content + body[place + len(content) :]
    return put_together(header, body)


def _lie(header: dict[str, Any], random: Random) -> None:
    place: Any = header
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = random.choice(keys)
        if not isinstance(place[key], dict | list) or not place[key] or random.random() < 0.1:
            break
        place = place[key]
    other: Any = random.choice(keys)
    match random.randrange(5):
        case 0:
            del place[key]
        case 1:
            place[key], place[other] = place[other], place[key]
        case 2 if isinstance(place[key], int):
            place[key] += random.choice((-8, -4, -1, 1, 4, 8, 64))
        case 3:
            place[key] = copy.deepcopy(place[other])
        case _:
            place[key] = copy.deepcopy(random.choice(_EVIL))


def try_all(kind: Kind, folder: Path, count: int, seed: int) -> Counter[str]:
    """Open and use damaged and lying files; what became of them.

    Raises:
        AssertionError: If one was neither refused by name nor usable, or damage went unnoticed.
    """
    path, random, found = folder / "m.karussell", Random(seed), Counter[str]()
    kind.save(path)
    data, right = path.read_bytes(), kind.use(path)
    for number in range(count):
        is_damage = number % 2 == 0
        try:
            path.write_bytes((damaged if is_damage else lying)(data, random))
        except (TypeError, KeyError, IndexError, AttributeError):
            continue  # a header that cannot be sealed
        begin = time.process_time()
        try:
            with np.errstate(all="ignore"):
                used = kind.use(path)
        except ModelFileError as error:
            outcome = "refused" if _names(error, path) else "refused without its name"
        except UsageError:
            outcome = "usable for other data"
        else:
            assert used == right or not is_damage, (seed, number)
            outcome = "the same" if used == right else "usable"
        with contextlib.suppress(ModelFileError):
            kind_of(path)
        assert time.process_time() - begin < SLOWEST, (seed, number)
        assert outcome != "refused without its name", (seed, number)
        found[f"{'damaged' if is_damage else 'lying'}: {outcome}"] += 1
        path.unlink()
    return found


def _names(error: ModelFileError, path: Path) -> bool:
    return str(error).startswith(f"{path}: ") and str(error).isprintable()


def _random(shapes: dict[str, tuple[int, ...]]) -> dict[str, NDArray[np.float32]]:
    random = np.random.default_rng(1)
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        for kind_name, each in KINDS.items():
            print(kind_name, dict(try_all(each, Path(name), int(sys.argv[1]), seed=1)), flush=True)
