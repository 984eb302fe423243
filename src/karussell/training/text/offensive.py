"""Which words a keyboard should not offer unasked: coarse ones, slurs, and their inflections."""

from collections.abc import Sequence
from typing import Literal

from karussell.errors import needing
from karussell.text import fold

# The lists are glin-profanity's, MIT. They serve a filter of what others wrote, which may strike
# too much; these words people need every day, and no one minds to see them offered.
_EVERYDAY = {
    "en": "bondage bs butt domination escort eunuch fecal hardcore hoe hooker incest intercourse "
    "nude nudity panties panty playboy poof rectum sex sexy simp skeet snatch spunk suck sucks "
    "swastika swinger topless twinkie undressing vibrator xx",
    "de": "bonze bratze fratze ische kimme lümmel mufti nackt nippel popel poppen rosette vögeln",
    "fr": "baiser bitte bosser bourré bourrée caca cailler chatte con drague folle gerbe gueule "
    "jouir meuf pédale péter pipi tanche teuf trique veuve zizi",
    "es": "asesinato asno bastardo caca concha culo drogas esperma heroína idiota imbécil infierno "
    "maldito martillo nazi orina pedo pervertido pinche pis racista sexo semen trio",
}
# And these they leave out.
_MORE = {
    "en": "bimbo dyke fag fags gook nigga niggas piss pricks prick pussies skank slutty tard "
    "whore whores whoring",
    "de": "arschlöcher fotzen huren kacke kanaken missgeburt nutten scheiss scheisse "
    "scheißen scheißt schlampen spast spasti tunte verpiss zigeuner",
    "fr": "bougnoule enculés nique niquer pd putes salauds salopes",
    "es": "cabrones follando folla jode joder jodido mierdas putas puto putos zorra",
}
_NAMES: dict[str, Literal["english", "german", "spanish", "french"]] = {
    "en": "english",
    "de": "german",
    "es": "spanish",
    "fr": "french",
}
# Endings that make another form of the same word.
_ENDINGS = ("s", "es", "ed", "ing", "in", "n", "en")


def offensive_words(language: str, words: Sequence[str]) -> list[int]:
    """The positions of the offensive ones among words; none for a language without a list.

    Args:
        language: A BCP 47 tag.
        words: Folded words.
    """
    tag = language.partition("-")[0]
    if tag not in _NAMES:
        return []
    with needing("a list of offensive words needs"):
        from glin_profanity.data.dictionary import DictionaryLoader

    listed = {fold(word) for word in DictionaryLoader().get_words(_NAMES[tag])}
    listed = listed - set(_EVERYDAY[tag].split()) | set(_MORE[tag].split())
    return [place for place, word in enumerate(words) if _is_form_of_any(word, listed)]


def _is_form_of_any(word: str, listed: set[str]) -> bool:
    stems = (word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending))
    return word in listed or any(stem in listed for stem in stems if len(stem) > 2)
