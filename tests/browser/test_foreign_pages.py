"""A page of another origin, in the very browser that is signed in, tries what pages can try."""

import contextlib
import http.server
import threading
from collections.abc import Iterator

import pytest

from tests.browser.conftest import OpenPage
from tests.web.serving import Running, frame, read_all

pytestmark = pytest.mark.browser

ATTACK = """
async (target) => {
  const attempts = {};
  const url = `http://${target}`;
  const outcome = (promise) => promise.then(
    (value) => value,
    () => "refused",
  );
  const read = (path, options) => outcome(
    fetch(url + path, options).then(async (answer) => `${answer.type} ${await answer.text()}`),
  );
  attempts.socket = await new Promise((resolve) => {
    const socket = new WebSocket(`ws://${target}/typing`);
    socket.onopen = () => resolve("open");
    socket.onerror = () => resolve("refused");
  });
  attempts.page = await read("/", { credentials: "include" });
  attempts.session = await read("/session", { credentials: "include" });
  attempts.blind = await read("/session", { mode: "no-cors", credentials: "include" });
  attempts.post = await read("/session", {
    method: "POST", headers: { "Content-Type": "application/json", "X-Karussell": "1" }, body: "{}",
  });
  attempts.form = await read("/session", { method: "POST", mode: "no-cors", body: '{"code": ""}' });
  const load = (tag, path) => outcome(new Promise((resolve, reject) => {
    const element = document.createElement(tag);
    element.onload = () => resolve("loaded");
    element.onerror = reject;
    element.src = url + path;
    document.body.append(element);
  }));
  attempts.script = await load("script", "/graphemes.js");
  attempts.image = await load("img", "/icon.svg");
  const frame = document.createElement("iframe");
  frame.src = url;
  const framed = new Promise((resolve) => (frame.onload = resolve));
  document.body.append(frame);
  await framed;
  attempts.frame = frame.contentDocument?.body.textContent ?? "refused";
  return attempts;
}
"""

OVERHEAR = """
() => new Promise((resolve) => {
  const heard = [...Object.values(sessionStorage), ...Object.values(localStorage)];
  const tabs = new BroadcastChannel("karussell");
  tabs.onmessage = ({ data }) => heard.push(data);
  tabs.postMessage("who has the key?");
  setTimeout(() => resolve(heard), 500);
})
"""


@contextlib.contextmanager
def foreign_server(cookies: list[str] | None = None) -> Iterator[int]:
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if cookies is not None:
                cookies.append(self.headers.get("Cookie", ""))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>foreign</title><body>")

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("host", ["evil.localhost", "localhost", "127.0.0.1"])
def test_a_foreign_page_can_neither_open_the_socket_nor_read_nor_change_anything(
    open_page: OpenPage, running: Running, host: str
) -> None:
    # The last one is the same site: the browser sends our cookie along, and still nothing opens.
    page = open_page(running)
    foreign = page.context.new_page()
    with foreign_server() as port:
        foreign.goto(f"http://{host}:{port}/")
        attempts = foreign.evaluate(ATTACK, running.host)
    empty = "opaque "  # an answer of which a page may know nothing at all
    for name, result in attempts.items():
        assert result in ("refused", empty), name
    assert page.locator("#connection").inner_text() == "ready"


def test_a_name_that_is_pointed_at_this_machine_opens_nothing(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page.context().new_page()
    answer = page.goto(f"http://rebound.localhost:{running.port}/")
    assert answer is not None
    assert answer.status == 421
    assert "Karussell answers at 127.0.0.1" in page.inner_text("body")


def test_a_foreign_server_gets_the_cookie_and_hears_nothing_with_it(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    page.keyboard.type("see you at Zwetschgerias to")
    foreign = page.context.new_page()
    cookies: list[str] = []
    with foreign_server(cookies) as port:
        foreign.goto(f"http://127.0.0.1:{port}/")
        heard = foreign.evaluate(OVERHEAR)
    assert running.cookie in cookies[0]  # cookies know no ports
    assert heard == []
    hello = b'{"type": "hello", "number": 0, "version": 3}'
    with running.dial() as connection:
        stolen = running.handshake().replace(running.cookie.encode(), cookies[0].encode())
        connection.sendall(stolen + frame(hello) + frame(hello.replace(b"0", b"1")))
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 101")
    assert b"welcome" not in answer
    assert b"Zwetschgeria" not in answer
