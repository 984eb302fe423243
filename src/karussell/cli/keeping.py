"""Where what is learned is kept, as commands open it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from karussell.errors import KarussellError, UsageError, shown

if TYPE_CHECKING:
    from karussell.history import History
    from karussell.keyboard import Memory


_KEYRING = "keyring"


def opened(folder: Path | None, key: str | None) -> "History":
    """The history of a folder.

    Args:
        folder: The folder; None for this person's own.
        key: Where its key is: the name of a file, or "keyring"; None for no encryption. It is made
            for a history that is new, and for no other.

    Raises:
        UsageError: If there is no such file and it would be another key than the history's.
        HistoryError: If it is not its key.
    """
    from karussell.history import History, key_file, keyring_key, usual_folder

    if key is None:
        return History.open(folder)
    if key == _KEYRING:
        return History.open(folder, key=keyring_key())
    place = usual_folder() if folder is None else folder
    if not Path(key).exists() and place.is_dir() and any(place.iterdir()):
        raise UsageError(f"--key {key}: there is no such file, expected that of the key of {place}")
    return History.open(folder, key=key_file(key))


@contextmanager
def remembering(
    folder: Path | None,
    *,
    key: str | None = None,
    keep: bool = True,
    after_uses: int = 1,
    private: bool = False,
) -> "Iterator[Memory]":
    """A memory that is kept in a folder, or nowhere.

    Args:
        folder: The folder; None for this person's own.
        key: Where its key is, as for ``opened``.
        keep: Whether it is kept.
        after_uses: From how many uses on a word is offered that no model knows.
        private: Whether nothing is learned.
    """
    from karussell.keyboard import Memory

    if not keep:
        yield Memory(after_uses=after_uses, private=private)
        return
    with opened(folder, key) as history:
        yield Memory(history, after_uses=after_uses, private=private)


@contextmanager
def remembered(
    folder: Path | None, key: str | None = None
) -> "Iterator[tuple[Memory, History | None]]":
    """What is kept in a folder; where there is nothing, nothing is made.

    Args:
        folder: The folder; None for this person's own.
        key: Where its key is, as for ``opened``.
    """
    from karussell.history import usual_folder
    from karussell.keyboard import Memory

    place = usual_folder() if folder is None else folder
    if place.is_file():
        raise UsageError(f"--memory {place}: is a file, expected the folder of what was learned")
    if not place.is_dir():
        yield Memory(), None
        return
    with opened(folder, key) as history:
        if history.notice:
            print("karussell:", shown(history.notice, 500), file=sys.stderr)
        yield Memory(history), history


def known_words(languages: frozenset[str]) -> Callable[[str], bool]:
    """Whether the packaged models of languages know a folded word."""
    from karussell.model import embedded_path, open_model

    lists = []
    for tag in sorted(languages):
        try:
            model = open_model(embedded_path(tag))
        except KarussellError:
            continue  # a language that one taught without a model of ours
        lists += [model.vocabulary, model.rare.vocabulary]
    return lambda word: any(word in each for each in lists)
