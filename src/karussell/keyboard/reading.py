"""What was read around a cursor, and the suggestions that follow from it."""

from collections.abc import Callable, Container
from operator import attrgetter

from msgspec import Struct, field
from msgspec.structs import replace

from karussell.correction import After, Channel, Correction, Judges, Tap, Token, corrections
from karussell.decoder import Candidate, Origin, Source, cased, listed, weighed
from karussell.kernels import LONGEST_TYPED, Lattice
from karussell.keyboard.context import Edit, Field
from karussell.keyboard.doubts import LEAST_LIKELY, Doubts
from karussell.keyboard.emoji import emoji_query, find_emoji
from karussell.keyboard.habits import Learned
from karussell.keyboard.place import LONGEST, Place, typed_rest
from karussell.keyboard.suggestion import SLOTS, Kind, Slots, Suggestion, arranged, have_common
from karussell.text import abbreviations, count_graphemes, fold
from karussell.writing import Rules, goes_on, space_before

# Words that are weighed against each other where one would be put in unasked.
_RIVALS = 5
_OWN = (Origin.TEXT, Origin.LEARNED)

Taps = tuple[Tap | None, ...]
_Typed = tuple[str, Taps]


class Reading(Struct, frozen=True, kw_only=True):
    """The text around the word being typed, and where candidates come from.

    As long as ``learned`` is what the writer taught.

    Attributes:
        before: The text left of the word.
        right: What stands right of the cursor.
        learned: What the writer taught.
        where: The field.
        place: Where the cursor stands.
        base: What the models say.
        sources: Where candidates come from.
        after: Where they would come from after more words.
        following: How probable the word right of the cursor is after more words.
        log_new: ln P of a word that no source has.
        channel: What was meant by the keys of the field.
        judges: What may be corrected unasked.
        language: The tag of the language that is believed there.
        shares: P(language) there of each, by tag.
        slots: The slots after each beginning of the word that was typed, and the best one's place.
        doubts: Whether letters may have been meant otherwise.
        verdicts: What a space would put in place of what was typed.
    """

    before: str
    right: str
    learned: Learned
    where: Field
    place: Place
    base: Callable[[], list[Source]]
    sources: list[Source]
    after: After
    following: Callable[[str], float] | None
    log_new: float
    channel: Channel
    doubts: Doubts
    judges: Judges
    language: str
    shares: dict[str, float]
    slots: dict[_Typed, tuple[Slots, int | None]] = field(default_factory=dict)
    verdicts: dict[_Typed, Suggestion | None] = field(default_factory=dict)

    def is_of(self, before: str, right: str, learned: Learned, where: Field, begun: bool) -> bool:
        """Whether this is what would be read again.

        Behind punctuation a word to come and one that has begun stand in different places.
        """
        return (
            self.learned is learned
            and self.before == before
            and self.right == right
            and (not self.place.edge.wants_space or begun != self.place.wants_space)
            and (self.where is where or self.where == where)
        )

    def offered(self, prefix: str, taps: Taps, limit: int) -> list[Suggestion]:
        """The words that are most probably meant, best first, those with errors among them."""
        return self._found(prefix, taps, limit)[0]

    def _found(self, prefix: str, taps: Taps, limit: int) -> tuple[list[Suggestion], bool]:
        """What is offered, and whether letters are right as far as it is known without a search."""
        if self.place.edge.searches:
            return self._emoji(prefix, limit), False
        if not self.place.takes(prefix) or (self.right and goes_on(self.right)):
            return [], False
        folded = fold(prefix, self.language)
        first, log_total = weighed(self.sources, folded, limit)
        rest = typed_rest(self.right) if prefix else ""
        if rest[:1].isalnum():  # "'s" stays behind any word
            return self._amended(prefix, rest, taps, listed(first, log_total), limit), False
        if not self._is_searched(folded, prefix, taps, log_total):
            right = listed(first, log_total)
            return [self._plain(each, prefix) for each in right], len(folded) > 1
        found = self._meant(folded, taps, limit + 1, whole=False, two=not first)
        meant = [
            self._corrected(each, prefix)
            for each in found
            if (each.exact or each.posterior >= LEAST_LIKELY)
            and not (each.word == folded and each.source in _OWN)
        ][:limit]
        # The place that is kept for a word of the writer's own stays its own.
        own = [each for each in first[limit - 1 :] if each[2].origin in _OWN]
        if own and meant and limit > 1 and not any(each.source in _OWN for each in meant):
            kept = self._plain(listed(own[:1], log_total)[0], prefix)
            probability = min(kept.probability, meant[-1].probability)
            meant[limit - 1 :] = [replace(kept, probability=probability)]
        return meant, False

    def _plain(self, found: Candidate, prefix: str) -> Suggestion:
        """A word whose letters were typed right, as far as they go."""
        kind = Kind.COMPLETION if prefix else Kind.PREDICTION
        return self._suggestion(
            found.text, prefix, kind, found.probability, found.source, language=found.language
        )

    def autocorrected(self, prefix: str, taps: Taps) -> Suggestion | None:
        """What a space puts in place of a word that was typed, None to leave it."""
        if not prefix or typed_rest(self.right)[:1].isalnum():
            return None
        if (prefix, taps) not in self.verdicts:
            if len(self.verdicts) > 2 * LONGEST:
                self.verdicts.clear()
            self.verdicts[prefix, taps] = self._judged(prefix, taps)
        return self.verdicts[prefix, taps]

    def literal(self, prefix: str, best: int | None, known: Container[str]) -> Suggestion | None:
        """What was typed, unless it is a whole known word and nothing else could come of it."""
        if not any(map(str.isalpha, prefix)):
            return None
        rest = typed_rest(self.right)
        word = fold(prefix + rest, self.language)
        if best is None and (word in known or word in self.learned):
            return None
        return Suggestion(
            text=prefix + rest,
            kind=Kind.LITERAL,
            probability=1.0,
            source=Origin.TYPED,
            edit=self.edit(prefix + rest, prefix, rest),
        )

    def _judged(self, prefix: str, taps: Taps) -> Suggestion | None:
        folded, damage = fold(prefix, self.language), self.where.boldness
        taps = taps if len(folded) == len(taps) else ()
        begins = self.place.starts_sentence
        token = Token(word=prefix, left=self.before, starts_sentence=begins, tapped=any(taps))
        if not damage or len(folded) > LONGEST_TYPED or folded in self.learned.kept:
            return None
        if self.place.edge.searches:
            return None
        if self.judges.lacks_capital(token, self.language):
            text = self.written(prefix[0].upper() + prefix[1:], prefix)
            return self._put_in(text, prefix, 1.0, Origin.NETWORK, self.language)
        if self.judges.protects(token, self.language):
            return None
        lattice = self.channel.lattice(folded, taps)
        found = self._meant(folded, taps, _RIVALS, whole=True, lattice=lattice)
        told = {"log_new": self.log_new, "damage": damage}
        verdict = self.judges.verdict(
            token, found, lattice, shares=self.shares, believed=self.language, **told
        )
        if verdict is None:
            return None
        meant = verdict.correction
        text = self.written(meant.text, prefix, meant.language)
        if text == prefix:
            return None
        return self._put_in(text, prefix, verdict.probability, meant.source, meant.language)

    def _put_in(
        self, text: str, prefix: str, probability: float, source: Origin, language: str
    ) -> Suggestion:
        """A word that takes the place of what was typed, unasked."""
        return Suggestion(
            text=text,
            kind=Kind.CORRECTION,
            probability=probability,
            source=source,
            edit=Edit(delete_left=count_graphemes(prefix), insert=text),
            language=language or None,
        )

    def _amended(
        self, prefix: str, rest: str, taps: Taps, plain: list[Candidate], limit: int
    ) -> list[Suggestion]:
        """What is offered inside a word: what the whole of it was meant as, then what goes on."""
        folded = fold(prefix + rest, self.language)
        taps = (*taps, *(None,) * len(rest)) if taps else ()
        found = self._meant(folded, taps, limit, whole=True)
        wrong, right = Kind.CORRECTION, Kind.COMPLETION
        meant = [
            self._suggestion(
                each.text, prefix, wrong, each.posterior, each.source, rest, each.language
            )
            for each in found
            if each.word != folded
        ]
        known = {each.text for each in meant}
        weight = max(0.0, 1 - sum(each.probability for each in meant))
        meant += [
            self._suggestion(
                each.text, prefix, right, weight * each.probability, each.source, "", each.language
            )
            for each in plain
            if self.written(each.text, prefix, each.language) not in known
        ]
        meant.sort(key=attrgetter("probability"), reverse=True)
        return meant[:limit]

    def _is_searched(self, folded: str, prefix: str, taps: Taps, log_total: float) -> bool:
        """Whether words with errors are looked for."""
        if len(folded) != len(prefix) or len(folded) > LONGEST_TYPED:
            return False
        return self.doubts.about(folded, log_total) or (bool(taps) and len(folded) > 1)

    def _meant(
        self,
        folded: str,
        taps: Taps,
        limit: int,
        *,
        whole: bool,
        two: bool = True,
        lattice: Lattice | None = None,
    ) -> list[Correction]:
        """What may have been meant, two words too if that is asked for."""
        if not folded or len(folded) > LONGEST_TYPED:
            return []
        channel = self.channel
        found = corrections(
            self.sources,
            folded,
            lattice or channel.lattice(folded, taps),
            limit,
            whole=whole,
            spaces=channel.spaces(folded, taps) if two else (),
            after=self.after,
            following=self.following,
            log_new=self.log_new,
        )
        # Two words may be found by more than one place for the space between them.
        unique: dict[str, Correction] = {}
        for each in found:
            unique.setdefault(each.word, each)
        return list(unique.values())

    def _corrected(self, found: Correction, prefix: str) -> Suggestion:
        kind = Kind.COMPLETION if found.exact else Kind.CORRECTION
        return self._suggestion(
            found.text, prefix, kind, found.posterior, found.source, language=found.language
        )

    def _suggestion(
        self,
        display: str,
        prefix: str,
        kind: Kind,
        probability: float,
        source: Origin,
        rest: str = "",
        language: str = "",
    ) -> Suggestion:
        text = self.written(display, prefix, language)
        return Suggestion(
            text=text,
            kind=kind,
            probability=min(1.0, probability),
            source=source,
            edit=self.edit(text, prefix, rest, language),
            language=language or None,
        )

    def shown(self, prefix: str, taps: Taps) -> list[Suggestion]:
        """The suggestions that have a place: none for what was typed to its end already.

        The word that a space would put in is among them, but where the letters go on as those of
        likely words do: it would take the place of one of these, and cost a search at each letter.
        """
        offered, right = self._found(prefix, taps, SLOTS)
        typed = prefix + typed_rest(self.right) if prefix else ""
        if any(suggestion.text in (prefix, typed) for suggestion in offered):
            offered, right = self._found(prefix, taps, SLOTS + 2)
            offered = [each for each in offered if each.text not in (prefix, typed)][:SLOTS]
        return offered if right else self._with_correction(offered, prefix, taps)

    def arranged(
        self, prefix: str, taps: Taps, first: Callable[[], "Reading"]
    ) -> tuple[Slots, int | None]:
        """The slots after a beginning of a word, and the place of the best suggestion.

        They follow from those after one letter less, as far as the same words are shown.

        Args:
            prefix: The beginning.
            taps: Where its letters were hit, () for nowhere.
            first: What is read where nothing of the word was typed; asked for if it is needed.
        """
        # Back to where it is known, or nothing of what is shown was: each letter costs a search.
        slots: Slots = (None,) * SLOTS
        best: int | None = None
        later: list[tuple[_Typed, list[Suggestion]]] = []
        for letters in range(len(prefix), -1, -1):
            hit = taps[:letters]
            typed = prefix[:letters], hit if any(hit) else ()
            if (known := self.slots.get(typed)) or (prefix and not letters):
                slots, best = known or first().arranged("", (), first)
                break
            if later and not later[-1][1]:
                break
            shown = self.shown(*typed)
            if later and not have_common(shown, later[-1][1]):
                break
            later.append((typed, shown))
        if len(self.slots) > 2 * LONGEST:
            self.slots.clear()
        for typed, shown in reversed(later):
            slots = arranged(slots, shown)
            best = slots.index(shown[0]) if shown else None
            self.slots[typed] = slots, best
        return slots, best

    def _with_correction(
        self, shown: list[Suggestion], prefix: str, taps: Taps
    ) -> list[Suggestion]:
        """Suggestions with the word among them that a space would put in."""
        correction = self.autocorrected(prefix, taps)
        if correction is None:
            return shown
        text = correction.text.lower()
        if any(each.text.lower() == text for each in shown):
            return shown
        edit = self.edit(correction.text, prefix, language=correction.language or "")
        return [*shown[: SLOTS - 1], replace(correction, edit=edit)]

    def written(self, display: str, prefix: str, language: str = "") -> str:
        """A word of a language as it would be written here, given what was typed of it."""
        tag, large = language or self.language, self.place.starts_sentence
        if self.place.named and not large:
            large = display.partition("'")[0] not in abbreviations(tag).particles
        style = self.place.style
        return cased(display, prefix, starts_sentence=large, style=style, language=tag)

    def edit(self, text: str, prefix: str, rest: str = "", language: str = "") -> Edit:
        """Put a word in place of what was typed of it, with the space it brings.

        Args:
            text: The word.
            prefix: What was typed of it.
            rest: What it takes the place of right of the cursor; "" for the rest of the word there
                if it ends in that, else nothing.
            language: The tag of its language; "" for the one that is believed here.
        """
        right, before = self.right, " " if self.place.wants_space else ""
        if not right:
            return Edit(delete_left=count_graphemes(prefix), insert=f"{before}{text} ")
        if prefix and not rest and (on := typed_rest(right)):
            ends = fold(text, self.language).endswith(fold(on, self.language))
            rest = on if ends and len(text) >= len(prefix) + len(on) else ""
        right = right[len(rest) :]
        after = " "
        if right:
            rules = Rules.of_language(language or self.language)
            after = space_before(rules, self.before + text, right)
        return Edit(
            delete_left=count_graphemes(prefix),
            delete_right=count_graphemes(rest),
            insert=before + text + after,
        )

    def _emoji(self, prefix: str, limit: int) -> list[Suggestion]:
        """The emoji that the name being typed may mean."""
        if not (query := emoji_query(self.before + prefix)):
            return []
        found = find_emoji(query, self.language, self.place.style.tone, limit)
        edit = self.edit("", "")
        return [
            Suggestion(
                text=emoji,
                kind=Kind.EMOJI,
                probability=1 / len(found),
                source=Origin.NAME,
                edit=replace(edit, delete_left=len(query), insert=emoji + edit.insert),
            )
            for emoji in found
        ]
