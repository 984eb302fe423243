"""What programs ask without a line, over HTTP."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from karussell.client import RequestFailed, page_link
from karussell.keyboard import Predictor
from karussell.web import link_of_running
from karussell.web.asked import QUESTIONS, document
from tests.web.serving import TOKEN, Running, serving_programs

PAGE = "https://pages.example"
Told = tuple[int, dict[str, Any]]


@pytest.fixture(scope="module")
def running(ten_word_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("run")
    with (
        Predictor.open(ten_word_path) as predictor,
        serving_programs(predictor, folder, origins=[PAGE]) as server,
    ):
        yield server


def post(running: Running, name: str, asked: object, **headers: str) -> Told:
    """Over TCP, with the token unless another is told."""
    body = asked if isinstance(asked, bytes) else json.dumps(asked)
    usual = {
        "Authorization": f"Bearer {TOKEN}",
        "Content_Type": "application/json",
        "X_Karussell": "1",
    }
    status, _, told = running.ask("POST", f"/v1/{name}", body=body, **{**usual, **headers})
    return status, json.loads(told)


def get(running: Running, name: str, **headers: str) -> Told:
    usual = {"Authorization": f"Bearer {TOKEN}"}
    status, _, told = running.ask("GET", f"/v1/{name}", **{**usual, **headers})
    return status, json.loads(told)


def on_unix(running: Running, method: str, name: str, asked: object = None) -> Told:
    connection = HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(running.path)
    body = None if asked is None else json.dumps(asked)
    headers = {"Content-Type": "application/json"} if body else {}
    connection.request(method, f"/v1/{name}", body, headers)
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told


def test_what_could_come_is_told_on_both(running: Running) -> None:
    status, told = post(running, "suggest", {"left": "see tom"})
    assert status == 200
    assert told["slots"][0]["text"] == "tomorrow"
    assert told["literal"]["text"] == "tom"
    assert told["language"] == "en"
    assert on_unix(running, "POST", "suggest", {"left": "see tom"}) == (200, told)


def test_secrets_are_answered_with_nothing(running: Running) -> None:
    for purpose in ("password", "pin", "card"):
        _, told = post(running, "suggest", {"left": "see tom", "purpose": purpose})
        assert (told["slots"], told["literal"]) == ([None] * 3, None)
        assert post(running, "learn", {"text": "see Xaver", "purpose": purpose})[1] == {
            "changed": False
        }


def test_what_is_learned_is_shown_and_forgotten_for_good(running: Running) -> None:
    assert post(running, "learn", {"text": "see Tomasz there", "app": "a"}) == (
        200,
        {"changed": True},
    )
    told = get(running, "learned?word=tom&limit=5")[1]
    assert [(each["word"], each["apps"]) for each in told["words"]] == [("Tomasz", ["a"])]
    assert on_unix(running, "POST", "forget", {"word": "Tomasz"}) == (
        200,
        {"entries": 1, "copies": 0, "files": 0},
    )
    assert get(running, "learned")[1]["words"] == []


def test_health_tells_what_it_is(running: Running) -> None:
    status, told = on_unix(running, "GET", "health")
    assert status == 200
    assert (told["api"], told["protocol"], told["languages"]) == (1, 3, ["en"])


@pytest.mark.parametrize(
    ("name", "asked", "status", "code"),
    [
        ("suggest", {}, 400, "invalid"),
        ("suggest", b"{", 400, "invalid"),
        ("suggest", b"\xff", 400, "invalid"),
        ("suggest", b"", 400, "invalid"),
        ("suggest", [], 400, "invalid"),
        ("suggest", {"left": 1}, 400, "invalid"),
        ("suggest", {"left": "a", "more": 1}, 400, "invalid"),
        ("suggest", {"left": "a" * 4001}, 400, "invalid"),
        ("suggest", {"left": "a" * 70_000}, 413, "too_large"),
        ("suggest", {"left": "a", "purpose": "fun"}, 400, "invalid"),
        ("suggest", {"left": "a", "language": "xx"}, 409, "refused"),
        ("suggest", {"left": "a", "layout": "none"}, 409, "refused"),
        ("learn", {"text": "a", "language": "xx"}, 409, "refused"),
        ("forget", {}, 409, "refused"),
        ("forget", {"word": ""}, 409, "refused"),
        ("forget", {"since": 2**52}, 409, "refused"),
        ("forget", {"word": "a", "everything": True}, 409, "refused"),
        ("health", {}, 405, "method"),
        ("nothing", {}, 404, "unknown"),
        ("link", {}, 404, "unknown"),
    ],
)
def test_a_mistake_has_a_code_and_a_line(
    running: Running, name: str, asked: object, status: int, code: str
) -> None:
    found, told = post(running, name, asked)
    assert (found, told["error"]["code"]) == (status, code)
    assert told["error"]["message"]
    assert set(told) == {"error"}


@pytest.mark.parametrize(
    "name", ["learned?limit=0", "learned?limit=x", "learned?more=1", "learned?word=a&word=b"]
)
def test_a_mistake_in_the_address_too(running: Running, name: str) -> None:
    status, told = get(running, name)
    assert (status, told["error"]["code"]) == (400, "invalid")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Authorization": ""}, 403, "forbidden"),
        ({"Authorization": "Bearer wrong"}, 403, "forbidden"),
        ({"Authorization": f"Basic {TOKEN}"}, 403, "forbidden"),
        ({"X_Karussell": "2"}, 403, "forbidden"),
        ({"Content_Type": "text/plain"}, 415, "media_type"),
        ({"Host": "evil.example"}, 421, "misdirected"),
        ({"Origin": "https://evil.example"}, 403, "forbidden"),
    ],
)
def test_who_may_not_ask_is_told_so(
    running: Running, headers: dict[str, str], status: int, code: str
) -> None:
    found, told = post(running, "suggest", {"left": "a"}, **headers)
    assert (found, told["error"]["code"]) == (status, code)


def test_neither_the_cookie_nor_its_value_opens_it(running: Running) -> None:
    token = running.access.token
    for headers in (
        {"Authorization": "", "Cookie": running.cookie},
        {"Authorization": f"Bearer {token}"},
        {"Authorization": "", "Cookie": running.cookie, "Origin": running.origin},
    ):
        assert get(running, "learned", **headers)[0] == 401
        assert post(running, "suggest", {"left": "a"}, **headers)[0] in (401, 403)


def test_a_named_page_asks_first_and_then_with_the_token(running: Running) -> None:
    asking = {"Access_Control_Request_Method": "POST", "Sec_Fetch_Site": "cross-site"}
    status, headers, _ = running.ask("OPTIONS", "/v1/suggest", Origin=PAGE, **asking)
    assert (status, headers["access-control-allow-origin"]) == (204, PAGE)
    assert "Authorization" in headers["access-control-allow-headers"]
    assert (
        post(running, "suggest", {"left": "a"}, Origin=PAGE, Sec_Fetch_Site="cross-site")[0] == 200
    )
    assert post(running, "suggest", {"left": "a"}, Origin=PAGE, Authorization="")[0] == 401
    for origin, path in (("https://evil.example", "/v1/suggest"), (PAGE, "/session"), (PAGE, "/")):
        status, headers, _ = running.ask("OPTIONS", path, Origin=origin, **asking)
        assert status == 403


def test_the_document_names_every_question_and_its_types(running: Running) -> None:
    status, headers, text = running.ask("GET", "/openapi.json")
    assert (status, headers["content-type"]) == (200, "application/json")
    told = json.loads(text)
    assert told["openapi"] == "3.1.0"
    assert set(told["paths"]) == {f"/v1/{each.name}" for each in QUESTIONS}
    schemas = told["components"]["schemas"]
    for name in set(_references(told)):
        assert name in schemas
    assert schemas["Suggest"]["required"] == ["left"]
    assert schemas["Suggest"]["additionalProperties"] is False
    assert json.loads(document())["paths"] == told["paths"]


def _references(told: object) -> Iterator[str]:
    if isinstance(told, dict):
        if isinstance(told.get("$ref"), str):
            yield told["$ref"].rpartition("/")[2]
        told = list(told.values())
    if isinstance(told, list):
        for each in told:
            yield from _references(each)


def test_a_server_without_a_page_gives_no_link(running: Running) -> None:
    assert link_of_running("", Path(running.path)) == ""
    with pytest.raises(RequestFailed):
        page_link(running.path)


def test_what_is_no_server_of_karussell_gives_no_link(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "sock"))
        other.listen()
        answering = threading.Thread(target=_answer_nonsense, args=(other,))
        answering.start()
        with pytest.raises(OSError, match="no server of Karussell"):
            page_link(str(tmp_path / "sock"))
        answering.join()


def _answer_nonsense(other: socket.socket) -> None:
    line, _ = other.accept()
    with line:
        line.recv(65536)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
        line.shutdown(socket.SHUT_WR)
        while line.recv(65536):  # what is left unread would cut the line before the answer is read
            pass


def test_where_no_server_runs_there_is_no_link(tmp_path: Path) -> None:
    assert link_of_running("", tmp_path / "sock") is None


def test_nothing_typed_is_logged(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    post(running, "suggest", {"left": "canary"})
    post(running, "suggest", {"left": "canary", "layout": "none"})
    get(running, "learned?word=canary&limit=0")
    assert "canary" not in caplog.text


def test_curl_asks_as_the_book_says(running: Running) -> None:
    page = Path(__file__).parents[3] / "docs/howto/programs.md"
    (told,) = re.findall(r"^curl .*", page.read_text(), re.MULTILINE)
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here")
    place = shlex.split(told)[2]
    for known in ({"XDG_RUNTIME_DIR": "/some/where"}, {}):
        environment = {**known, "PATH": os.environ["PATH"]}
        shown = ["sh", "-c", f'echo "{place}"']
        said = subprocess.run(shown, capture_output=True, text=True, timeout=60, env=environment)
        folder = known.get("XDG_RUNTIME_DIR", f"/run/user/{os.geteuid()}")
        assert said.stdout == f"{folder}/karussell/keyboard.sock\n"
    command = ["sh", "-c", told.replace(place, running.path)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(found.stdout)["slots"][0]["text"] == "tomorrow"
