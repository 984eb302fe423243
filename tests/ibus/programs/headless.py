# gi has no types.
# mypy: ignore-errors
"""A program with a text field and no screen, under the system's Python; told what to do on stdin.

It prints its state as JSON after each change: the text, what is offered, what is held.
"""

import json
import sys
import time

import gi

gi.require_version("IBus", "1.0")
from gi.repository import GLib, IBus  # noqa: E402


class Field:
    """A field that behaves as those of toolkits do."""

    def __init__(self) -> None:
        self.bus = IBus.Bus()
        while not self.bus.is_connected():
            time.sleep(0.05)
            self.bus = IBus.Bus()
        self.texts = {}
        self.open("plain", 0x29 | 1 << 1 | 1 << 2, 0, 0)

    def open(self, name: str, capabilities: int, purpose: int, hints: int) -> None:
        """Another field."""
        self.name, self.left, self.right, self.held = name, "", "", ""
        self.offered, self.shown = [], False
        self.times, self.mode, self.asked = [], None, 0
        self.tells = bool(capabilities & 0x20)
        context = self.context = self.bus.create_input_context(name)
        context.set_capabilities(capabilities)
        context.connect("commit-text", lambda _, text: self.insert(text.get_text()))
        context.connect("delete-surrounding-text", self.delete)
        context.connect("forward-key-event", lambda *_: self.tell("forwarded"))
        context.connect("update-lookup-table", self.show)
        context.connect("hide-lookup-table", lambda _: self.show(_, None, False))
        context.connect("update-preedit-text-with-mode", self.hold)
        context.connect("update-preedit-text", self.hold)
        context.connect("hide-preedit-text", lambda *_: self.hold(None, None, 0, False))
        context.connect("g-signal", self.hear)
        context.set_client_commit_preedit(True)
        context.set_content_type(purpose, hints)
        context.focus_in()
        wanted = sys.argv[1] if len(sys.argv) > 1 else "karussell"
        if wanted:
            context.set_engine(wanted)
        engine = None
        while wanted and (engine is None or engine.get_name() != wanted):
            engine = context.get_engine()
            time.sleep(0.02)
        self.report()
        self.tell("opened")

    def leave(self) -> None:
        """The focus goes; what is held is written if the engine said so."""
        self.context.focus_out()
        if self.held and self.mode == IBus.PreeditFocusMode.COMMIT:
            self.left, self.held = self.left + self.held, ""
        self.tell("left")

    def hear(self, _context, _sender, signal: str, _given) -> None:
        if signal == "RequireSurroundingText":
            self.asked += 1
            self.tell("asked")

    def insert(self, text: str) -> None:
        self.left += text
        self.report()
        self.tell("text")

    def delete(self, _, offset: int, count: int) -> None:
        start = len(self.left) + offset
        text = self.left + self.right
        self.left, self.right = text[:start], text[start + count :]
        self.report()

    def show(self, _, table, visible: bool) -> None:
        self.offered = []
        if visible and table is not None:
            count = table.get_number_of_candidates()
            self.offered = [table.get_candidate(place).get_text() for place in range(count)]
        self.tell("offered")

    def hold(self, _, text, _caret, visible, *mode) -> None:
        self.mode = mode[0] if mode else None
        self.held = text.get_text() if visible and text is not None else ""
        self.tell("held")

    def report(self) -> None:
        if self.tells:
            place = len(self.left)
            self.context.set_surrounding_text(
                IBus.Text.new_from_string(self.left + self.right), place, place
            )

    def key(self, name: str, alt: bool) -> None:
        symbol = IBus.keyval_from_name(name)
        state = IBus.ModifierType.MOD1_MASK if alt else 0
        start = time.perf_counter()

        def done(context, result) -> None:
            self.times.append(time.perf_counter() - start)
            self.finish(name, symbol, alt, context.process_key_event_async_finish(result))

        # As toolkits do: what the engine does meanwhile comes before its answer.
        self.context.process_key_event_async(symbol, 0, state, -1, None, done)

    def finish(self, name: str, symbol: int, alt: bool, used: bool) -> None:
        released = IBus.ModifierType.RELEASE_MASK
        self.context.process_key_event_async(symbol, 0, released, -1, None, lambda *_: None)
        if used or alt:
            self.tell("used" if used else "passed")
            return
        sign = IBus.keyval_to_unicode(symbol)
        if name == "BackSpace":
            self.left = self.left[:-1]
            self.report()
        elif name == "Return":
            self.left += "\n"
            self.report()
        elif sign and sign.isprintable():
            self.left += sign
            self.report()
        self.tell("passed")

    def tell(self, what: str) -> None:
        state = {"what": what, "text": self.left + self.held + self.right, "offered": self.offered}
        state.update(times=self.times, asked=self.asked)
        print(json.dumps(state), flush=True)

    def obey(self, channel, _condition) -> bool:
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return False
        order = json.loads(line)
        if order["do"] == "key":
            self.key(order["name"], order.get("alt", False))
        elif order["do"] == "open":
            self.context.focus_out()
            self.open(order["name"], order["capabilities"], order["purpose"], order["hints"])
        elif order["do"] == "leave":
            self.leave()
        elif order["do"] == "menu":
            self.context.property_activate(order["name"], 0)
        return True


IBus.init()
loop = GLib.MainLoop()
field = Field()
GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN | GLib.IO_HUP, field.obey)
loop.run()
