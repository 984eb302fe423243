"""How two words differ: letters that stand for others, are missing, too many, or swapped."""

import unicodedata

_VOWELS = frozenset("aeiouy")


def shortened(word: str, letters: int) -> set[str]:
    """A word, and all that is left of it without up to so many of its letters."""
    found = last = {word}
    for _ in range(letters):
        last = {each[:at] + each[at + 1 :] for each in last for at in range(len(each))}
        found = found | last
    return found


def differences(word: str, right: str) -> list[tuple[str, int]]:
    """The kinds of the fewest edits that make one word of another, each with its place in it.

    >>> differences("beleive", "believe"), differences("comming", "coming")
    ([('swap', 3)], [('doubled', 3)])
    """
    costs = _costs(word, right)
    at, to = len(word), len(right)
    found: list[tuple[str, int]] = []
    while at or to:
        cost = costs[at][to]
        if at and to and word[at - 1] == right[to - 1] and cost == costs[at - 1][to - 1]:
            at, to = at - 1, to - 1
        elif _is_swap(word, right, at, to) and cost == costs[at - 2][to - 2] + 1:
            found.append(("swap", at - 2))
            at, to = at - 2, to - 2
        elif at and cost == costs[at - 1][to] + 1:
            doubled = word[at - 1] in (word[at - 2 : at - 1], word[at : at + 1])
            found.append(("doubled" if doubled else "extra", at - 1))
            at -= 1
        elif to and cost == costs[at][to - 1] + 1:
            found.append((_missing(right[to - 1], word[at - 1 : at], word[at : at + 1]), at))
            to -= 1
        else:
            found.append((_replaced(word[at - 1], right[to - 1]), at - 1))
            at, to = at - 1, to - 1
    return found


def _replaced(letter: str, right: str) -> str:
    if {letter, right} <= _VOWELS or _plain(letter) == _plain(right):
        return "vowel"
    return "letter"


def _plain(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


def _missing(letter: str, before: str, after: str) -> str:
    if letter == "'":
        return "apostrophe"
    return "undoubled" if letter in (before, after) else "missing"


def _is_swap(word: str, right: str, at: int, to: int) -> bool:
    return at > 1 and to > 1 and word[at - 1] == right[to - 2] and word[at - 2] == right[to - 1]


def _costs(word: str, right: str) -> list[list[int]]:
    """The fewest edits between the beginnings of two words."""
    costs = [list(range(len(right) + 1))]
    for at in range(1, len(word) + 1):
        costs.append([at])
        for to in range(1, len(right) + 1):
            least = min(
                costs[at - 1][to] + 1,
                costs[at][to - 1] + 1,
                costs[at - 1][to - 1] + (word[at - 1] != right[to - 1]),
            )
            if _is_swap(word, right, at, to):
                least = min(least, costs[at - 2][to - 2] + 1)
            costs[at].append(least)
    return costs
