"""Locks of which a forked child knows that nobody holds them, and that what they guard is whole."""

import os
import threading
import time
from typing import Any
from weakref import WeakSet

# Seconds that a fork waits for those who hold a lock: longer only if they wait for it themselves.
_PATIENCE = 5.0


class SharedLock:
    """A reentrant lock; a process forks when no other thread holds one.

    Otherwise a child would find it held by a thread that it does not have, and wait for ever.
    """

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        with _making:
            self._lock = threading.RLock()
            _all.add(self)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock; whether it could be had."""
        return self._lock.acquire(blocking, timeout)

    def release(self) -> None:
        """Give it back."""
        self._lock.release()

    def __enter__(self) -> bool:
        return self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    # What a condition asks of a reentrant lock.

    def _is_owned(self) -> bool:
        return self._lock._is_owned()  # type: ignore[attr-defined,no-any-return]

    def _release_save(self) -> Any:
        return self._lock._release_save()  # type: ignore[attr-defined]

    def _acquire_restore(self, state: Any) -> None:
        self._lock._acquire_restore(state)  # type: ignore[attr-defined]

    def _renew(self) -> None:
        self._lock = threading.RLock()


# Held by who makes a lock, and by who forks.
_making = threading.RLock()
_all: WeakSet[SharedLock] = WeakSet()
_held: list[SharedLock] = []


def _before() -> None:
    """Take all locks, in any order: who finds one held gives all back and waits for that one."""
    _making.acquire()
    locks, first = list(_all), None
    last = time.monotonic() + _PATIENCE
    while True:
        late = time.monotonic() > last
        for lock in locks if first is None else [first, *locks]:
            waits = lock is first and not late and lock not in _held
            if lock in _held or lock.acquire(waits, _PATIENCE if waits else -1):
                if lock not in _held:
                    _held.append(lock)
            elif not late:
                first = lock
                break
        else:
            return
        _give_back()


def _give_back() -> None:
    while _held:
        _held.pop().release()


def _after_in_parent() -> None:
    _give_back()
    _making.release()


def _after_in_child() -> None:
    global _making
    for lock in list(_all):
        if lock not in _held:  # by a thread that is not here
            lock._renew()
    _give_back()
    _making = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child
    )
