"""The German, French and Spanish models: three million words each, a third of them old novels."""

from karussell.training import Settings
from recipes.recipe import Recipe, Text

# Little text is read often, with much dropout, by a small network.
_SETTINGS = Settings(
    embedding_size=192,
    hidden_size=512,
    coupled_gates=True,
    vocabulary_size=14_000,
    rare_words=30_000,
    negatives=2048,
    dropout=0.2,
    epochs=5,
)


def _recipe(language: str, name: str, novels: str) -> Recipe:
    return Recipe(
        language=language,
        name=name.lower(),
        licence="CC BY 2.0 FR",
        texts={
            "chitchat": Text(3, "Bot Framework chit-chat", "MIT"),
            "tatoeba": Text(2, f"Tatoeba, {name} sentences", "CC BY 2.0 FR"),
            "common_voice": Text(1.5, "Common Voice sentences", "CC0-1.0"),
            "eltec": Text(0.6, f"{novels}, novels 1840-1920", "texts public domain"),
        },
        settings=_SETTINGS,
        everyday=("chitchat", "tatoeba", "common_voice"),
        notes="Learned from little text, a third of it old novels: knows everyday sentences, "
        "little slang and few names. Reads words in lower case without punctuation, and emoji. "
        "Coarse words are withheld until they were typed once.",
    )


GERMAN = _recipe("de", "German", "ELTeC-deu")
FRENCH = _recipe("fr", "French", "ELTeC-fra")
SPANISH = _recipe("es", "Spanish", "ELTeC-spa")
