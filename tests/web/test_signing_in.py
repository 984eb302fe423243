import contextlib
import http.client
import json

import pytest

from karussell.web.access import CODE_SECONDS, Access
from tests.web.serving import Running


def hand_over(running: Running, code: str) -> tuple[int, dict[str, str], str]:
    return running.ask(
        "POST",
        "/session",
        body=json.dumps({"code": code}),
        Origin=running.origin,
        Content_Type="application/json",
        X_Karussell="1",
    )


def test_a_code_is_swapped_for_the_key_and_a_cookie_that_opens_the_rest(running: Running) -> None:
    status, headers, body = hand_over(running, running.access.new_code())
    assert status == 200
    assert json.loads(body) == {"key": running.access.key}
    assert headers["content-type"] == "application/json"
    cookie, *attributes = headers["set-cookie"].split("; ")
    assert cookie == f"karussell_{running.port}={running.access.token}"
    assert {attribute.lower() for attribute in attributes} == {
        "httponly",
        "path=/",
        "samesite=strict",
    }
    assert running.ask("GET", "/session", Cookie=cookie)[0] == 204
    assert running.ask("GET", "/session")[0] == 401


def test_a_code_works_once(running: Running) -> None:
    code = running.access.new_code()
    assert hand_over(running, code)[0] == 200
    status, headers, text = hand_over(running, code)
    assert status == 403
    assert "set-cookie" not in headers
    assert text == "This link was used before or is more than a minute old.\n"


def test_a_code_works_for_a_minute() -> None:
    now = 1000.0
    access = Access(8420, clock=lambda: now)
    code = access.new_code()
    now += CODE_SECONDS
    assert not access.redeem(code)
    code = access.new_code()
    now += CODE_SECONDS - 0.001
    assert access.redeem(code)


def test_a_fresh_code_voids_the_one_before() -> None:
    access = Access(8420)
    older, newer = access.new_code(), access.new_code()
    assert not access.redeem(older)
    assert access.redeem(newer)


def test_no_code_at_all_is_no_code() -> None:
    access = Access(8420)
    assert not access.redeem("")
    access.redeem(access.new_code())
    assert not access.redeem("")


def test_every_start_has_secrets_of_its_own_and_256_bits_long() -> None:
    starts = [Access(8420) for _ in range(100)]
    secrets = [secret for start in starts for secret in (start.token, start.key)]
    assert len(set(secrets)) == 200
    assert min(map(len, secrets)) >= 256 / 6  # six bits a letter


def test_the_code_stands_behind_the_hash_of_the_link() -> None:
    access = Access(8420)
    page, code = access.new_link().split("#code=")
    assert page == "http://127.0.0.1:8420/"
    assert access.redeem(code)


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"code": 1}', '{"code": "a", "b": 1}', '{"code": "\xff"}', "x" * 1000]
)
def test_a_body_that_is_no_code_is_a_bad_request(running: Running, body: str) -> None:
    status, headers, text = running.ask(
        "POST",
        "/session",
        body=body.encode("latin-1"),
        Origin=running.origin,
        Content_Type="application/json",
        X_Karussell="1",
    )
    assert status == 400
    assert "set-cookie" not in headers
    assert text == 'The body is {"code": "..."}.\n'


def test_a_body_without_a_length_is_cut_off_at_64_kib(running: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    headers = {
        "Origin": running.origin,
        "Content-Type": "application/json",
        "X-Karussell": "1",
        "Transfer-Encoding": "chunked",
    }
    pieces = (b"x" * 1024 for _ in range(65))
    with contextlib.closing(connection):
        connection.request("POST", "/session", body=pieces, headers=headers, encode_chunked=True)
        answer = connection.getresponse()
        assert answer.status == 413
        assert answer.read() == b"The body exceeds 65536 bytes.\n"
