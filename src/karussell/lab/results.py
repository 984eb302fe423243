"""Results that are kept: what was tried already is not tried again."""

import itertools
import re
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from karussell.lab.continual import ContinualOutcome
from karussell.lab.continual import learn as learn_continually
from karussell.lab.copying import CopyingOutcome
from karussell.lab.copying import learn as learn_to_copy
from karussell.lab.kept import Watch, keep, opened
from karussell.lab.languages import LanguageOutcome
from karussell.lab.languages import learn as learn_to_count
from karussell.lab.modern import SEQUENCES, UNITS, learn_wholly, size_of
from karussell.lab.plain import RATES, PlainOutcome, check_torch, learn_plainly, units_of
from karussell.lab.tables import CONTINUAL, COPYING, LANGUAGES, TABLES, Row
from karussell.lab.trials import Outcome, Trial

_QUICK_SYMBOLS = 1_000_000
_QUICK_STRINGS = 50_000
_QUICK_COPIES = 6_400
_QUICK_STEPS = 20
# Sequences that a plain RNN reads at each of its rates.
_PLAIN, _QUICK_PLAIN = 200_000, 20_000
# Networks of today, which learn one by one.
_MODERN, _QUICK_MODERN = 10, 2


class Results(msgspec.Struct, kw_only=True):
    """What was found, by the names of table and row.

    Attributes:
        blocks: Of memory blocks.
        modern: Of memory blocks of today beside them, with whole gradients.
        plain: Of plain RNNs beside them, by table, row and units.
        continual: Of the continual task.
        languages: Of those that are counted.
        copying: Of the copying task.
        asked: By which settings, in words.
    """

    blocks: dict[str, Outcome] = {}
    modern: dict[str, Outcome] = {}
    plain: dict[str, PlainOutcome] = {}
    continual: dict[str, ContinualOutcome] = {}
    languages: dict[str, LanguageOutcome] = {}
    copying: dict[str, CopyingOutcome] = {}
    asked: dict[str, str] = {}

    def save(self, path: Path | None) -> None:
        """Keep them in a file."""
        if path is not None:
            keep(path, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What shall be tried.

    Attributes:
        tables: Names in ``TABLES``, "continual", "languages" and "copying".
        quick: Only rows that take a minute or two.
        plain: Whether plain RNNs and blocks of today, which need torch, are trained beside them.
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
    """Try what has no result yet, or a quick one only, and keep each as soon as it is there.

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
        if asked.plain and row.has_rival and _plain_left(key, row, asked, results):
            # Before an hour's work, not after it.
            check_torch("plain RNNs (--no-plain leaves them out) need")
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
            _try_plain(key, row, asked, results, path, watch)
        if asked.plain and row.modern:
            _try_modern(key, row, asked, results, path, watch)


def _plain_left(key: str, row: Row, asked: Asked, results: Results) -> list[int]:
    """Units of the plain RNNs that have not read as much as is asked for now.

    They have as many units as the blocks, and as many weights.
    """
    experiment, task = row.experiment, row.experiment.task
    compared = [(experiment.design.network.hidden, experiment.design.weights)]
    if row.modern:
        compared.append((UNITS, size_of(task)))
    sizes = [(own, units_of(task.inputs, task.outputs, weights)) for own, weights in compared]
    found = {units: results.plain.get(f"{key}: {units} units") for units in itertools.chain(*sizes)}
    read = _plain_reading(asked)
    return [units for units, kept in found.items() if kept is None or kept.read < read]


def _plain_reading(asked: Asked) -> int:
    """Sequences that a plain RNN reads at each of its rates."""
    return asked.sequences or (_QUICK_PLAIN if asked.quick else _PLAIN)


def _try_plain(
    key: str,
    row: Row,
    asked: Asked,
    results: Results,
    path: Path | None,
    watch: Watch,
) -> None:
    task, read = row.experiment.task, _plain_reading(asked)
    right = [*row.experiment.criteria.values()][-1].right
    for units in _plain_left(key, row, asked, results):
        with watch(f"{key}: plain RNN of {units} units", read * len(RATES)) as tell:
            results.plain[f"{key}: {units} units"] = learn_plainly(
                *(task, units, right),
                sequences=read,
                seed=asked.seed,
                tell=lambda done: tell(done, ""),
            )
        results.save(path)


def _try_modern(
    key: str,
    row: Row,
    asked: Asked,
    results: Results,
    path: Path | None,
    watch: Watch,
) -> None:
    """Memory blocks of today, one after the other; those that are kept are not tried again."""
    wanted, limit = _QUICK_MODERN if asked.quick else _MODERN, asked.sequences or SEQUENCES
    for number in range(len(results.modern[key].wrong) if key in results.modern else 0, wanted):
        with watch(f"{key}: blocks of today, {number + 1} of {wanted}", limit) as tell:
            found = learn_wholly(
                row.experiment,
                sequences=limit,
                seed=(asked.seed, number),
                tell=lambda done: tell(done, ""),
                how=row.modern,
            )
        results.modern[key] = found.after(results.modern.get(key))
        results.save(path)


def _try_continual(asked: Asked, results: Results, path: Path | None, watch: Watch) -> None:
    for key, task in CONTINUAL.items():
        shorter = replace(task, symbols=_QUICK_SYMBOLS, whole=_QUICK_SYMBOLS // 10)
        chosen = shorter if asked.quick else task
        if asked.sequences is not None:
            chosen = replace(chosen, symbols=asked.sequences)
        kept = results.continual.get(key)
        if kept is not None and kept.whole >= chosen.whole:
            continue
        with watch(f"continual: {key}", chosen.symbols) as tell:
            results.continual[key] = learn_continually(
                *(chosen, asked.seed, lambda read: tell(read, "")),
                networks=asked.networks,
                threads=asked.threads,
            )
        results.save(path)


def _try_languages(asked: Asked, results: Results, path: Path | None, watch: Watch) -> None:
    for key, task in LANGUAGES.items():
        limit = asked.sequences or (_QUICK_STRINGS if asked.quick else task.limit)
        kept = results.languages.get(key)
        if kept is not None and kept.read >= limit:
            continue
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
        if not (asked.plain or task.network == "LSTM"):
            continue
        if asked.quick and task.steps > _QUICK_STEPS:
            continue
        read = asked.sequences or (_QUICK_COPIES if asked.quick else task.sequences)
        kept = results.copying.get(key)
        if kept is not None and kept.read >= read:
            continue
        with watch(f"copying: {key}", read) as tell:
            results.copying[key] = learn_to_copy(
                replace(task, sequences=read), asked.seed, lambda done: tell(done, "")
            )
        results.save(path)
