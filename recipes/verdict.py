"""Learn how sure a keyboard may be that a typed word is wrong, for all packaged languages at once.

    python -m recipes.verdict DATA [--out verdict.json]

Words of held-out texts, but for those that scores are measured on, are typed right and wrong:
letters with slips and known misspellings (those with an even CRC), and taps on the usual layout, in
English on Dvorak, too. Beside words typed right stand others that a keyboard is tempted to change:
names in lower case, words of chats, rare ones and those of other languages, one half of them, by
their CRC. One network learns from all languages, thresholds follow for each. DATA is the recipes'
folder.
"""

import argparse
from collections import defaultdict
from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np

from karussell.correction import ANY_LANGUAGE, VERDICTS, Network, Parameters, Side
from karussell.measure import harmless_sets, slips_among
from karussell.model import LanguageModel, embedded_path, open_model
from karussell.text import fold, read_lines
from recipes import RECIPES
from recipes.asked import (
    CAREFUL,
    Asked,
    Asker,
    careful_and_careless,
    held_out_lines,
    typed_alone,
    typed_letters,
    typed_taps,
)
from recipes.slips import is_learned, read_misspellings

_SEED = 13
_LINES, _FOREIGN_LINES, _ODD_LINES = 1200, 5, 20_000
# Of a list of words by frequency those that are hardly slips.
_COMMON = 60_000
_OTHERS = ("de", "es", "fr", "it", "nl", "pl", "pt", "sv", "tr", "en")
# Texts beside the everyday ones that typing is measured on.
_MEASURED = ("bcontrast", "woz", "xpersona", "chitchat", "tatoeba")
_LAYOUTS = {"en": (None, "dvorak")}
_ODD = ("names in lower case", "chat words", "foreign words alone", "rare words")
# Among these are slips of those who wrote the texts.
_DOUBTFUL = ("names in lower case", "rare words")
_DAMAGE = (0.02, 0.01, 0.005, 0.003, 0.002, 0.001, 0.0005, 0.0002)
# Of what is promised so much is measured here: other texts have other words. Where taps say what
# was meant, less depends on words.
_LETTERS_SAFETY, _TAPS_SAFETY = 0.5, 1.0
# Where letters alone are told so much of it is spent on doubtful words, besides.
_OF_DOUBTFUL = 0.2
_HIDDEN, _PASSES = 16, 25
_FAR, _CONSTANT = 5.0, 1e-3
_DIGITS = 4

Samples = list[Asked | None]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was asked in one language: about letters, about taps."""

    letters: Samples = field(default_factory=list)
    taps: Samples = field(default_factory=list)


def typed(language: str, data: Path, lines: int) -> Typed:
    """What was asked about words of a language."""
    model = open_model(embedded_path(language))
    common = _common(data, language)
    askers = [Asker(model, language, each, common) for each in _LAYOUTS.get(language, (None,))]
    asker, random, found = askers[0], np.random.default_rng(_SEED), Typed()
    mistakes: dict[str, list[str]] = defaultdict(list)
    known = read_misspellings(data) if language == "en" else {}
    for typo, right in known.items():
        if is_learned(typo) and len(right) == 1 and right[0].replace("'", "").isalpha():
            mistakes[right[0]].append(typo)

    slips = slips_among(known, language, lambda _: False)

    def skip(word: str) -> bool:
        return word in slips

    measured = (*RECIPES[language].everyday, *_MEASURED)
    texts = held_out_lines(data, language, measured)
    for line in _lines(texts, -(-lines // max(1, len(texts)))):
        found.letters.extend(typed_letters(asker, line, mistakes, random, skip))
        for each in askers:
            for noise in careful_and_careless():
                found.taps.extend(typed_taps(each, fold(line), noise, random, skip))
    foreign = []
    for other in (each for each in _OTHERS if each != language):
        listed = list(_lines(held_out_lines(data, other, _MEASURED), _FOREIGN_LINES))
        foreign.append(listed)
        for line in listed:
            found.letters.extend(_right(typed_letters(asker, line, {}, random, skip)))
            found.taps.extend(typed_taps(asker, fold(line), CAREFUL, random, skip))
    odd = list(_lines(texts, _ODD_LINES))
    found.letters.extend(_odd(asker, model, odd, foreign, common, slips))
    return found


def _odd(
    asker: Asker,
    model: LanguageModel,
    lines: Sequence[str],
    foreign: Sequence[Sequence[str]],
    common: Container[str] | None,
    slips: Collection[str],
) -> Iterator[Asked | None]:
    """Words that are right, one half of them, that look wrong."""
    sets = harmless_sets(
        lines,
        foreign,
        dictionary=(common or ()).__contains__,
        vocabulary=model.vocabulary.__contains__,
        slips=slips,
        seed=_SEED,
    )
    for name in _ODD:
        items = [each for each in sets.get(name, ()) if is_learned(each.typed)]
        if name in _DOUBTFUL:
            yield from typed_alone(asker, [each for each in items if fold(each.typed) not in slips])
        else:
            yield from _right(typed_alone(asker, items))


def _common(data: Path, language: str) -> Container[str] | None:
    """The words that a language is known to have, if there is a list."""
    listed = data / "lexicon" / f"wordfreq_{language}.tsv.xz"
    if not listed.exists():
        return None
    return {line.partition("\t")[0] for line in islice(read_lines(listed), _COMMON)}


def learn(of_languages: dict[str, Samples], safety: float, *, doubts: bool) -> Side:
    """The network of all languages, and the thresholds of each.

    Args:
        of_languages: What was asked.
        safety: Of what is promised so much is measured.
        doubts: Whether doubtful words have thresholds of their own.
    """
    network = _network([each for samples in of_languages.values() for each in samples if each])
    sure, doubtful = {}, {}
    for language, samples in of_languages.items():
        right = [each for each in samples if each is None or (each.right and each.certain)]
        scored: dict[bool, list[float]] = {False: [], True: []}
        for each in filter(None, right):
            scored[doubts and each.doubtful].append(network.probability(each.features))
        sure[language] = _thresholds(scored[False], len(right), safety)
        doubtful[language] = _thresholds(scored[True], len(right), safety * _OF_DOUBTFUL)
    return Side(network, _with_any(sure), _with_any(doubtful) if doubts else {})


def _with_any(thresholds: dict[str, tuple[float, ...]]) -> dict[str, tuple[float, ...]]:
    """A language of which nothing was learned needs the most care."""
    return {**thresholds, ANY_LANGUAGE: tuple(map(max, zip(*thresholds.values(), strict=True)))}


def _thresholds(scores: list[float], number: int, safety: float) -> tuple[float, ...]:
    """For each part of so many words typed right the probability that no more of them reach."""
    scores.sort(reverse=True)
    return tuple(_threshold(scores, number, safety * rate) for rate in _DAMAGE)


def _threshold(scores: Sequence[float], number: int, rate: float) -> float:
    """The least probability that so many of the words typed right do not reach, at least a half."""
    allowed = int(rate * number)
    return max(0.5, float(np.nextafter(scores[allowed], 2))) if allowed < len(scores) else 0.5


def _network(samples: Sequence[Asked]) -> Network:
    from sklearn.neural_network import MLPClassifier

    rows = np.array([each.features for each in samples])
    change = np.array([each.found and not each.right for each in samples])
    means, deviations = rows.mean(axis=0), rows.std(axis=0)
    deviations[deviations < _CONSTANT] = 1.0
    inputs = np.clip((rows - means) / deviations, -_FAR, _FAR)
    fitted = MLPClassifier(
        (_HIDDEN,),
        alpha=1e-3,
        learning_rate_init=3e-3,
        batch_size=min(512, len(inputs)),
        random_state=_SEED,
    )
    for _ in range(_PASSES):
        fitted.partial_fit(inputs, change, classes=[False, True])
    (hidden, out), (hidden_bias, out_bias) = fitted.coefs_, fitted.intercepts_
    return Network(
        means=_rounded(means),
        deviations=_rounded(deviations),
        hidden=tuple(map(_rounded, hidden.T)),
        hidden_bias=_rounded(hidden_bias),
        out=_rounded(out[:, 0]),
        out_bias=round(float(out_bias[0]), _DIGITS),
    )


def _rounded(values: np.ndarray) -> tuple[float, ...]:
    return tuple(round(float(each), _DIGITS) for each in values)


def _right(asked: Iterator[Asked | None]) -> Iterator[Asked | None]:
    """Words typed right, of whatever language."""
    return (each and replace(each, certain=True) for each in asked if each is None or each.right)


def _lines(paths: Sequence[Path], number: int) -> Iterator[str]:
    for path in paths:
        yield from islice(read_lines(path), number)


def main(arguments: list[str] | None = None) -> None:
    """Learn, and write what was learned."""
    parser = argparse.ArgumentParser(prog="python -m recipes.verdict", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--language", action="append", choices=RECIPES, help="repeatable; all")
    parser.add_argument("--lines", type=int, default=_LINES, help="of each language")
    parser.add_argument("--out", "-o", type=Path, default=VERDICTS)
    options = parser.parse_args(arguments)
    languages = options.language or list(RECIPES)
    of_languages = {each: typed(each, options.data, options.lines) for each in languages}
    found = parameters(of_languages)
    options.out.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=0))
    for language, each in of_languages.items():
        print(f"{language}: {len(each.letters)} words typed, {len(each.taps)} tapped")


def parameters(of_languages: dict[str, Typed]) -> Parameters:
    """All that is learned."""
    letters = {language: each.letters for language, each in of_languages.items()}
    taps = {language: each.taps for language, each in of_languages.items()}
    return Parameters(
        damage=_DAMAGE,
        letters=learn(letters, _LETTERS_SAFETY, doubts=True),
        taps=learn(taps, _TAPS_SAFETY, doubts=False),
    )


if __name__ == "__main__":
    main()
