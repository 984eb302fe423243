"""How a writer writes words inside sentences, where that is other than the models do."""

from collections.abc import Callable

from karussell.text import Vocabulary, normalise

# A name in a title, a word that was stressed, or one written in haste tells nothing yet.
_LEAST_USES = 2


class Casing:
    """How often each word was written how inside sentences, by language.

    It follows from the sentences that remain: one that was added and taken away leaves nothing.
    """

    __slots__ = ("_cased", "_uses")

    def __init__(self) -> None:
        self._uses: dict[str, dict[str, int]] = {}
        # Of words that were written with capitals how often in which way.
        self._cased: dict[str, dict[str, dict[str, int]]] = {}

    def copy(self) -> "Casing":
        """Another one that goes on by itself."""
        made = Casing()
        made._uses = {language: uses.copy() for language, uses in self._uses.items()}
        made._cased = {
            language: {word: forms.copy() for word, forms in words.items()}
            for language, words in self._cased.items()
        }
        return made

    def count(self, word: str, form: str, language: str, times: int = 1) -> None:
        """Take note of a use inside a sentence.

        Args:
            word: The word, folded.
            form: As it was written.
            language: The tag of its language.
            times: -1 for a use that is gone.
        """
        language = language.partition("-")[0]
        _add(self._uses.setdefault(language, {}), word, times)
        if (form := normalise(form)) != word:
            words = self._cased.setdefault(language, {})
            forms = words.setdefault(word, {})
            _add(forms, form, times)
            if not forms:
                del words[word]

    def of(self, word: str, usual: str, language: str) -> str:
        """How a word is written inside a sentence.

        That is as the writer always wrote it there, once or more often where a capital stands
        beside small letters inside it ("McKay", "iPhone"), else twice or more often.

        Args:
            word: The word, folded.
            usual: As others write it.
            language: The tag of its language.
        """
        language = language.partition("-")[0]
        if not (uses := self._uses.get(language, {}).get(word, 0)):
            return usual
        forms = self._cased.get(language, {}).get(word, {word: uses})
        form = next(iter(forms))
        if forms[form] != uses or form == usual:
            return usual
        if form == word and language == "en" and word.partition("'")[0] == "i":
            return usual  # in English the writer is large wherever they stand: "I", "I'm"
        return form if is_meant(form) or uses >= _LEAST_USES else usual

    def shown(
        self, display: Callable[[int], str], vocabulary: Vocabulary, language: str
    ) -> Callable[[int], str]:
        """How the words of a vocabulary are written inside sentences, by their ids.

        Args:
            display: The same as others write them.
            vocabulary: The words, folded.
            language: The tag of their language.
        """
        return lambda place: self.of(vocabulary.word(place), display(place), language)


def is_meant(form: str) -> bool:
    """Whether a capital stands beside small letters inside a word, which no place asks for."""
    return not form.isupper() and form[1:] != form[1:].lower()


def _add(counts: dict[str, int], key: str, times: int) -> None:
    counts[key] = counts.get(key, 0) + times
    if not counts[key]:
        del counts[key]
