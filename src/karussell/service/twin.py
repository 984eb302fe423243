"""What the keyboard's twin in JavaScript is told of languages, so that nothing is said twice."""

import msgspec

from karussell.text import ABBREVIATING, abbreviations
from karussell.writing import RULED, Rules


def told_to_twin() -> bytes:
    """Abbreviations and rules of writing of all languages, as JSON; the same on every machine."""
    lists = {}
    for tag in ABBREVIATING:
        known = abbreviations(tag)
        lists[tag] = {
            "never": sorted(known.never),
            "either": sorted(known.either),
            "numbered": sorted(known.numbered),
            "ordinals": known.ordinals,
            "single": known.single,
        }
    rules = {tag: Rules.of_language(tag) for tag in ("", *RULED)}
    return msgspec.json.encode({"abbreviations": lists, "rules": rules})
