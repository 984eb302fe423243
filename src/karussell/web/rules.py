"""What a request must keep to, one rule a function: whether it may pass, by what it bears."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import NamedTuple

import msgspec
from starlette.types import Scope

HEADER_LIMIT = 8 * 1024
BODY_LIMIT = 64 * 1024
PAGE = "/"
TOO_LARGE = f"The body exceeds {BODY_LIMIT} bytes."
PROGRAMS = "/v1/"
"""Where programs ask without a line."""
IS_PROGRAM = "karussell.program"
"""In the scope of a request: whether a program of this person asks, as it has shown."""
IS_PRIVATE = "karussell.private"
"""Likewise: whether it came over the Unix socket."""
CODES = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "unknown",
    405: "method",
    408: "slow",
    409: "refused",
    413: "too_large",
    415: "media_type",
    421: "misdirected",
    431: "too_large",
    500: "fault",
    503: "busy",
    505: "version",
}
"""What an error is called, by its status."""
Headers = Mapping[str, list[str]]


class Refusal(NamedTuple):
    """Why a request goes no further.

    Attributes:
        status: An HTTP status.
        reason: One line for a person.
        ends: Whether nothing else is read from this connection.
    """

    status: int
    reason: str
    ends: bool = False

    def as_json(self) -> bytes:
        """What a program is told."""
        code = CODES.get(self.status, "refused")
        return msgspec.json.encode({"error": {"code": code, "message": self.reason}})


def gather(scope: Scope) -> dict[str, list[str]]:
    """The headers by their names in lower case."""
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return headers


def judge_version(scope: Scope) -> Refusal | None:
    """Refuse other versions of HTTP."""
    if scope.get("http_version", "1.1") in ("1.1", "1.0"):
        return None
    return Refusal(505, "Karussell speaks HTTP/1.1.")


def judge_framing(headers: Headers) -> Refusal | None:
    """Refuse what two programs might read as two things."""
    # A program between might believe the other one, and take a part of the body for a request.
    if "transfer-encoding" in headers and "content-length" in headers:
        return Refusal(400, "A body has a length or comes in chunks, not both.", ends=True)
    return None


def judge_ends(scope: Scope) -> Refusal | None:
    """Refuse who is not on this machine."""
    for end in ("server", "client"):
        address = scope.get(end)
        if not address or not _is_loopback(address[0]):
            return Refusal(403, "Karussell listens on the loopback address of this machine only.")
    return None


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def judge_method(method: str) -> Refusal | None:
    """Refuse methods without a use here."""
    if method == "OPTIONS":
        return Refusal(403, "No other origin is granted anything here.")
    if method not in ("GET", "HEAD", "POST", "WEBSOCKET"):
        return Refusal(405, "Only GET, HEAD and POST have a use here.")
    return None


def size_of(scope: Scope) -> int:
    """The bytes of a request's address and headers together."""
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    path = scope.get("raw_path") or scope["path"].encode()
    return headers + len(path) + len(scope.get("query_string", b""))


def judge_size(scope: Scope, headers: Headers) -> Refusal | None:
    """Refuse heads and bodies that are too large."""
    if size_of(scope) > HEADER_LIMIT:
        return Refusal(431, f"The address and the headers exceed {HEADER_LIMIT} bytes.")
    lengths = headers.get("content-length", [])
    if any(not length.isdecimal() or int(length[:9]) > BODY_LIMIT for length in lengths):
        return Refusal(413, TOO_LARGE)
    return None


def judge_site(headers: Headers, method: str, path: str) -> Refusal | None:
    """Refuse what a page of another site began."""
    sites = headers.get("sec-fetch-site", [])
    if not sites or sites == ["same-origin"]:
        return None
    if sites == ["none"] and method == "GET" and path == PAGE:
        return None
    return Refusal(403, "Karussell opens from the address bar only: paste the link there.")


def judge_type(headers: Headers, method: str) -> Refusal | None:
    """Refuse a body that is not JSON."""
    if method != "POST":
        return None
    types = headers.get("content-type", [])
    if len(types) != 1 or types[0].partition(";")[0].strip().lower() != "application/json":
        return Refusal(415, "A POST here is application/json.")
    return None


def judge_write(headers: Headers, method: str) -> Refusal | None:
    """Refuse a POST that a foreign page could send without asking first."""
    if method == "POST" and headers.get("x-karussell") != ["1"]:
        return Refusal(403, "A POST here bears the header X-Karussell: 1.")
    return None


def judge_private(headers: Headers) -> Refusal | None:
    """Refuse on the Unix socket what a browser sent, which somebody led there."""
    if headers.get("host") != ["localhost"]:
        return Refusal(421, "On its Unix socket Karussell answers at localhost only.")
    if "origin" in headers or any(name.startswith("sec-fetch-") for name in headers):
        return Refusal(403, "On its Unix socket Karussell answers no pages.")
    return None
