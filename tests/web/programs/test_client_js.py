"""The client of pages and Node, as Node runs it."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from karussell.keyboard import Predictor
from tests.web.serving import TOKEN, Running, serving_programs

_SCRIPT = """
import { connect } from %(client)s;
const [url, token] = %(given)s;
const told = {};
const line = await connect({ url, token, hello: { app: "a program" } });
told.welcome = line.welcome.type;
const answers = await Promise.all(["see ", "see tom"].map((left) => line.request("ask", { left })));
told.words = answers.map(({ slots }) => slots.map((slot) => slot && slot.text));
told.accepted = (await line.request("accept", { answer: answers[1].number, place: 0 })).type;
for (const [name, type, fields] of [
  ["place", "accept", { answer: 1, place: 0 }],
  ["unknown", "nonsense", {}],
  ["field", "ask", { left: "a", more: 1 }],
  ["large", "learn", { text: "ä".repeat(40000) }],
]) await line.request(type, fields).catch(({ message }) => { told[name] = message; });
told.after = (await line.request("ask", { left: "see " })).type;
const cut = new Promise((resolve) => line.addEventListener("close", resolve));
line.close();
await cut;
await line.request("ask", { left: "" }).catch(({ message }) => { told.closed = message; });
await connect({ url, token: token + "x" }).catch(({ message }) => { told.refused = message; });
console.log(JSON.stringify(told));
process.exit(0);
"""


@pytest.fixture(scope="module")
def running(ten_word_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("run")
    with Predictor.open(ten_word_path) as predictor, serving_programs(predictor, folder) as server:
        yield server


def test_node_asks_as_a_page_does(running: Running) -> None:
    if (node := shutil.which("node")) is None:
        pytest.skip("there is no Node here")
    client = Path(str(files("karussell.web") / "static/programs/client.js")).as_uri()
    given = json.dumps([running.origin, TOKEN])
    script = _SCRIPT % {"client": json.dumps(client), "given": given}
    command = [node, "--experimental-websocket", "--no-warnings", "--input-type=module"]
    done = subprocess.run(
        [*command, "-e", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["welcome"] == "welcome"
    assert told["words"][1][0] == "tomorrow"
    assert told["accepted"] == "done"
    assert "cannot be accepted" in told["place"]
    assert "nonsense" in told["unknown"]
    assert "unknown field" in told["field"]
    assert "expected at most 65536; it was not sent" in told["large"]
    assert told["after"] == "answer"
    assert told["closed"] == "The line to Karussell is not open."
    assert told["refused"]
