"""Results that are kept: what was tried already is not tried again."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from karussell.errors import UsageError, shown
from karussell.files import write_over
from karussell.lab.continual import ContinualOutcome
from karussell.lab.continual import learn as learn_continually
from karussell.lab.copying import CopyingOutcome
from karussell.lab.copying import learn as learn_to_copy
from karussell.lab.languages import LanguageOutcome
from karussell.lab.languages import learn as learn_to_count
from karussell.lab.plain import RATES, PlainOutcome, check_torch, learn_plainly, units_of
from karussell.lab.tables import CONTINUAL, COPYING, LANGUAGES, TABLES
from karussell.lab.trials import Experiment, Outcome, Trial

_Kept = TypeVar("_Kept")


class _Asked(Protocol):
    """Results that say by which settings they were found."""

    asked: dict[str, str]


_Found = TypeVar("_Found", bound=_Asked)

_QUICK_SYMBOLS = 1_000_000
_QUICK_STRINGS = 50_000
_QUICK_COPIES = 6_400
_QUICK_STEPS = 20
# Sequences that a plain RNN reads at each of its rates.
_PLAIN, _QUICK_PLAIN = 200_000, 20_000


class Results(msgspec.Struct, kw_only=True):
    """What was found, by the names of table and row.

    Attributes:
        blocks: Of memory blocks.
        plain: Of plain RNNs beside them, by table, row and units.
        continual: Of the continual task.
        languages: Of those that are counted.
        copying: Of the copying task.
        asked: By which settings, in words.
    """

    blocks: dict[str, Outcome] = {}
    plain: dict[str, PlainOutcome] = {}
    continual: dict[str, ContinualOutcome] = {}
    languages: dict[str, LanguageOutcome] = {}
    copying: dict[str, CopyingOutcome] = {}
    asked: dict[str, str] = {}

    def save(self, path: Path | None) -> None:
        """Keep them in a file."""
        if path is not None:
            keep(path, self)


def read_kept(path: Path, kind: type[_Kept]) -> _Kept | None:
    """What ``keep`` wrote into a file, None if there is none.

    Raises:
        UsageError: If it cannot be read.
    """
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        raise UsageError(f"{path}: is damaged ({shown(error)}); delete it to begin anew") from None


def opened(
    folder: Path | None, kind: type[_Found], asked: dict[str, str]
) -> tuple[Path | None, _Found]:
    """The file of results in a folder, which is made if it is not there, and what it has.

    Args:
        folder: Where results are kept; None to keep none.
        kind: Of results.
        asked: By which settings they shall be found, in words.

    Raises:
        UsageError: If they cannot be read, or were found by other settings.
    """
    path = None if folder is None else folder / "results.json"
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    found = (None if path is None else read_kept(path, kind)) or kind()
    found.asked = _same(path, found.asked, asked)
    return path, found


def keep(path: Path, value: object) -> None:
    """Keep a value in a file, as JSON that people can read, too."""
    write_over(path, msgspec.json.format(msgspec.json.encode(value)))


def _same(path: Path | None, kept: Mapping[str, str], asked: dict[str, str]) -> dict[str, str]:
    """The settings that are asked for, if kept results were found by the same or say none.

    Raises:
        UsageError: If they were found by others, for they would be told as if by these.
    """
    for name, value in asked.items():
        if (before := kept.get(name, value)) != value:
            raise UsageError(
                f"{path}: has results of {name} {before}, asked for {value}; "
                "expected the same, or another folder"
            )
    return asked


Watch = Callable[[str, int], AbstractContextManager[Callable[[int, str], None]]]
"""Told what is tried and in how many steps; gives what is told of each: how many are done, and how
things stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What shall be tried.

    Attributes:
        tables: Names in ``TABLES``, "continual", "languages" and "copying".
        quick: Only rows that take a minute or two.
        plain: Whether plain RNNs are trained beside the blocks.
        sequences: A network is given up after so many; None for the limit of its row.
        networks: How many networks, a multiple of 16.
        seed: What all is drawn from.
        threads: How many threads the kernels use.
        folder: Where results are kept; None to keep none.
    """

    tables: tuple[str, ...]
    quick: bool = False
    plain: bool = True
    sequences: int | None = None
    networks: int = 16
    seed: int = 1
    threads: int = 1
    folder: Path | None = None

    @property
    def settings(self) -> dict[str, str]:
        """What all results depend on, in words; those that are quick may be gone on with."""
        return {
            "seed": str(self.seed),
            "networks": str(self.networks),
            "sequences": str(self.sequences or "as the tables have them"),
        }


def try_all(asked: Asked, watch: Watch) -> Results:
    """Try what has no result yet, and keep each result as soon as it is there.

    Raises:
        UsageError: If kept results cannot be read, or were found by other settings.
        MissingError: If plain RNNs are asked for and torch is not installed.
    """
    path, results = opened(asked.folder, Results, asked.settings)
    others = {"continual": _try_continual, "languages": _try_languages, "copying": _try_copying}
    for table in asked.tables:
        if table in others:
            others[table](asked, results, path, watch)
        else:
            _try_table(table, asked, results, path, watch)
    return results


def _try_table(name: str, asked: Asked, results: Results, path: Path | None, watch: Watch) -> None:
    for row in TABLES[name].rows:
        if asked.quick and not row.quick:
            continue
        key, experiment = f"{name}: {row.name}", row.experiment
        if asked.sequences is not None:
            experiment = replace(experiment, limit=asked.sequences)
        if asked.plain and row.has_rival and not _has_plain(key, results):
            check_torch("plain RNNs need")  # before an hour's work, not after it
        if key not in results.blocks:
            # Named after the row, for another must not go on from it.
            unfinished = f"unfinished-{re.sub('[^a-z0-9]+', '-', key.lower())}.npz"
            kept = None if asked.folder is None else asked.folder / unfinished
            with watch(key, experiment.limit) as tell:
                trial = Trial(experiment, asked.seed, asked.networks)
                results.blocks[key] = trial.run(
                    lambda read, solved: tell(read, f"{solved} of {asked.networks} solved"),
                    kept=kept,
                    threads=asked.threads,
                )
            results.save(path)
            if kept is not None:
                kept.unlink(missing_ok=True)
        if asked.plain and row.has_rival:
            _try_plain(key, row.experiment, asked, results, path, watch)


def _has_plain(key: str, results: Results) -> bool:
    return any(name.startswith(f"{key}: ") for name in results.plain)


def _try_plain(
    key: str,
    experiment: Experiment,
    asked: Asked,
    results: Results,
    path: Path | None,
    watch: Watch,
) -> None:
    """A plain RNN of as many units, and one of as many weights."""
    task, design = experiment.task, experiment.design
    equal = units_of(task.inputs, task.outputs, design.weights)
    read = asked.sequences or (_QUICK_PLAIN if asked.quick else _PLAIN)
    for units in (design.network.hidden, equal):
        name = f"{key}: {units} units"
        if name in results.plain:
            continue
        right = [*experiment.criteria.values()][-1].right
        with watch(f"{key}: plain RNN of {units} units", read * len(RATES)) as tell:
            results.plain[name] = learn_plainly(
                *(task, units, right),
                sequences=read,
                seed=asked.seed,
                tell=lambda done: tell(done, ""),
            )
        results.save(path)


def _try_continual(asked: Asked, results: Results, path: Path | None, watch: Watch) -> None:
    for key, task in CONTINUAL.items():
        if key in results.continual:
            continue
        shorter = replace(task, symbols=_QUICK_SYMBOLS, whole=_QUICK_SYMBOLS // 10)
        chosen = shorter if asked.quick else task
        if asked.sequences is not None:
            chosen = replace(chosen, symbols=asked.sequences)
        with watch(f"continual: {key}", chosen.symbols) as tell:
            results.continual[key] = learn_continually(
                *(chosen, asked.seed, lambda read: tell(read, "")),
                networks=asked.networks,
                threads=asked.threads,
            )
        results.save(path)


def _try_languages(asked: Asked, results: Results, path: Path | None, watch: Watch) -> None:
    for key, task in LANGUAGES.items():
        if key in results.languages:
            continue
        limit = asked.sequences or (_QUICK_STRINGS if asked.quick else task.limit)
        with watch(f"languages: {key}", limit) as tell:
            results.languages[key] = learn_to_count(
                replace(task, limit=limit),
                asked.seed,
                lambda read, all_: tell(read, f"{all_} of {asked.networks} accept all they read"),
                networks=asked.networks,
                threads=asked.threads,
            )
        results.save(path)


def _try_copying(asked: Asked, results: Results, path: Path | None, watch: Watch) -> None:
    for key, task in COPYING.items():
        if key in results.copying or not (asked.plain or task.network == "LSTM"):
            continue
        if asked.quick and task.steps > _QUICK_STEPS:
            continue
        read = asked.sequences or (_QUICK_COPIES if asked.quick else task.sequences)
        with watch(f"copying: {key}", read) as tell:
            results.copying[key] = learn_to_copy(
                replace(task, sequences=read), asked.seed, lambda done: tell(done, "")
            )
        results.save(path)
