"""One spelling for each text, in both languages the same one."""

import pytest

from karussell.text import fold, normalise
from tests.twin.node import Twin

_TEXTS = (
    *("", "See ANNA", "don\u2019t `do` \u02bcit\u00b4", "na\u0131\u0308ve", "e\u0301 E\u0301"),
    *("\u0130zmir", "ISPARTA", "I\u0307\u0307stanbul", "i\u0307", "I\u0300\u0307", "\u0130\u0307"),
    *("\u039f\u0394\u039f\u03a3", "\u03c3\u03a3 \u03a3", "\u1fb3 \u1f88 \u0391\u0345"),
    *("\u00df \u1e9e STRASSE", "\ufb01 \u01c4\u01c5", "\u212b \u212a \u2126", "\u1100\u1161\u11a8"),
    *("\u2764\ufe0f \u2764", "\U0001f44d\U0001f3fd", "\U0001f937\U0001f3fb\u200d\u2642\ufe0f"),
    *("a\ufe0f\u0301", "e\U0001f3fb\u0301", "\U0001f469\u200d\u2764\ufe0f\u200d\U0001f468"),
    *(
        "\u10a0 \u13a0 \uab70 \u1c90",
        "\u0345\u03b1",
        "\ud800 lone",
        "J\u030c \u01f0",
        "\u1e98 W\u030a",
    ),
)


@pytest.mark.parametrize("language", ["", "en", "tr", "az-Latn", "de"])
def test_folded_texts_are_equal(twin: Twin, language: str) -> None:
    told = twin("twin/text/index.js", "fold", [[text, language] for text in _TEXTS])
    assert told == [fold(text, language) for text in _TEXTS]


def test_normalised_texts_are_equal(twin: Twin) -> None:
    told = twin("twin/text/index.js", "normalise", [[text] for text in _TEXTS])
    assert told == [normalise(text) for text in _TEXTS]
