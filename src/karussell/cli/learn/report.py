"""What `karussell learn` reports."""

from collections import Counter
from collections.abc import Sequence

from karussell.cli.learn.lesson import Lesson
from karussell.cli.printing import console, new_table, print_json, print_whole, say
from karussell.errors import counted, shown
from karussell.imports import Private, listed_writers
from karussell.measure import Gain


def print_report(
    lessons: Sequence[Lesson],
    new: Sequence[int],
    gain: Gain | None,
    *,
    dry_run: bool,
    show_left_out: bool,
    as_json: bool,
) -> None:
    """Print what was learned, or would be.

    Args:
        lessons: What each file teaches.
        new: How much of that was not known before.
        gain: What it saves.
        dry_run: Whether nothing was learned.
        show_left_out: Whether to print each private thing.
        as_json: Whether programs read it.
    """
    private = [each for lesson in lessons for each in lesson.gathered.private]
    kinds = Counter(str(each.kind) for each in private)
    if as_json:
        report = {
            "files": [_facts(lesson, count) for lesson, count in zip(lessons, new, strict=True)],
            "languages": _languages(lessons),
            "left_out": dict(kinds.most_common()),
            "savings": gain,
            "learned": 0 if dry_run else sum(new),
        }
        if show_left_out:
            report["items"] = [{"kind": each.kind, "text": each.text} for each in private]
        print_json(report)
        return
    _print_tables(lessons, new)
    _print_left_out(private if show_left_out else [], kinds)
    if gain is not None:
        say(
            f"it saves {gain.before:.0%} \u2192 {gain.after:.0%} of your keys (your last "
            f"{counted(gain.words, 'word')}, each predicted before it was learned)"
        )
    screen = console()
    screen.print(_outcome(lessons, sum(new), dry_run=dry_run))


def _print_tables(lessons: Sequence[Lesson], new: Sequence[int]) -> None:
    """Print what each file holds, who wrote in it, and in which languages."""
    screen = console()
    table = new_table("file", "format", "messages", "sentences", "words", "new", faint="format")
    for lesson, count in zip(lessons, new, strict=True):
        facts = _facts(lesson, count)
        figures = (f"{facts[name]:,}" for name in ("messages", "sentences", "words", "new"))
        table.add_row(str(facts["file"]), str(facts["format"]), *figures)
    print_whole(table, screen)
    for lesson in lessons:
        if lesson.writers.counts.keys() - {""}:
            listed = ", ".join(listed_writers(lesson.writers))
            screen.print(f"writers of {lesson.export.source.name}: {listed}")
    if len(tongues := _languages(lessons)) > 1:
        listed = ", ".join(f"{tag} {count:,}" for tag, count in tongues.most_common())
        screen.print(f"sentences by language: {listed}")


def _print_left_out(items: Sequence[Private], kinds: "Counter[str]") -> None:
    """Print how much of each kind was left out, and some or all of it."""
    screen = console()
    if kinds:
        listed = ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common())
        screen.print(f"left out: {listed}")
    for each in items:
        screen.print(f"  {each.kind}: {shown(each.text, 500)}")


def _languages(lessons: Sequence[Lesson]) -> "Counter[str]":
    """How many sentences are of each language."""
    return Counter(each.language for lesson in lessons for each in lesson.sentences)


def _facts(lesson: Lesson, new: int) -> dict[str, object]:
    return {
        "file": lesson.export.source.name,
        "format": lesson.export.format,
        "writers": {name: count for name, count in lesson.writers.counts.items() if name},
        "messages": lesson.gathered.messages,
        "sentences": len(lesson.sentences),
        "words": sum(len(sentence.words) for sentence in lesson.sentences),
        "new": new,
    }


def _outcome(lessons: Sequence[Lesson], new: int, *, dry_run: bool) -> str:
    if dry_run:
        return f"{counted(new, 'sentence is', 'sentences are')} new; nothing was learned"
    if not new:
        if not any(lesson.sentences or lesson.entries for lesson in lessons):
            return "learned nothing: no sentence of yours is in it" if lessons else ""
        return "learned nothing: all of it was learned before"
    apps = sorted({each.app for lesson in lessons for each in lesson.sentences if each.app})
    back = "; to take it back: " + ", ".join(f"karussell forget --app {app}" for app in apps)
    return f"learned {counted(new, 'sentence')}{back if apps else ''}"
