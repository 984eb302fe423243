"""The German, French and Spanish models: some millions of words each, half of them old novels."""

from karussell.training import Settings
from recipes.recipe import Recipe, Text

# Little text is read often, with much dropout, by a small network. Eight cells share their gates:
# with as many weights, that saves more keys (lab/sharing).
_SETTINGS = Settings(
    embedding_size=192,
    hidden_size=832,
    cells_per_block=8,
    coupled_gates=True,
    vocabulary_size=14_000,
    rare_words=30_000,
    negatives=2048,
    dropout=0.2,
    epochs=4,
)
_NOVELS = "texts public domain"
_SHARED = "CC BY-SA 4.0"


def _texts(name: str, treebank: str) -> dict[str, Text]:
    """What is there in each language."""
    return {
        "chitchat": Text(3, "Bot Framework chit-chat", "MIT"),
        "tatoeba": Text(2, f"Tatoeba, {name} sentences", "CC BY 2.0 FR"),
        "tatoeba2": Text(2, f"Tatoeba, {name} sentences of LASER", "CC BY 2.0 FR"),
        "common_voice": Text(1.5, "Common Voice sentences", "CC0-1.0"),
        "assistant": Text(3, "Home Assistant intents, Bot Framework", "CC BY 4.0, MIT"),
        "chatterbot": Text(3, "ChatterBot corpus", "BSD-3-Clause"),
        "gitter": Text(5, f"freeCodeCamp Gitter history, {name} rooms", "BSD-3-Clause"),
        "stories": Text(3, "Global African Storybook Project", "CC BY 4.0"),
        "ud": Text(2, f"Universal Dependencies {treebank}", _SHARED),
    }


def _recipe(language: str, name: str, texts: dict[str, Text]) -> Recipe:
    return Recipe(
        language=language,
        name=name.lower(),
        licence=_SHARED,
        texts=texts,
        settings=_SETTINGS,
        everyday=("chitchat", "tatoeba", "common_voice"),
        notes="Learned from little text, half of it old novels: knows everyday sentences, "
        "little slang and few names. Reads words in lower case without punctuation, and emoji. "
        "Coarse words are withheld until they were typed once.",
    )


GERMAN = _recipe(
    "de",
    "German",
    {
        **_texts("German", "German-GSD"),
        "bcontrast": Text(2, "BConTrasT, Taskmaster in German", _SHARED),
        "woz": Text(1, "WOZ 2.0 in German", "Apache-2.0"),
        "learner": Text(3, "MultiGED, Falko and MERLIN", _SHARED),
        "fiction_dialogue": Text(1.5, "ELTeC-deu, direct speech 1880-1920", _NOVELS),
        "eltec": Text(0.6, "ELTeC-deu, novels 1840-1920", _NOVELS),
    },
)
FRENCH = _recipe(
    "fr",
    "French",
    {
        **_texts("French", "French-GSD"),
        "xpersona": Text(2, "XPersona, corrected by people", "MIT"),
        "fiction_dialogue": Text(0.6, "ELTeC-fra and CLiGS, direct speech 1860-1920", _NOVELS),
        "gutenberg_dialogue": Text(0.5, "Common Voice, sentences of Project Gutenberg", "CC0-1.0"),
        "eltec": Text(0.4, "ELTeC-fra, novels 1840-1920", _NOVELS),
    },
)
SPANISH = _recipe(
    "es",
    "Spanish",
    {
        **_texts("Spanish", "Spanish-GSD"),
        "fiction_dialogue": Text(0.8, "ELTeC-spa and CLiGS, direct speech 1860-1920", _NOVELS),
        "eltec": Text(0.5, "ELTeC-spa, novels 1840-1920", _NOVELS),
    },
)
