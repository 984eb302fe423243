"""Modules of JavaScript joined into one file."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from karussell.web.bundle import BundleError, bundled


def _run(folder: Path, files: Mapping[str, str], entry: str) -> object:
    """What a module of some files exports, by Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here, version 20 or newer: apt install nodejs")
    for path, source in files.items():
        there = (folder / path).with_suffix(".mjs")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(source)
    address = (folder / entry).with_suffix(".mjs").as_uri()
    script = f'console.log(JSON.stringify({{...(await import("{address}"))}}))'
    done = subprocess.run(
        [node, "--input-type=module", "-e", script], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


_MODULES = {
    "main.js": 'import "/side.js";\n'
    'import { one as first, two, Shape } from "./deep/index.js";\n'
    'import {\n  order,\n  say,\n} from "/log.js";\n'
    "/** A note that says:\n"
    ' * import("./none.js")\n */\n'
    'say("main");\n'
    "export const sum = first + two + new Shape().size;\n"
    "const own = [...order];\n"
    "export { own as order, own };\n",
    "side.js": 'import { say } from "./log.js";\nsay("side");\n',
    "log.js": "export const order = [];\nexport function say(word) {\n  order.push(word);\n}\n",
    "deep/index.js": 'export { one } from "./one.js";\n'
    'export { three as two, Shape } from "./one.js";\n',
    "deep/one.js": 'import { say } from "../log.js";\n'
    'say("one");\n'
    "export const one = 1;\n"
    "export const [two, three] = [2, 3];\n"
    "export class Shape {\n  size = 10;\n}\n"
    "export async function later() {}\n",
}


def test_what_is_joined_does_and_gives_the_same(tmp_path: Path) -> None:
    expected = {"sum": 14, "order": ["side", "one", "main"], "own": ["side", "one", "main"]}
    assert _run(tmp_path, {"main.js": bundled(_MODULES, "main.js")}, "main.js") == expected


def test_each_module_stands_in_it_once() -> None:
    text = bundled(_MODULES, "main.js")
    assert [text.count(f"// {path}\n") for path in _MODULES] == [1, 1, 1, 1, 1]
    assert text == bundled(dict(reversed(_MODULES.items())), "main.js")


def test_what_is_apart_stays_a_file_that_both_share(tmp_path: Path) -> None:
    text = bundled(_MODULES, "main.js", apart={"log.js": "./other.mjs"})
    assert "order.push" not in text
    files = {"main.js": text, "other.js": _MODULES["log.js"]}
    assert _run(tmp_path, files, "main.js") == {
        "sum": 14,
        "order": ["side", "one", "main"],
        "own": ["side", "one", "main"],
    }


@pytest.mark.parametrize(
    "line",
    [
        'import * as all from "./log.js";',
        'import log from "./log.js";',
        'export * from "./log.js";',
        "export default 3;",
        "export let changing = 0;",
        "export var changing = 0;",
        "export const { a: b } = { a: 1 };",
    ],
)
def test_what_it_does_not_understand_is_refused(line: str) -> None:
    with pytest.raises(BundleError, match=r"^main\.js: cannot be joined with others: (im|ex)port"):
        bundled({**_MODULES, "main.js": f"const known = 1;\n{line}\n"}, "main.js")


def test_circles_gaps_and_places_are_refused() -> None:
    circle = {"a.js": 'import { b } from "./b.js";\n', "b.js": 'import "/a.js";\n'}
    with pytest.raises(BundleError, match=r"a\.js: imports itself by a\.js, b\.js"):
        bundled(circle, "a.js")
    with pytest.raises(BundleError, match=r"b\.js: is not there, but a\.js imports it"):
        bundled({"a.js": circle["a.js"]}, "a.js")
    part = {"a.js": 'import { b } from "./b.js";\n', "b.js": "export const a = 1, b = 2;\n"}
    with pytest.raises(BundleError, match=r"a\.js: expects b of b\.js, which has none"):
        bundled(part, "a.js")
    placed = {"x/a.js": 'import "/b.js";\n', "b.js": "console.log(import.meta.url);\n"}
    with pytest.raises(BundleError, match=r"b\.js: asks where it lies, expected in the folder of"):
        bundled(placed, "x/a.js")
