"""The Spanish model."""

from recipes.recipe import LITTLE_TEXT, Recipe, Text

RECIPE = Recipe(
    language="es",
    name="spanish",
    licence="CC BY 2.0 FR",
    texts={
        "chitchat": Text.of(3, "Bot Framework chit-chat", "MIT"),
        "tatoeba": Text.of(2, "Tatoeba, Spanish sentences", "CC BY 2.0 FR"),
        "common_voice": Text.of(1.5, "Common Voice sentences", "CC0-1.0"),
        "eltec": Text.of(0.6, "ELTeC-spa, novels 1840-1920", "texts public domain"),
    },
    settings=LITTLE_TEXT,
    everyday=("chitchat", "tatoeba", "common_voice"),
    notes="Learned from little text, a third of it old novels: knows everyday sentences, little "
    "slang and few names. Reads words in lower case without punctuation, and emoji. Coarse words "
    "are withheld until they were typed once.",
)
