"""Texts in which much goes on: words, signs, abbreviations, numbers, emoji, several scripts."""

import random

LANGUAGES = ("en", "de", "fr", "es")

_PIECES = (
    *("see you tomorrow", "Ask Mr. Smith", "e.g. today", "at 5 p.m. Then", "No. 5", "the U.S. and"),
    *(
        "I'm",
        "don\u2019t",
        "I'll",
        "WHAT IS",
        "NASA",
        "iPhone",
        "mp3",
        "3rd",
        "h2o",
        "co-op",
        "etc.",
    ),
    *(
        "Hr. M\u00fcller",
        "z. B. heute",
        "der 3. Mai",
        "usw. Dann",
        "Stra\u00dfe",
        "\u00dcBER",
        "z.B.",
    ),
    *("M. Dupont", "c'est", "l\u2019h\u00f4tel", "p. ex. ici", "\u00abbonjour\u00bb", "na\u00efve"),
    *("\u00bfqu\u00e9?", "Sra. L\u00f3pez", "EE.UU. y", "ma\u00f1ana", "p. ej. hoy"),
    *(
        '"Come!" she said',
        "(well)",
        "[sic]",
        "\u201cno\u201d",
        "\u2018yes\u2019",
        "\u201egut\u201c",
    ),
    *("anna@example.com", "https://a.b/c", "www.x.org", "C:\\temp", "@anna", "#tag", "~/x", "a/b"),
    *("12", "1,000", "3.14", "10:30", "$5", "5 \u20ac", "20 30", "12-", "1.", "a)", "0", "-"),
    *(
        ":)",
        ";-)",
        ":smi",
        ":D",
        "<3",
        "xD",
        ":",
        "\U0001f44d",
        "\U0001f44d\U0001f3fd",
        "\u2764\ufe0f",
    ),
    *("\U0001f1e9\U0001f1ea", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "1\ufe0f\u20e3"),
    *(
        "\u041f\u0440\u0438\u0432\u0435\u0442",
        "\u0442.\u0435.",
        "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2",
    ),
    *(
        "\u0130stanbul",
        "\u0131\u015f\u0131k",
        "\u4f60\u597d\u3002",
        "\u3053\u3093\u306b",
        "\u0928\u092e\u0938\u094d\u0924\u0947",
    ),
    *(
        "e\u0301te",
        "\u0645\u0631\u062d\u0628\u0627\u061f",
        "\ud55c\uae00",
        "\U0001d4d0\U0001d4d1",
        "\u00b2x",
    ),
)
_BETWEEN = (
    *(" ", " ", " ", " ", " ", ". ", ", ", "! ", "? ", "\u2026 ", "...", "\n", ".\n", ": ", "; "),
    *(
        " - ",
        "",
        "'",
        "\u2019",
        "\u00a0",
        "\u202f! ",
        "  ",
        '" ',
        ") ",
        "/",
        "-",
        "\u3002",
        "\r\n",
        "\t",
    ),
)


def texts(count: int, seed: int) -> list[str]:
    """Random texts of some pieces, the same each time."""
    chance = random.Random(seed)
    return ["", *(_text(chance) for _ in range(count - 1))]


def _text(chance: random.Random) -> str:
    found = ""
    for _ in range(chance.randint(1, 9)):
        found += chance.choice(_PIECES) + chance.choice(_BETWEEN)
    return found[: len(found) - chance.randint(0, 4)]
