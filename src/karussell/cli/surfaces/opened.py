"""What suggests and learns, as the commands that serve it open it."""

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict, Unpack

import typer

from karussell.cli.options import listed
from karussell.errors import UsageError, shown

if TYPE_CHECKING:
    from karussell.keyboard import Predictor

# Objects made and kept before Python looks for rings of them that nobody holds: a key keeps
# some, none in a ring.
_KEPT = 20_000

NoMemory = Annotated[
    bool,
    typer.Option("--no-memory", help="Forget what is learned when the keyboard is closed."),
]
Private = Annotated[
    bool, typer.Option("--private", help="Learn nothing; offer what was learned before.")
]
AfterUses = Annotated[
    int,
    typer.Option(
        min=1, help="Offer a word of your own from so many uses on, to others' eyes, too."
    ),
]


class Wishes(TypedDict):
    """What a keyboard is asked to be, beside its models."""

    offensive: bool
    memory: Path | None
    key: str | None
    no_memory: bool
    private: bool
    after_uses: int


@contextmanager
def opened(
    language: str,
    model: list[Path] | None,
    **wishes: Unpack[Wishes],
) -> "Iterator[Predictor]":
    """What suggests and learns, ready for the first key.

    Raises:
        UsageError: ``--no-memory`` beside what only a memory has.
    """
    from karussell.cli.keeping import remembering
    from karussell.cli.whole import check_models
    from karussell.keyboard import Predictor

    memory, key, keep = wishes["memory"], wishes["key"], not wishes["no_memory"]
    if memory is not None and not keep:
        raise UsageError("--memory and --no-memory: expected one of them")
    if key is not None and not keep:
        raise UsageError("--key and --no-memory: expected one of them")
    tags = listed(language)
    uses, private = wishes["after_uses"], wishes["private"]
    with (
        remembering(memory, key=key, keep=keep, after_uses=uses, private=private) as learned,
        Predictor.open(
            model, languages=tags, offensive=wishes["offensive"], memory=learned
        ) as predictor,
    ):
        if learned.notice:
            announce(f"karussell: {learned.notice}")
        check_models(model, tags)
        predictor.session()  # what the first keys would wait for
        gc.freeze()  # else Python looks through all that was loaded, 10 ms, at some key
        before = gc.get_threshold()
        gc.set_threshold(_KEPT, *before[1:])
        try:
            yield predictor
        finally:
            gc.set_threshold(*before)
            gc.unfreeze()  # so that all is let go in the end


def settings_of(language: str, model: list[Path] | None, **wishes: Unpack[Wishes]) -> str:
    """What a keyboard is asked to be, in a line that is the same for the same."""
    tags = None if model else listed(language)
    models = [str(each.resolve()) for each in model or []]
    rest = [str(each.resolve()) if isinstance(each, Path) else each for each in wishes.values()]
    return json.dumps([tags, models, *rest])


def announce(line: str) -> None:
    """Tell the person who started the server something."""
    print(shown(line, 500), file=sys.stderr, flush=True)
