"""What React and Vue know of their fields follows what is picked, corrected and undone in them."""

import pytest
from playwright.sync_api import expect

from tests.browser.widget.conftest import Write, Written
from tests.npm import npm_file

pytestmark = pytest.mark.browser

_STRIP = '<div id="app"></div><karussell-strip for="it" server="{server}" token="{token}">'
# React comes as modules of Node's older kind: each in a frame that browsers understand.
_FRAME = """
{imports}
const process = {{ env: {{ NODE_ENV: "production" }} }};
const require = (name) => ({{ {names} }})[name];
const module = {{ exports: {{}} }};
const exports = module.exports;
{source}
export default module.exports;
"""
_REACT = {
    "react": ("react/cjs/react.production.js", {}),
    "scheduler": ("scheduler/cjs/scheduler.production.js", {}),
    "react-dom": ("react-dom/cjs/react-dom.production.js", {"react": "react"}),
    "client": (
        "react-dom/cjs/react-dom-client.production.js",
        {"react": "react", "scheduler": "scheduler", "react-dom": "dom"},
    ),
}
_IN_REACT = """
import React from "/react.js";
import client from "/client.js";
const { createElement: h, useState } = React;
function Page() {
  const [text, setText] = useState("");
  const [key, setKey] = useState(0);
  const [sent, setSent] = useState([]);
  const onChange = (event) => setText(event.target.value);
  const onKeyDown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    setSent([...sent, text]);
    setText("");
  };
  return h("div", null,
    h("label", null, "It ", h("KIND", { id: "it", key, value: text, onChange, onKeyDown })),
    h("button", { onClick: () => setKey(key + 1) }, "Another"),
    h("output", { id: "state" }, text),
    h("ul", null, sent.map((each) => h("li", { key: each }, each))));
}
client.createRoot(document.getElementById("app")).render(h(Page));
"""
_IN_VUE = """
import { createApp } from "/vue.js";
const data = () => ({ text: "", key: 0, sent: [] });
const send = "sent.push(text); text = ''";
const field = `<KIND id="it" :key="key" v-model="text" @keydown.enter.prevent="${send}"></KIND>`;
const more = `<button @click="key++">Another</button><output id="state">{{ text }}</output>`;
const list = `<ul><li v-for="each in sent">{{ each }}</li></ul>`;
createApp({ data, template: `<label>It ${field}</label>${more}${list}` }).mount("#app");
"""


@pytest.fixture(params=["react textarea", "react input", "vue textarea", "vue input"])
def written(request: pytest.FixtureRequest, write: Write) -> Written:
    framework, kind = request.param.split()
    files = write.host.files
    if framework == "vue":
        files["/vue.js"] = (
            "text/javascript",
            npm_file("vue/dist/vue.esm-browser.prod.js").read_bytes(),
        )
        script = _IN_VUE
    else:
        for name, (path, needs) in _REACT.items():
            imports = "\n".join(
                f'import {each} from "/{known}.js";' for known, each in needs.items()
            )
            names = ", ".join(f'"{known}": {each}' for known, each in needs.items())
            source = npm_file(path).read_text()
            module = _FRAME.format(imports=imports, names=names, source=source)
            files[f"/{name}.js"] = ("text/javascript", module.encode())
        script = _IN_REACT
    found = write(_STRIP, script.replace("KIND", kind))
    found.page.locator("#it").click()
    return found


def test_the_state_follows_picks_corrections_and_undo(written: Written) -> None:
    state = written.page.locator("#state")
    written.type("see you tomo")
    written.pick("tomorrow")
    expect(state).to_have_text("see you tomorrow ")
    written.type("wiht ")
    expect(state).to_have_text("see you tomorrow with ")
    written.press("Control+z")
    expect(state).to_have_text("see you tomorrow wiht ")
    assert written.text("#it") == "see you tomorrow wiht "
    written.press("Control+Shift+z")
    expect(state).to_have_text("see you tomorrow with ")
    for _ in range(40):  # a framework that changes its page ends the browser's steps, too
        written.press("Control+z")
    expect(state).to_have_text("")


def test_what_was_sent_and_is_gone_was_learned_and_a_field_put_anew_is_known(
    written: Written,
) -> None:
    written.type("greetings from Zwetschgendorf")
    written.press("Enter")
    expect(written.page.get_by_role("listitem")).to_have_text("greetings from Zwetschgendorf")
    written.stands("#it", "")
    written.page.get_by_role("button", name="Another").click()
    written.page.locator("#it").click()
    written.type("greetings from Zwe")
    written.pick("Zwetschgendorf")
    expect(written.page.locator("#state")).to_have_text("greetings from Zwetschgendorf ")
