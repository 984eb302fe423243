"""Tags of languages: BCP 47, as far as one can know them without the whole registry."""

import re

# A language of two or three letters, and what tells more of it: script, region, variants.
_TAG = re.compile(r"([a-z]{2,3})(-[a-z0-9]{1,8})*", re.IGNORECASE)
# Those of two letters (ISO 639-1), also withdrawn ones that are in use.
_TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu "
    "hy hz ia id ie ig ii ik in io is it iu iw ja ji jv ka kg ki kj kk kl km kn ko kr ks ku kv kw "
    "ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv "
    "ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr "
    "ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo "
    "za zh zu"
)


def is_language_tag(tag: str) -> bool:
    """Whether this is the tag of a language: any of three letters, one of two that is in use.

    >>> is_language_tag("de-AT"), is_language_tag("klingon")
    (True, False)
    """
    found = _TAG.fullmatch(tag)
    if not found:
        return False
    return len(found[1]) > 2 or found[1].lower() in _TWO_LETTERS.split()
