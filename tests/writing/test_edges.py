import pytest

from karussell.writing import Edge, Rules, edge_of, space_before

_NOTHING = [
    "v2.",
    "10:",
    "3,",
    "555-",
    "1/",
    "@lea.",
    "#foo.",
    "#",
    "@",
    "john@",
    "a@b.",
    "$",
    "€",
    "www.",
    "C:\\\\",
    "/usr/",
    "~/",
    "./",
    "foo_",
    "x=",
    "a+",
    "https:",
    "https://a.",
    "mailto:",
    "e.",
    "and/",
    "R&",
    "`",
    "->",
    "^",
    "§",
    "src/a/",
]
_SPACE = [
    "yes,",
    "no!",
    "why?",
    "well;",
    "so:",
    "hm…",
    "(yes)",
    "[a]",
    "{b}",
    "50%",
    "5€",
    "5$",
    "“yes”",
    '"yes"',
    ":)",
    ";-)",
    "<3",
    "xD",
    "😀",
    "1️⃣",
    "❤️",
    "👍🏽",
    "🇩🇪",
    "あ。",
]
_WORD = ["(", "[", "“", "\u2018", "«", "¿", "¡", '"', "co-", "well-", "a—", "\u201e"]


@pytest.mark.parametrize("end", _NOTHING)
@pytest.mark.parametrize("start", ["", "see ", "a\n"])
def test_no_new_word_comes_where_something_else_goes_on(start: str, end: str) -> None:
    assert not edge_of(Rules.of_language("en"), start + end).word


@pytest.mark.parametrize("end", _SPACE)
def test_a_word_brings_the_space_that_is_missing(end: str) -> None:
    edge = edge_of(Rules.of_language("en"), f"see {end}")
    assert (edge.word, edge.letters, edge.wants_space) == (True, True, True)


@pytest.mark.parametrize("end", _WORD)
def test_a_word_stands_close_to_what_opens_and_to_its_hyphen(end: str) -> None:
    edge = edge_of(Rules.of_language("en"), f"see {end}")
    assert (edge.word, edge.letters, edge.wants_space) == (True, True, False)


@pytest.mark.parametrize(
    ("before", "edge"),
    [
        ("", Edge()),
        ("see ", Edge()),
        ("call 555-123 ", Edge(digits=False)),
        ("call 0176 ", Edge(digits=False)),
        ("room 3 ", Edge()),
        ("it costs 5 \u20ac", Edge(wants_space=True)),
        ("so :", Edge(word=False, letters=False, digits=False, searches=True)),
        (":", Edge(word=False, letters=False, digits=False, searches=True)),
        ("e.", Edge(word=False, letters=False, digits=False, wants_space=True)),
        ("home.", Edge(letters=False, digits=False, wants_space=True)),
    ],
)
def test_what_may_come_behind_a_text(before: str, edge: Edge) -> None:
    assert edge_of(Rules.of_language("en"), before) == edge


@pytest.mark.parametrize(
    ("language", "left", "right", "space"),
    [
        ("en", "see", "", " "),
        ("en", "see", " you", ""),
        ("en", "see", "\nyou", ""),
        ("en", "see", ".", ""),
        ("en", "see", ")", ""),
        ("en", "see", "'s", ""),
        ("en", "see", "-through", ""),
        ("en", "see", "/hear", ""),
        ("en", "see", "%", ""),
        ("en", "see", "\u201d", ""),
        ("en", '"see', '" he', ""),
        ("en", "see", '"this"', " "),
        ("en", "see", "(this)", " "),
        ("en", "see", ":) you", " "),
        ("en", "see", ": you", ""),
        ("en", "see", "you", " "),
        ("en", "see", "@lea", " "),
        ("de", "\u201eKomm", "\u201c", ""),
        ("de", "Komm", "\u201ejetzt", " "),
        ("es", "\u00abVen", "\u00bb", ""),
        ("es", "Ven", "\u00bfno", " "),
        ("fr", "pr\u00eat", "?", "\u202f"),
        ("fr", "\u00ab\u00a0pr\u00eat", "\u00bb", "\u00a0"),
        ("fr", "pr\u00eat", "\u202f?", ""),
        ("fr", "pr\u00eat", ".", ""),
    ],
)
def test_the_space_behind_a_word_is_for_what_stands_right_of_it(
    language: str, left: str, right: str, space: str
) -> None:
    assert space_before(Rules.of_language(language), left, right) == space
