"""How much a writer's own text counts beside a model."""

from msgspec import Struct


class Habit(Struct, frozen=True, kw_only=True):
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


class Settings(Struct, frozen=True, kw_only=True):
    r"""How much a writer's own text counts beside a model.

    The numbers were fitted on the first 8,000 words of six writers of chat and of seven texts in
    German, French and Spanish; the gates again, beside ``weights``, on six writers and nine texts.

    Attributes:
        habits: For each number of words that agree, from none on.
        pages: After how many words a use counts for $1/e$ of those of the last pages.
        sentences: The same for those of the last few sentences.
        tilt: The power of how much more often than others the writer uses a word.
        floor: How much less likely a word may become that the writer uses more seldom than others:
            low, it would cost a text of another kind.
        doubt: How many uses of a word speak for and against that, before there are any.
    """

    habits: tuple[Habit, ...] = (
        Habit(gate=(2.147, -0.869, 0.46, 0.918, 0.3, 0.0), lately=(31.7, 0.592), discount=0.169),
        Habit(
            gate=(2.373, -1.796, 0.498, 1.492, 0.256, 0.979), lately=(6.84, 0.579), discount=0.707
        ),
        Habit(
            gate=(0.945, -1.459, 0.308, 1.34, -0.193, 0.705), lately=(1.39, 0.739), discount=0.631
        ),
        Habit(
            gate=(0.428, -0.49, 0.222, 1.016, 0.136, 0.528), lately=(0.948, 0.887), discount=0.508
        ),
    )
    pages: float = 1000.0
    sentences: float = 150.0
    tilt: float = 0.5
    floor: float = 0.8
    doubt: float = 0.7
