"""How much a writer's own text counts beside a model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    r"""How much uses behind the same words count.

    What is left to everything else is $\sigma(g \cdot f)$ with $f$ = 1, the logarithms of one more
    than the uses, the different words, and the words used once, of the model's most probable word,
    and a third of that of the words since the last use.

    Attributes:
        gate: The weights g of these, in this order.
        lately: How much more the uses of the last few sentences count, and of the last few pages.
        discount: What is taken from each different word's uses.
    """

    gate: tuple[float, float, float, float, float, float]
    lately: tuple[float, float]
    discount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    r"""How much a writer's own text counts beside a model.

    Attributes:
        habits: For each number of words that agree, from one on.
        cache: What decides how much is left by the words of the last pages: a constant, and weights
            of the logarithm of how many they are and of the model's most probable word's.
        pages: After how many words one counts for $1/e$.
        sentences: The same for what counts of the last few sentences alone.
        tilt: The power of how much more often than others the writer uses a word.
        doubt: How many uses of a word speak for and against that, before there are any.
    """

    habits: tuple[Habit, ...] = (
        Habit(
            gate=(2.37, -1.823, 0.502, 1.523, 0.358, 0.748), lately=(7.213, 0.595), discount=0.689
        ),
        Habit(
            gate=(0.922, -1.304, 0.322, 1.251, -0.111, 0.625), lately=(1.395, 0.689), discount=0.611
        ),
        Habit(gate=(0.522, -0.55, 0.25, 1.187, 0.224, 0.554), lately=(1.003, 0.9), discount=0.505),
    )
    cache: tuple[float, float, float] = (2.492, 0.084, 0.182)
    pages: float = 1000.0
    sentences: float = 150.0
    tilt: float = 0.5
    doubt: float = 0.7
