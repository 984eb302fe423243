"""Several processes that serve one keyboard: each connection is held by one of them.

Python runs one thread at a time, so one process is bound by one core, however many fields are typed
in. Several share the sockets, the models in memory, and the folder of what was learned, from which
each knows what the others learn and forget.
"""

import contextlib
import os
import signal
import socket
import time
from multiprocessing import get_context
from typing import Any

from karussell.errors import UsageError
from karussell.web.listening import Listener

# Seconds for which a connection is left to who has fewer: they may be at work.
_PATIENCE = 0.05
# Seconds that a process has to end in once it was told to.
_ENDING = 5.0
_ENDED = -1
_CODE_BYTES = 128


class Share:
    """What the processes of a server know of each other.

    Args:
        processes: How many there are, this one among them.

    Attributes:
        rank: Which of them this one is; 0 is the first, which began the others.
        held: The connections of each; below 0 for one that has ended.
        code: Where the code of a link is, which any of several may swap; None if there is one.

    Raises:
        UsageError: There are none, or there is no way to have several here.
    """

    def __init__(self, processes: int = 1) -> None:
        if processes < 1 or (processes > 1 and not hasattr(os, "fork")):
            raise UsageError(f"--processes {processes}: expected 1, or more where a process forks")
        self.rank = 0
        self.held: Any = [0]
        self.code: Any = None
        self._busy: Any = [0.0]
        if processes > 1:
            shared = get_context("fork")
            self.held = shared.RawArray("q", processes)
            self.code = shared.Array("c", _CODE_BYTES)
            self._busy = shared.RawArray("d", 1)
        self.busy()
        self._parent = os.getpid()
        self._children: dict[int, int] = {}

    @property
    def idle(self) -> float:
        """Seconds for which no process has had a connection."""
        return time.monotonic() - float(self._busy[0])

    def busy(self, seconds: float = 0.0) -> None:
        """Tell that somebody is there, or will be for a while."""
        self._busy[0] = max(self._busy[0], time.monotonic() + seconds)

    def begin(self) -> None:
        """Begin the other processes: each goes on from here, with a rank of its own."""
        for rank in range(1, len(self.held)):
            child = os.fork()
            if child == 0:
                self.rank, self._children = rank, {}
                return
            self._children[child] = rank

    def look(self, connections: int) -> bool:
        """Tell how many connections this process has; whether it is to go on.

        A process that has ended is noticed, so that nothing is left to it.
        """
        self.held[self.rank] = connections
        if connections:
            self.busy()
        for child in [each for each in self._children if _has_ended(each)]:
            self.held[self._children.pop(child)] = _ENDED
        return self.rank == 0 or os.getppid() == self._parent

    def end(self) -> None:
        """End the processes that this one began, and wait for them."""
        for sent in (signal.SIGTERM, signal.SIGKILL):
            for child in self._children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, sent)
            last = time.monotonic() + _ENDING
            while self._children and time.monotonic() < last:
                self._children = {c: r for c, r in self._children.items() if not _has_ended(c)}
                time.sleep(0.01)

    def has_fewest(self) -> bool:
        """Whether no other process has fewer connections than this one."""
        return bool(self.held[self.rank] <= min(each for each in self.held if each != _ENDED))


class SharedListener(Listener):
    """A socket that several processes listen on: who has the fewest connections takes the next."""

    def __init__(self, listener: socket.socket, share: Share) -> None:
        super().__init__(fileno=listener.detach())
        self._share = share
        self._since: float | None = None

    def accept(self) -> tuple[socket.socket, Any]:
        """Take a connection, if none who has fewer does.

        Raises:
            BlockingIOError: It is another's to take, or there is none.
        """
        now = time.monotonic()
        if not self._share.has_fewest():
            self._since = now if self._since is None else self._since
            if now - self._since < _PATIENCE:
                raise BlockingIOError
        self._since = None
        taken = super().accept()
        self._share.held[self._share.rank] += 1
        return taken


def _has_ended(child: int) -> bool:
    """Whether a process that this one began has ended."""
    try:
        return os.waitpid(child, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True
