"""Which capitals are a word's own."""

from collections import Counter

from karussell.training.text.casing import running_words, titled_words


def _counted(*sentences: str, times: int = 30) -> tuple[Counter[str], Counter[str]]:
    inside: Counter[str] = Counter()
    running: Counter[str] = Counter()
    for sentence in sentences * times:
        words = sentence.split()
        inside.update(words[1:])
        running.update(running_words(words))
    return inside, running


def _titled(*sources: tuple[Counter[str], Counter[str]]) -> frozenset[str]:
    return titled_words([each[0] for each in sources], [each[1] for each in sources])


def test_a_word_that_has_a_capital_in_names_alone_has_none_of_its_own() -> None:
    titled = _titled(
        _counted(
            "They met at Stanford University in May",
            "She likes the university",
            "He flew to San Francisco with Anna and me",
        )
    )
    assert "university" in titled
    assert not titled & {"stanford", "francisco", "anna", "may"}


def test_titles_and_sentences_without_a_capital_say_nothing() -> None:
    assert running_words(["Harry", "Potter", "and", "The", "Deathly", "Hallows"]) == []
    assert running_words(["i", "saw", "london"]) == []
    assert running_words(["I", "saw", "london"]) == ["saw", "london"]


def test_who_writes_names_in_lower_case_is_not_asked() -> None:
    careful = _counted("We saw Anna there", "We like London a lot", times=600)
    careless = _counted("We saw anna there", "We like london a lot", times=60)
    few = _counted("We saw kate there", times=60)
    careless[0].update(few[0])
    careless[1].update(few[1])
    assert "kate" in _titled(few)
    assert "kate" not in _titled(careful, careless)


def test_where_nouns_have_capitals_none_is_that_of_titles() -> None:
    assert running_words(["Ich", "sehe", "das", "Haus"], nouns=True) == []
