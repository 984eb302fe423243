"""The real server on a free loopback port, in a thread of the test's process."""

import contextlib
import http.client
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn

from karussell.keyboard import Predictor
from karussell.web import Access, create_app
from karussell.web.listening import listen
from karussell.web.server import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that runs, and the secrets of its start."""

    port: int
    access: Access
    server: uvicorn.Server

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    @property
    def cookie(self) -> str:
        return f"{self.access.cookie}={self.access.token}"

    def ask(
        self, method: str, path: str, *, body: str | bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """One HTTP request; header names are given with underscores."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body=body, headers=named)
            answer = connection.getresponse()
            text = answer.read().decode()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text
        finally:
            connection.close()


@contextlib.contextmanager
def serving(predictor: Predictor, *, port: int = 0) -> Iterator[Running]:
    """Serve a predictor while the block runs."""
    listener = listen(port)
    bound = listener.getsockname()[1]
    access = Access(bound)
    server = uvicorn.Server(settings(create_app(predictor, access)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Running(port=bound, access=access, server=server)
    finally:
        server.should_exit = True
        thread.join()
