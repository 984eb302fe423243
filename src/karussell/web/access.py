"""Who may speak to a running server: its secrets, its addresses, and pages that may ask."""

import hmac
import re
import secrets
import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from karussell.errors import UsageError

CODE_SECONDS = 60.0
"""How long a link in the terminal is good for: time to click, too short to be found later."""


_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_USUAL = {"http": ":80", "https": ":443"}


def origin_of(url: str) -> str:
    """The origin of a page, as browsers write it.

    Raises:
        UsageError: It is none: it has a path, say, or no scheme.
    """
    found = url.removesuffix("/").lower()
    if not _ORIGIN.fullmatch(found) or found.startswith("file:"):
        raise UsageError(
            f"--origin {url}: expected scheme, host and port alone, such as https://example.org"
        )
    return found.removesuffix(_USUAL.get(found.partition(":")[0], "\n"))


class CodeSlot(Protocol):
    """Where the code of a link is, for all processes that may be shown it."""

    value: bytes

    def get_lock(self) -> AbstractContextManager[object]:
        """Let nobody else look or write meanwhile."""
        ...


class _OwnSlot:
    """The same of one process, one thread of which answers."""

    value = b""

    def get_lock(self) -> AbstractContextManager[object]:
        return nullcontext()


class Access:
    """Who may speak to a server that listens on one port of this machine.

    Its secrets are new at each start and never stand in an address. A browser gets them in exchange
    for a code that works once and for a minute. The token, as a cookie, opens a line. But browsers
    send cookies to every port of a host, and so to any program that serves a page on this machine.
    So nothing is said on a line before its greeting bears the key: the page keeps that in storage
    of its own origin, port included, from where it goes nowhere by itself.

    The cookie is named after the port: two servers side by side must not overwrite each other's.

    Programs have a token of their own, which outlives the server. It opens everything but the page;
    a page of another origin that was named says it in its greeting.

    Args:
        port: The port on the loopback address.
        program: The token of programs, None for none.
        foreign: Origins of other pages that may ask, with that token.
        place: The path of the Unix socket, which nobody else can open; None for none.
        slot: Where the code of a link is; None for this process alone.
        clock: Seconds.
    """

    __slots__ = (
        "_clock",
        "_program",
        "_slot",
        "cookie",
        "foreign",
        "key",
        "origins",
        "place",
        "token",
    )

    def __init__(
        self,
        port: int,
        *,
        program: str | None = None,
        foreign: Collection[str] = (),
        place: str | None = None,
        slot: CodeSlot | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._program = program
        self.foreign = frozenset(foreign)
        self.place = place
        self.token = secrets.token_urlsafe(32)
        self.key = secrets.token_urlsafe(32)
        self.cookie = f"karussell_{port}"
        self.origins = {
            f"127.0.0.1:{port}": f"http://127.0.0.1:{port}",
            f"localhost:{port}": f"http://localhost:{port}",
        }
        self._clock = clock
        self._slot: CodeSlot = slot or _OwnSlot()

    def new_code(self) -> str:
        """A fresh one-time code; the one before it is void from now on."""
        code = secrets.token_urlsafe(32)
        with self._slot.get_lock():
            self._slot.value = f"{self._clock() + CODE_SECONDS} {code}".encode()
        return code

    def new_link(self) -> str:
        """An address that opens the page once.

        The code stands behind the ``#``, the part of an address that browsers never send: it
        reaches no log and no Referer.
        """
        return f"{next(iter(self.origins.values()))}/#code={self.new_code()}"

    def redeem(self, code: str) -> bool:
        """Whether ``code`` opens the server; it is void from then on."""
        with self._slot.get_lock():
            expires, _, right = self._slot.value.decode().partition(" ")
            if not right or self._clock() >= float(expires) or not _same(code, right):
                return False
            self._slot.value = b""
        return True

    def admits(self, credential: str) -> bool:
        """Whether ``credential`` is this start's token, which opens a line."""
        return _same(credential, self.token)

    def admits_program(self, credential: str) -> bool:
        """Whether ``credential`` is the token of programs."""
        return self._program is not None and _same(credential, self._program)

    def unlocks(self, key: str) -> bool:
        """Whether ``key`` is this start's or a program's, without which a line says nothing."""
        return _same(key, self.key) or self.admits_program(key)


def _same(given: str, expected: str) -> bool:
    """Compare in constant time; bytes, since compare_digest refuses strings beyond ASCII."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())
