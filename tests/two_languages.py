"""Two small models, one of English and one of German words, some of them of both."""

from pathlib import Path

import numpy as np
from msgspec.structs import replace

from karussell.model import LanguageModel, RareWords, open_model, save_model
from karussell.text import Vocabulary
from tests.conftest import MakeCard, MakeWeights

ENGLISH = {"art": 9, "die": 2, "hand": 5, "i": 60, "in": 40, "the": 90, "you": 50}
GERMAN = {"art": 8, "das": 60, "die": 90, "hand": 9, "ich": 70, "in": 50, "und": 80, "wir": 30}
BOTH = ("art", "die", "hand", "in")


def write_two(
    folder: Path, make_card: MakeCard, make_weights: MakeWeights, withheld: tuple[int, ...] = ()
) -> list[LanguageModel]:
    """The two models; the ids that the English one withholds may be told."""
    rare = [
        RareWords.of_counts(["hut", "shed"], ["", ""], [3, 1], 2),
        RareWords.of_counts(["hut", "you"], ["Hut", ""], [3, 1], 2),
    ]
    models = []
    for number, (tag, counts) in enumerate((("en", ENGLISH), ("de", GERMAN))):
        card = make_card()
        configuration = replace(card.configuration, vocabulary_size=len(counts))
        card = replace(card, language=tag, name=tag, configuration=configuration)
        casing = ["Hand" if tag == "de" and word == "hand" else "" for word in counts]
        save_model(
            folder / f"{tag}.karussell",
            card=card,
            weights=make_weights(card, number),
            vocabulary=Vocabulary(counts, casing),
            counts=np.array([*counts.values(), 9], np.uint32),
            number_format="int8",
            rare=rare[number],
            withheld=withheld if tag == "en" else (),
        )
        models.append(open_model(folder / f"{tag}.karussell"))
    return models
