"""Which entries went when, for who follows a memory and would not compare all of them."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

# Forgettings that are remembered for who did not look since, and entries of each.
_MOST, _ENTRIES = 16, 20_000


class Drops:
    """The places of entries that were dropped, one time after the other."""

    def __init__(self) -> None:
        self._places: dict[int, array[int]] = {}

    def add(self, rewrites: int, numbers: Sequence[int], among: Iterable[int]) -> None:
        """Remember some that are to be dropped.

        Args:
            rewrites: How often entries were dropped or read anew, this time with them.
            numbers: Their numbers.
            among: The numbers of all, in order.
        """
        if len(numbers) <= _ENTRIES:
            listed = list(among)
            places = (bisect_left(listed, number) for number in numbers)
            self._places[rewrites] = array("i", places)
            self._places.pop(rewrites - _MOST, None)

    def between(self, before: int, now: int) -> list["array[int]"] | None:
        """The places of each time, among the entries that there were.

        Args:
            before: How often entries had been dropped or read anew.
            now: How often that is by now.

        Returns:
            They; None if nobody knows, or more happened than that.
        """
        times = range(before + 1, now + 1)
        known = {*times} <= self._places.keys()
        return [self._places[each] for each in times] if known else None
