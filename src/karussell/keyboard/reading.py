"""What was read around a cursor, and the suggestions that follow from it."""

from dataclasses import dataclass, field

from karussell.decoder import Source, candidates, cased
from karussell.keyboard.context import Edit
from karussell.keyboard.own_words import OwnWords
from karussell.keyboard.place import Place, typed_rest
from karussell.keyboard.spacing import NO_SPACE_BEFORE
from karussell.keyboard.suggestion import SLOTS, Kind, Slots, Suggestion
from karussell.text import fold, graphemes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The text around the word being typed, and where candidates come from.

    As long as ``learned`` is what the writer taught.

    Attributes:
        before: The text left of the word.
        right: What stands right of the cursor.
        learned: What the writer taught.
        place: Where the cursor stands.
        sources: Where candidates come from.
        language: The tag of the language.
        slots: The slots after each beginning of the word that was typed, and the best one's place.
    """

    before: str
    right: str
    learned: OwnWords
    place: Place
    sources: list[Source]
    language: str
    slots: dict[str, tuple[Slots, int | None]] = field(default_factory=dict)

    def is_of(self, before: str, right: str, learned: OwnWords, wants_space: bool) -> bool:
        """Whether this is what would be read again."""
        return (
            self.learned is learned
            and self.before == before
            and self.right == right
            and self.place.wants_space == wants_space
        )

    def offered(self, prefix: str, limit: int) -> list[Suggestion]:
        """The best words that start as a word being typed does, best first."""
        kind = Kind.COMPLETION if prefix else Kind.PREDICTION
        return [
            Suggestion(
                text=(text := self.written(candidate.text, prefix)),
                kind=kind,
                probability=candidate.probability,
                source=candidate.source,
                edit=self.edit(text, prefix),
            )
            for candidate in candidates(self.sources, fold(prefix, self.language), limit)
        ]

    def shown(self, prefix: str) -> list[Suggestion]:
        """The suggestions that have a place: none for what was typed to its end already."""
        offered = self.offered(prefix, SLOTS)
        if any(suggestion.text == prefix for suggestion in offered):
            offered = self.offered(prefix, SLOTS + 1)
            offered = [suggestion for suggestion in offered if suggestion.text != prefix][:SLOTS]
        return offered

    def written(self, display: str, prefix: str) -> str:
        """A word as it would be written here, given what was typed of it."""
        return cased(
            display,
            prefix,
            starts_sentence=self.place.starts_sentence,
            style=self.place.style,
            language=self.language,
        )

    def edit(self, text: str, prefix: str) -> Edit:
        """Put a word in place of what was typed of it, with the space it brings.

        The rest of a word right of the cursor is replaced, too, if the word ends in it.
        """
        right, deleted = self.right, 0
        if prefix and (rest := typed_rest(right)):
            ends = fold(text, self.language).endswith(fold(rest, self.language))
            if ends and len(text) >= len(prefix) + len(rest):
                right, deleted = right[len(rest) :], len(graphemes(rest))
        after = "" if right[:1].isspace() or right[:1] in NO_SPACE_BEFORE else " "
        return Edit(
            delete_left=len(graphemes(prefix)),
            delete_right=deleted,
            insert=(" " if self.place.wants_space else "") + text + after,
        )
