"""Which typed words are left as they are: names, codes, addresses, words of other languages."""

import re
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from karussell.correction.known_words import LANGUAGES, KnownWords, packaged_words
from karussell.correction.together import TOGETHER
from karussell.text import Vocabulary, fold, normalise, unicode_pattern, written_words

# Languages that write every noun with a capital, where it says nothing about a name.
_CAPITAL_NOUNS = {"de"}
# Words that a language writes with a capital wherever they stand.
_CAPITALS = {"en": frozenset({"i", "i'm", "i'll", "i've", "i'd"})}
# What may stand before a word without a space: text that ends, then quotes and brackets.
_OPENED = (
    r"(?:[\p{L}\p{M}\p{N}'\u2019\"\u201d\xbb)\]]*+(?:[,;!?\u2026\u2014\u2013]|\.{2,}+))*+"
    r"['\"(\[{\xab\xbb\u201e\u201c\u201a\u2018\u201d\u2019\xbf\xa1]*"
)
# The same for ASCII text, for which nobody needs tables of Unicode.
_ASCII_OPENED = re.compile(r"(?:[A-Za-z0-9'\")\]]*+(?:[,;!?]|\.{2,}+))*+['\"(\[{]*")
# What goes on with the word behind it: addresses, paths, parts joined by a hyphen, code.
_GOES_ON = frozenset("-\u2010\u2011/\\@_#~=+*&%$<>|^`")
# Letters that are held for a feeling, and syllables of laughter.
_DRAWN_OUT = re.compile(r"(\w)\1\1|^(\w\w)\2+\w?$")
# Words that are looked at to know which language is written, and letters that say enough.
_NEIGHBOURS = 4
_LEAST_LETTERS = 2


class Token(Struct, frozen=True, kw_only=True):
    """A word that was typed to its end, where it stands.

    Attributes:
        word: The word as it was typed.
        left: The text before it.
        right: What was typed behind it: a space, a sign, or more.
        starts_sentence: Whether it is the first of its sentence.
        tapped: Whether it is told where its letters were hit.
    """

    word: str
    left: str = ""
    right: str = " "
    starts_sentence: bool = False
    tapped: bool = False


class Protection:
    """What a model of one language must not touch.

    Args:
        language: A BCP 47 tag.
        vocabulary: The words of the model's network.
        known: Words that people are known to write, in any language.
        spoken: The tags of other languages that are written beside it: their words are not foreign.
    """

    def __init__(
        self,
        language: str,
        vocabulary: Vocabulary,
        known: KnownWords | None = None,
        spoken: Iterable[str] = (),
    ) -> None:
        self.language = language.partition("-")[0]
        self._ours = {self.language, *(tag.partition("-")[0] for tag in spoken)}
        self._vocabulary = vocabulary
        self._known = known

    @property
    def known(self) -> KnownWords:
        """Words that people are known to write, read when first asked for."""
        return packaged_words() if self._known is None else self._known

    def covers(self, token: Token) -> bool:
        """Whether a word is left as it is, whatever it resembles.

        That is a word with digits or with capitals inside, one in capitals, a name inside a
        sentence, a part of an address, path, tag or hyphenated word, letters that are held or
        laughed, a single letter unless it was tapped, and a word in a script or of a language
        that the model does not know.
        """
        word, folded = token.word, fold(token.word)
        if len(word) < _LEAST_LETTERS and not token.tapped:
            return True
        if not normalise(word).replace("'", "").isalpha():
            return True
        if word[1:] != word[1:].lower() or _DRAWN_OUT.search(folded):
            return True
        if not self._alphabet.issuperset(folded) or not self._is_apart(token):
            return True
        if word[0].isupper() and not token.starts_sentence and not self._is_no_name(folded):
            return True
        return self.is_foreign(folded) and self.foreign_before(token.left) > 1

    def rewritten(self, token: Token) -> str:
        """What a word is wherever it stands: with a capital, or in two; "" if it is as it is.

        Not in text of another language, nor in a bracket, where it may be a number.
        """
        word, folded = token.word, fold(token.word)
        meant = TOGETHER.get(self.language, {}).get(folded, "")
        if folded in _CAPITALS.get(self.language, ()):
            meant = word[0].upper() + word[1:]
        if not meant or word[1:] != word[1:].lower() or token.left[-1:] == "(":
            return ""
        nouns = self.language in _CAPITAL_NOUNS
        two = len(meant) > len(word)
        if word[0].isupper() and not (token.starts_sentence and two and not nouns):
            return ""
        return meant if self._is_apart(token) and not self.foreign_before(token.left) else ""

    def is_foreign(self, folded: str) -> bool:
        """Whether a word is known in other languages alone."""
        return not self._is_ours(folded) and self.is_known_elsewhere(folded)

    def is_known_elsewhere(self, folded: str) -> bool:
        """Whether people are known to write a word in languages that are not written here."""
        known = self.known
        return any(known.knows(other, folded) for other in LANGUAGES if other not in self._ours)

    def foreign_before(self, left: str) -> int:
        """How many of the last four words of a text are known in other languages alone."""
        last = written_words(left[-60:].rpartition("\n")[2])[-_NEIGHBOURS:]
        return sum(map(self.is_foreign, map(fold, last)))

    @cached_property
    def _alphabet(self) -> frozenset[str]:
        return frozenset("".join(self._vocabulary.words)) | {"'"}

    def _is_ours(self, folded: str) -> bool:
        return folded in self._vocabulary or any(
            self.known.knows(language, folded) for language in self._ours
        )

    def _is_apart(self, token: Token) -> bool:
        """Whether nothing but quotes, brackets and the end of a text touches the word."""
        word = token.word
        if token.right[:1].isalnum() or token.right[:1] in _GOES_ON or normalise(word)[-1] == "'":
            return False
        chunk = token.left[-80:].split()[-1] if token.left[-1:].strip() else ""
        pattern = _ASCII_OPENED if chunk.isascii() else unicode_pattern(_OPENED)
        return bool(pattern.fullmatch(chunk))

    def _is_no_name(self, folded: str) -> bool:
        """Whether a capital inside a sentence says nothing about this word."""
        if self.language in _CAPITAL_NOUNS:
            return True
        word_id = self._vocabulary.id(folded)
        return word_id != self._vocabulary.unknown and self._vocabulary.display(word_id) == folded
