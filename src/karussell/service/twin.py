"""What the keyboard's twin in JavaScript is told of languages, so that nothing is said twice."""

from typing import Any

import msgspec

from karussell.keyboard import SEPARATORS, named_emoji
from karussell.service.protocol import CAPABILITIES, CONTEXT_LIMIT, VERSION, Message
from karussell.text import ABBREVIATING, STANDING_FOR, abbreviations, stands_for
from karussell.writing import RULED, Rules

# What the twin does not know: what models do while they read.
_LACKING = ("inside", "weigh")


def told_to_twin() -> bytes:
    """All languages' abbreviations and rules of writing, and the protocol, as JSON.

    It is the same on every machine.
    """
    lists = {}
    for tag in ABBREVIATING:
        known = abbreviations(tag)
        lists[tag] = {
            "never": sorted(known.never),
            "either": sorted(known.either),
            "numbered": sorted(known.numbered),
            "ordinals": known.ordinals,
            "single": known.single,
            "titles": sorted(known.titles),
            "bare": sorted(known.bare),
            "particles": sorted(known.particles),
        }
    spelled = {
        tag: [(" ".join(short), full) for short, full in stands_for(tag).items()]
        for tag in STANDING_FOR
    }
    rules = {tag: Rules.of_language(tag) for tag in ("", *RULED)}
    protocol = {
        "version": VERSION,
        "context_limit": CONTEXT_LIMIT,
        "capabilities": [each for each in CAPABILITIES if each not in _LACKING],
        "separators": SEPARATORS,
        **_messages(),
    }
    told = {"abbreviations": lists, "stands_for": spelled, "rules": rules, "protocol": protocol}
    return msgspec.json.encode(told)


def emoji_told_to_twin(language: str) -> bytes:
    """All emoji with their names in a language, and how new each is, as JSON.

    Args:
        language: A BCP 47 tag; English names are told, too.
    """
    return msgspec.json.encode(named_emoji(language))


def _messages() -> dict[str, Any]:
    """The schema of each message by its type, and what several of them name."""
    schema = _plain(msgspec.json.schema(Message))
    kinds = schema["discriminator"]["mapping"]
    named = {kind: schema["$defs"].pop(place.rpartition("/")[2]) for kind, place in kinds.items()}
    return {
        "messages": {kind: each for kind, each in named.items() if kind not in _LACKING},
        "named": schema["$defs"],
    }


def _plain(schema: Any) -> Any:
    """A schema of JSON without what only people read."""
    if isinstance(schema, dict):
        skipped = ("title", "description")
        return {name: _plain(each) for name, each in schema.items() if name not in skipped}
    return [_plain(each) for each in schema] if isinstance(schema, list | tuple) else schema
