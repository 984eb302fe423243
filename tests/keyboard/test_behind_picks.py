"""What is typed behind a picked word, in a session."""

from collections.abc import Iterator

import pytest

from karussell.keyboard import Context, Predictor

_LANGUAGES = ("en", "fr", "es", "de")


@pytest.fixture(scope="module")
def predictors() -> Iterator[dict[str, Predictor]]:
    opened = {language: Predictor.open(language=language) for language in _LANGUAGES}
    yield opened
    for predictor in opened.values():
        predictor.close()


@pytest.mark.parametrize(
    ("language", "left", "word", "typed", "text"),
    [
        ("en", "see you tomor", "tomorrow", "!", "see you tomorrow!"),
        ("en", "see you tomor", "tomorrow", "?! y", "see you tomorrow?! y"),
        ("en", "see you tomor", "tomorrow", ":)", "see you tomorrow :)"),
        ("en", "see you tomor", "tomorrow", ";-)", "see you tomorrow ;-)"),
        ("en", "see you tomor", "tomorrow", ":D ", "see you tomorrow :D "),
        ("en", "see you tomor", "tomorrow", ": yes", "see you tomorrow: yes"),
        ("en", "see you tomor", "tomorrow", "(yes)", "see you tomorrow (yes)"),
        ("en", "see you tomor", "tomorrow", "'s", "see you tomorrow's"),
        ("en", "see you tomor", "tomorrow", "-ish", "see you tomorrow-ish"),
        ("en", "see you tomor", "tomorrow", "- yes", "see you tomorrow - yes"),
        ("en", "see you tomor", "tomorrow", "/", "see you tomorrow/"),
        ("en", "see you tomor", "tomorrow", "%", "see you tomorrow%"),
        ("en", '"see you tomor', "tomorrow", '" he', '"see you tomorrow" he'),
        ("en", "see you tomor", "tomorrow", '"x', 'see you tomorrow "x'),
        ("en", "see you tomor", "tomorrow", "\U0001f600", "see you tomorrow \U0001f600"),
        ("en", "see you tomor", "tomorrow", " x", "see you tomorrow x"),
        ("fr", "je suis d\u00e9sol", "d\u00e9sol\u00e9", "?", "je suis d\u00e9sol\u00e9\u202f?"),
        (
            "fr",
            "je suis d\u00e9sol",
            "d\u00e9sol\u00e9",
            ": o",
            "je suis d\u00e9sol\u00e9\u00a0: o",
        ),
        ("fr", "je suis d\u00e9sol", "d\u00e9sol\u00e9", ":)", "je suis d\u00e9sol\u00e9 :)"),
        ("fr", "je suis d\u00e9sol", "d\u00e9sol\u00e9", ".", "je suis d\u00e9sol\u00e9."),
        ("es", "Dijo: \u00abgrac", "gracias", "\u00bb y", "Dijo: \u00abgracias\u00bb y"),
        ("es", "muchas grac", "gracias", "\u00bfq", "muchas gracias \u00bfq"),
        ("de", "\u201eVielen Dan", "Dank", "\u201c s", "\u201eVielen Dank\u201c s"),
        ("de", "Vielen Dan", "Dank", "\u201es", "Vielen Dank \u201es"),
    ],
)
def test_what_is_typed_behind_a_pick(
    predictors: dict[str, Predictor], language: str, left: str, word: str, typed: str, text: str
) -> None:
    session = predictors[language].session(left)
    session.accept(next(each for each in session.suggestions(9) if each.text == word))
    session.type(typed)
    assert session.text == text


@pytest.mark.parametrize(
    ("word", "letters"),
    [
        ("\u05e9\u05dc\u05d5\u05dd", 2),
        ("\u0645\u0631\u062d\u0628\u0627", 3),
        ("\u0645\u064e\u0631\u0652\u062d\u064e\u0628\u0627", 4),
        ("\u0928\u092e\u0938\u094d\u0924\u0947", 2),
        ("\u0928\u092e\u0938\u094d\u0924\u0947", 4),
        ("\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", 3),
        ("\u4f60\u597d\u5417", 1),
        ("\ud55c\uad6d\uc5b4", 1),
    ],
)
def test_a_word_of_any_script_is_completed_erased_and_undone_by_what_people_call_characters(
    predictors: dict[str, Predictor], word: str, letters: int
) -> None:
    session = predictors["en"].session(f"{word} \u05d0 ")
    before = session.text
    session.type(word[:letters])
    typed = session.text
    (suggestion,) = session.suggestions()
    session.accept(suggestion)
    assert session.text == f"{before}{word} "
    assert session.revert()
    assert session.text == typed
    while session.text != before:
        length = len(session.text)
        session.backspace()
        assert len(session.text) < length
    session.replace(Context(left=before[:-1], right=before[-1:]))
    assert session.text == before
