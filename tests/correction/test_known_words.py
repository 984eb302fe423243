"""A set of words in a byte and a quarter for each."""

from karussell.correction.known_words import KnownWords, known_as

_WORDS = [known_as("en", f"word{number}") for number in range(3000)]


def test_none_of_its_words_is_missing_and_few_others_are_taken_for_one() -> None:
    known = KnownWords.of(_WORDS)
    assert all(word in known for word in _WORDS)
    others = [known_as("en", f"other{number}") for number in range(3000)]
    # One in 256, and three deviations of it.
    assert sum(word in known for word in others) < 3000 / 256 + 3 * (3000 / 256) ** 0.5


def test_it_is_read_as_it_was_written_and_the_same_each_time() -> None:
    known = KnownWords.of(_WORDS)
    assert KnownWords.read(known.write()) == known == KnownWords.of(reversed(_WORDS))
    assert len(known.write()) < 1.3 * len(_WORDS) + 64


def test_words_are_told_apart_by_language() -> None:
    known = KnownWords.of(
        [known_as("de", "schadenfreude"), known_as("", "ciao"), known_as("en", "tea")]
    )
    assert known.knows("en", "tea")
    assert not known.knows("en", "schadenfreude")
    assert known.elsewhere("en", "schadenfreude")
    assert known.elsewhere("de", "ciao")
    assert not known.elsewhere("en", "tea")


def test_an_empty_set_can_be_asked() -> None:
    assert sum(f"en:{number}" in KnownWords.of([]) for number in range(100)) <= 100
