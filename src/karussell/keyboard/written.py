"""Under which terms each stretch of a text was written: whether it may be learned, and for whom."""

import re
from collections.abc import Iterator

from karussell.keyboard.changes import Window, edited
from karussell.keyboard.context import Terms
from karussell.keyboard.memory import HIDDEN

# Beyond the end of any text.
_END = 1 << 53
# What stays of a text that is hidden: where its words and sentences end.
_KEPT = re.compile(r"[^\s.!?\u2026]")

Stretch = tuple[int, int, Terms]
"""Where it begins and ends, in code points from the start of the text, and its terms."""

Stretches = tuple[Stretch, ...]
"""In order; what stands beside them was written under the terms that hold now."""


def all_under(terms: Terms) -> Stretches:
    """A text whose length nobody knows."""
    return ((0, _END, terms),)


def under_others(stretches: Stretches, before: Terms, now: Terms) -> Stretches:
    """Stretches once other terms hold: what stands there was written under those before."""
    if before == now:
        return stretches
    return _joined(_filled(stretches, before), now)


def shifted(stretches: Stretches, begin: int, end: int, growth: int) -> Stretches:
    """Stretches after [begin, end) of the text was replaced by what is longer by a growth."""
    found: list[Stretch] = []
    for start, stop, terms in stretches:
        found.append((start, min(stop, begin), terms))
        last = stop if stop == _END else stop + growth
        found.append((max(start, end) + growth, last, terms))
    return _joined(found)


def replaced(stretches: Stretches, start: int, end: int, length: int) -> Stretches:
    """Stretches after a word of some length took the place of [start, end), under its terms."""
    if not stretches:
        return stretches
    here = terms_within(stretches, start, end)
    rest = shifted(stretches, start, end, length - (end - start))
    if here is None:
        return rest
    return _joined(sorted([*rest, (start, start + length, here)], key=_range))


def terms_within(stretches: Stretches, start: int, end: int) -> Terms | None:
    """The terms under which a part of the text was written; None for those that hold now."""
    return next((each for begin, stop, each in stretches if begin < end and stop > start), None)


def told(stretches: Stretches, old: Window, new: Window) -> Stretches:
    """Stretches after an edit that was made elsewhere; what it brought is written now."""
    if not stretches:
        return stretches
    if (edit := edited(old, new)) is None:
        end, last = (each.start + len(each.context.text) for each in (old, new))
        if old.context.right or not new.start <= end < last:
            return stretches  # no more than another part of the text
        edit = end, end, last - end
    return shifted(stretches, *edit)


def parts(
    text: str, stretches: Stretches, now: Terms, window: Window
) -> Iterator[tuple[Terms, str]]:
    """What of a text was written under which terms; of the rest only the ends of words are left.

    Args:
        text: The text; ``HIDDEN`` stands for letters of it that are not told.
        stretches: The stretches of the text that it is a part of.
        now: The terms that hold now.
        window: What is known of that text.
    """
    places = _places(text, window) if stretches and text.strip() else []
    listed = _filled(stretches, now)
    if not places:
        # Where nobody knows which stretches it is, nothing of it is told if one is private.
        if all(terms.teaches for _, _, terms in listed):
            yield now, text
        return
    for wanted in dict.fromkeys((each.teaches, each.app) for _, _, each in listed):
        shown = [place for place in listed if (place[2].teaches, place[2].app) == wanted]
        part, letters = text, dict.fromkeys((terms for _, _, terms in shown), 0)
        for place in places:
            for start, end, terms in listed:
                first, last = max(0, start - place), max(0, min(end - place, len(text)))
                if (terms.teaches, terms.app) == wanted:
                    letters[terms] += max(0, last - first)
                elif first < last:
                    hidden = _KEPT.sub(HIDDEN, part[first:last])
                    part = part[:first] + hidden + part[last:]
        if any(letters.values()):
            yield max(letters, key=letters.__getitem__), part


def _places(text: str, window: Window) -> list[int]:
    """Where a text may begin, in code points from the start of the whole: nowhere if not there."""
    known, line = window.context.text, window.context.left.rpartition("\n")[2]
    wanted = re.escape(text).replace(HIDDEN, ".")
    for pattern in (rf"^{wanted}$", wanted):  # whole lines, else anywhere
        if found := [
            match.start() for match in re.finditer(pattern, known, re.DOTALL | re.MULTILINE)
        ]:
            return [window.start + place for place in found]
    # It goes on behind what is known, or begins before it.
    place = text.find(line) if line else -1
    return [] if place < 0 else [window.start + len(window.context.left) - len(line) - place]


def _filled(stretches: Stretches, terms: Terms) -> list[Stretch]:
    """Stretches, and what stands beside them, which was written under these terms."""
    ends = [0, *(place for start, end, _ in stretches for place in (start, end)), _END]
    beside = [(start, end, terms) for start, end in zip(ends[::2], ends[1::2], strict=True)]
    return sorted((each for each in [*stretches, *beside] if each[0] < each[1]), key=_range)


def _range(stretch: Stretch) -> tuple[int, int]:
    return stretch[:2]


def _joined(stretches: list[Stretch], now: Terms | None = None) -> Stretches:
    """Those that are not empty, and not under the terms that hold now; neighbours as one."""
    found: list[Stretch] = []
    for start, end, terms in stretches:
        if start >= end or terms == now:
            continue
        if found and found[-1][1:] == (start, terms):
            found[-1] = found[-1][0], end, terms
        else:
            found.append((start, end, terms))
    return tuple(found)
