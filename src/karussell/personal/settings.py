"""How much a writer's own text counts beside a model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How much a writer's own text counts beside a model.

    Attributes:
        order: How many words before a place are compared with those before earlier places.
        prior: For each number of words that agree, from one on, how many uses the model's
            probability counts as.
        discount: What is taken from the uses of each word that followed, for words that did not
            follow yet.
        cache: After how many words a word counts half in the cache, and how many uses of
            all its words the model's probability counts as.
    """

    order: int = 3
    prior: tuple[float, ...] = (12.0, 3.0, 1.0)
    discount: tuple[float, ...] = (0.8, 0.5, 0.3)
    cache: tuple[float, float] = (1000.0, 20000.0)
