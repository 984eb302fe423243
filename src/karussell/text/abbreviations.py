"""Words behind which a full stop ends no sentence, by language."""

from functools import cache
from typing import NamedTuple

# In small letters where they may be written so; "Gen" is a title and "gen" is not. Several words
# count together: "p. ex". Written without the full stop that ends them.
_TITLES = {
    "de": "hr hrn frl dr prof dipl ing st mag",
    "en": "mr mrs ms mx dr prof messrs Rev Hon Gen Col Capt Cpt Lt Sgt Cpl Maj Cmdr Gov Sen Rep "
    "Pres Supt Fr Br St Mt Ft Apt",
    "es": "sr sra srta sres sras dr dra dres prof profa d dña lic ing gral sto sta fr mons pbro",
    "fr": "m mm mme mlle dr pr me mgr st ste",
    "it": "sig sig.ra sig.na sigg dott dott.ssa dr prof prof.ssa ing avv arch geom on mons egr",
    "nl": "dhr mevr mw dr drs prof ir ing mr st",
    "pl": "dr prof inż mgr hab św ks",
    "pt": "sr sra srta dr dra drs prof profa eng exmo exma d sto sta",
    "sv": "dr prof hr fr s:t",
    "tr": "dr prof doç av sn",
}
# Those that are written without one, too, and then with a capital: "Mme Dupont", "Mr Smith".
_BARE = {
    "de": "dr prof",
    "en": "mr mrs ms mx dr prof messrs",
    "es": "sr sra srta dr dra",
    "fr": "mm mme mlle mgr dr",
}
# What stands between a title and a name, in small letters: "Dr. von Braun", "M. de la Tour".
_PARTICLES = {
    "de": "von vom van zu zur med phil jur rer nat ing habil h c",
    "en": "and",
    "es": "de del la las los",
    "fr": "de du des d la le les l et",
    "it": "di de della delle dei degli e",
    "nl": "van de der den ten ter te en",
    "pl": "hab inż i",
    "pt": "de da do das dos e",
    "sv": "av af von de och",
}
_OTHERS = {
    "de": "bzw|ca|evtl|ggf|inkl|exkl|vgl|sog|zzgl|abzgl|bspw|z.b|d.h|u.a|u.u|i.d.r|s.o|s.u|o.ä|a.d|"
    "z.t|v.a|i.a|u.a.m|z|d|u|o|s|i|v|n|z. b|d. h|u. a|s. o|s. u|i. d|d. r|o. ä|z. t|"
    "v. a|i. a|wg|fr|abs|art|bd|kap|nr|tel|mio|mrd|str|geb|gest|betr|allg|med|jur|phil|rer",
    "en": "e.g|e|e. g|i.e|viz|vs|cf|approx|incl|excl|a.k.a|w.r.t|dept",
    "es": "p. ej|p.ej|ud|uds|vd|vds|p|a|pág|págs|núm|núms|art|cap|av|avda|tel|tfno|ee|ej|cf|aprox|"
    "vol|fig|c|dpto",
    "fr": "p. ex|p.ex|par ex|p|pp|cf|chap|vol|fig|art|env|av|apr|boul|tél|c.-à-d|c.à.d|j|n|éd|réf",
    "it": "es|p. es|ad es|p.es|pag|pagg|p|cfr|cap|art|vol|fig|tel|n|v|c.so|ca|s",
    "nl": "bijv|bv|d.w.z|o.a|m.b.t|i.p.v|t.a.v|nr|blz|ca|evt|incl|excl|z.o.z|jl|a.u.b|m.a.w|t.o.v",
    "pl": "np|ul|al|tzn|tj|m.in|nr|godz|ok|ww|wg|tel|zob|por|pl|im|p|s",
    "pt": "p. ex|p.ex|por ex|p|pág|págs|núm|nº|art|cap|av|tel|vol|fig|cf|aprox|r|n",
    "ru": "т. е|т.е|т. к|т.к|т|г|гг|ул|стр|см|им|тыс|млн|млрд|напр|др|проф|акад|д|кв|тел|пр|ст",
    "sv": "t. ex|t.ex|bl.a|d.v.s|dvs|kl|ca|s.k|f.d|fr.o.m|t.o.m|nr|tel|st|jfr|resp|t|bl",
    "tr": "örn|no|tel|cad|sok|mah|bkz|s|yy",
    "uk": "т|вул|напр|див|стор|тис|млн|млрд|ім|проф|акад|р|ст|тел|пр",
}
# A sentence ends behind these where the next begins with a capital: "tea, milk, etc. The shop".
_EITHER = {
    "de": "usw|etc|u.s.w|jh|chr|jr|std|min|max|mind|Mo|Di|Mi|Do|Sa|Jan|Feb|Apr|Aug|"
    "Sept|Okt|Nov|Dez",
    "en": "etc|jr|sr|inc|ltd|co|corp|llc|bros|al|esq|a.m|p.m|u.s|u.k|u.n|d.c|b.c|a.d|e.u|u.s.a|"
    "ph.d|m.d|p.s|oz|lb|lbs|hrs|Jan|Feb|Aug|Sept|Oct|Nov|Dec|Ave|Blvd|Rd|Ln|Hwy",
    "es": "etc|uu|m|a.m|p.m|a. m|p. m|a.c|d.c|s.a|ee.uu|cía|jr",
    "fr": "etc|j.-c|j. c|jr|s.a|janv|févr|juill|sept|oct|nov|déc",
    "it": "ecc|etc|a.c|d.c|s.p.a|s.r.l|jr",
    "nl": "enz|etc|e.d|e.a|jr|sr|a.s",
    "pl": "itd|itp|etc|r|w|zł|gr|jr",
    "pt": "etc|jr|ltda|cia|s.a|a.c|d.c",
    "ru": "т.д|т. д|т.п|т. п|руб|коп|др|пр|н.э|г",
    "sv": "osv|etc|m.m|m.fl|o.s.v|jr|kr",
    "tr": "vb|vs|vd|ltd|şti|a.ş|m.ö|m.s",
    "uk": "т.д|т. д|т.п|т. п|ін|грн|н.е|р",
}
# A number follows, or it is another word: "No. 5", "no. Then".
_NUMBERED = {
    "en": "no|nos|vol|fig|p|pp|ch|sec|art|eq|ver|ext|min|est|tel",
    "de": "kl|fig|abb|seite",
}
# Where "3." is "third"; at the start of a line it numbers what follows.
_ORDINALS = frozenset(
    ("cs", "da", "de", "et", "fi", "hr", "hu", "lv", "nb", "no", "pl", "sk", "sl")
)

ABBREVIATING = tuple(sorted({*_TITLES, *_OTHERS, *_EITHER, *_NUMBERED, *_ORDINALS}))
"""The languages of which something is known here."""


class Abbreviations(NamedTuple):
    """What a full stop may stand behind without ending a sentence.

    Attributes:
        never: Behind these none ends.
        either: Behind these one ends if the next word has a capital.
        numbered: Behind these one ends unless a number follows.
        ordinals: Whether a number with a full stop is an ordinal.
        single: Single capital letters that are words, and no initials.
        titles: Those before a name.
        bare: Those of them that may have no full stop.
        particles: Folded words that stand small between a title and a name.
    """

    never: frozenset[str]
    either: frozenset[str]
    numbered: frozenset[str]
    ordinals: bool
    single: str
    titles: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()


@cache
def abbreviations(tag: str) -> Abbreviations:
    """Those of the language with a BCP 47 tag; none for one without a list."""
    language = tag.partition("-")[0].lower()
    titles = _TITLES.get(language, "").split()
    return Abbreviations(
        never=frozenset((*titles, *_listed(_OTHERS, language))),
        either=frozenset(_listed(_EITHER, language)),
        numbered=frozenset(_listed(_NUMBERED, language)),
        ordinals=language in _ORDINALS,
        single="I" if language == "en" else "",
        titles=frozenset(titles),
        bare=frozenset(_BARE.get(language, "").split()),
        particles=frozenset(_PARTICLES.get(language, "").split()),
    )


def _listed(lists: dict[str, str], language: str) -> list[str]:
    return [each for each in lists.get(language, "").split("|") if each]
