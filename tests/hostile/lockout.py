"""Whether the writer is kept out by thousands of connections that stand still.

    python -m tests.hostile.lockout [CONNECTIONS]

For each kind of connection so many are opened and held. Meanwhile a field that is open asks, and
then a new one opens its page and its line and asks; prints how long that took.
"""

import contextlib
import os
import sys
import time

from tests.hostile.keyboards import Field, Server, serving

TRIES = 20


def kinds(server: Server) -> dict[str, bytes]:
    """What each kind sends, and then waits."""
    handshake, post = server.handshake(), server.head("POST /session", "X-Karussell: 1")
    written = post + b"Content-Type: application/json\r\n"
    ping = b"\x89\xfd" + bytes(4) + b"p" * 125
    hello = b'{"type": "hello", "number": 0, "version": 3, "key": "wrong"}'
    return {
        "nothing": b"",
        "half a line": b"GET / HT",
        "half a head": server.head("GET /"),
        "TLS": bytes.fromhex("160301020001000001fc0303") + bytes(500),
        "half of TLS": bytes.fromhex("160301"),
        "an answered request": server.head("GET /main.js") + b"\r\n",
        "half a body": written + b"Content-Length: 9\r\n\r\n{",
        "half a chunk": written + b"Transfer-Encoding: chunked\r\n\r\n5\r\n",
        "a refused body": server.head("POST /none", "Content-Length: 999") + b"\r\n",
        "a handshake with a body": handshake + b"Content-Length: 5\r\n\r\n",
        "a handshake in chunks": handshake + b"Transfer-Encoding: chunked\r\n\r\n",
        "a handshake without a cookie": handshake.replace(b"Cookie", b"Cake") + b"\r\n",
        "a line without a greeting": handshake + b"\r\n",
        "half a frame": handshake + b"\r\n\x81\xff",
        "pings": handshake + b"\r\n" + ping * 100,
        "a wrong key": handshake + b"\r\n" + bytes([0x81, 0x80 | len(hello)]) + bytes(4) + hello,
    }


def newcomer(server: Server) -> float:
    """Seconds until a new field has its page and its first answer."""
    start = time.perf_counter()
    with server.dial() as connection:
        connection.sendall(server.head("GET /", "Connection: close") + b"\r\n")
        answer = connection.recv(65536)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(answer.decode())
    field = Field(server)
    field.say(type="ask", left="see you tom")
    took = time.perf_counter() - start
    field.close()
    return took


def asked(field: Field) -> float:
    """Seconds until an open field has an answer."""
    start = time.perf_counter()
    field.say(type="ask", left="see you tomorrow th"[: 4 + field.number % 15])
    return time.perf_counter() - start


def main() -> None:
    """Try each kind, and print the longest waits."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with serving() as server:
        field = Field(server)
        for _ in range(30):
            asked(field)
        newcomer(server)
        print(f"{'':30} open field   newcomer   connections")
        for name, sent in {"(none)": b"", **kinds(server)}.items():
            with contextlib.ExitStack() as stack:
                held = 0 if name == "(none)" else count
                waits = [0.0]
                for number in range(held):
                    connection = stack.enter_context(server.dial())
                    with contextlib.suppress(ConnectionError):
                        connection.sendall(sent)
                    if number % 100 == 99:
                        waits.append(asked(field))
                comers = []
                for _ in range(TRIES):
                    comers.append(newcomer(server))
                    waits.append(asked(field))
                files = server.looks()[2]
                print(
                    f"{name:30} {1000 * max(waits):7.1f} ms {1000 * max(comers):7.1f} ms {files:6}"
                )
        print(f"load of the machine {os.getloadavg()[0]:.1f}; memory {server.looks()[0]:.1f} MiB")


if __name__ == "__main__":
    main()
