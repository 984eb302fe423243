"""Learn how sure a keyboard may be that a typed word is wrong.

    python -m recipes.verdict en DATA [--out verdict.json]

Words of held-out texts, but for the everyday ones that scores are measured on, are typed right and
wrong: letters with slips and known misspellings (those with an even CRC), and taps. Of words typed
right, those of other languages stand beside them, thresholds follow. DATA is the recipes' folder.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np

from karussell.correction import FEATURES, VERDICTS, Kind, Parameters, Scale
from karussell.model import embedded_path, open_model
from karussell.text import read_lines
from recipes import RECIPES
from recipes.asked import (
    Asked,
    Asker,
    careful_and_careless,
    held_out_lines,
    typed_letters,
    typed_taps,
)
from recipes.slips import is_learned, read_misspellings

_SEED = 13
_LINES, _FOREIGN_LINES = 40, 5
_OTHERS = ("de", "es", "fr", "it", "nl", "pl", "pt", "sv", "tr", "en")
_DAMAGE = (0.02, 0.01, 0.005, 0.003, 0.002, 0.001, 0.0005, 0.0002)
# What is measured is half of what is promised: other texts have other words.
_SAFETY = 0.5
# A kind of which fewer were seen is left alone.
_LEAST = 40
_NEVER = -30.0

Samples = list[Asked | None]


def typed(language: str, data: Path, lines: int) -> tuple[Samples, Samples]:
    """What was asked about letters, and about taps."""
    asker = Asker(open_model(embedded_path(language)), language)
    random = np.random.default_rng(_SEED)
    mistakes: dict[str, list[str]] = defaultdict(list)
    known = read_misspellings(data) if language == "en" else {}
    for typo, right in known.items():
        if is_learned(typo) and len(right) == 1 and right[0].replace("'", "").isalpha():
            mistakes[right[0]].append(typo)

    def skip(word: str) -> bool:
        return word in known and is_learned(word)

    letters: Samples = []
    taps: Samples = []
    for line in _lines(held_out_lines(data, language, RECIPES[language].everyday), lines):
        letters += typed_letters(asker, line, mistakes, random, skip)
        for noise in careful_and_careless():
            taps += typed_taps(asker, line.lower(), noise, random, skip)
    for other in _OTHERS:
        if other != language:
            for line in _lines(held_out_lines(data, other, ()), _FOREIGN_LINES):
                letters += _right(typed_letters(asker, line, {}, random, skip))
                taps += typed_taps(asker, line.lower(), careful_and_careless()[0], random, skip)
    return letters, taps


def learn(samples: Samples) -> tuple[dict[Kind, Scale], tuple[float, ...]]:
    """The regression for each kind of word, and the thresholds."""
    scales = {
        kind: _scale([each for each in samples if each and each.kind == kind]) for kind in Kind
    }
    right = [each for each in samples if each is None or each.right]
    scores = sorted((probability(scales, each) for each in right if each), reverse=True)
    return scales, tuple(_threshold(scores, len(right), rate) for rate in _DAMAGE)


def probability(scales: dict[Kind, Scale], asked: Asked) -> float:
    """What a verdict would say."""
    scale = scales[asked.kind]
    score = scale.bias + float(np.dot(scale.weights, asked.features))
    return float(1 / (1 + np.exp(-score)))


def _threshold(scores: Sequence[float], number: int, rate: float) -> float:
    """The least probability that so many of the words typed right do not reach."""
    allowed = int(_SAFETY * rate * number)
    return float(np.nextafter(scores[allowed], 2)) if allowed < len(scores) else 0.5


def _scale(samples: Sequence[Asked]) -> Scale:
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    change = [each.found and not each.right for each in samples]
    if min(change.count(True), change.count(False)) < _LEAST:
        return Scale(_NEVER, (0.0,) * len(FEATURES))
    rows = np.array([each.features for each in samples])
    scaler = StandardScaler().fit(rows)
    fitted = LogisticRegression(max_iter=2000).fit(scaler.transform(rows), change)
    weights = fitted.coef_[0] / scaler.scale_
    bias = float(fitted.intercept_[0] - weights @ scaler.mean_)
    return Scale(round(bias, 5), tuple(round(float(each), 5) for each in weights))


def _right(asked: Iterator[Asked | None]) -> Iterator[Asked | None]:
    return (each for each in asked if each is None or each.right)


def _lines(paths: Sequence[Path], number: int) -> Iterator[str]:
    for path in paths:
        yield from islice(read_lines(path), number)


def main(arguments: list[str] | None = None) -> None:
    """Learn, and write what was learned."""
    parser = argparse.ArgumentParser(prog="python -m recipes.verdict", description=__doc__)
    parser.add_argument("language", choices=RECIPES)
    parser.add_argument("data", type=Path)
    parser.add_argument("--lines", type=int, default=_LINES, help="of each text")
    parser.add_argument("--out", "-o", type=Path, default=VERDICTS)
    options = parser.parse_args(arguments)
    letters, taps = typed(options.language, options.data, options.lines)
    letter_scales, letter_thresholds = learn(letters)
    tap_scales, tap_thresholds = learn(taps)
    found = Parameters(
        letters=letter_scales,
        taps=tap_scales,
        damage=_DAMAGE,
        letters_thresholds=letter_thresholds,
        taps_thresholds=tap_thresholds,
    )
    options.out.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1))
    print(f"{len(letters)} words typed, {len(taps)} tapped")


if __name__ == "__main__":
    main()
