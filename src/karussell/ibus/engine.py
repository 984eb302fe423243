"""The engine as IBus sees it: signals in, signals out, and nothing in between."""

from collections.abc import Callable
from typing import Any

import gi

gi.require_version("IBus", "1.0")
from gi.repository import GLib, IBus  # noqa: E402

from karussell.ibus.keys import key_of  # noqa: E402
from karussell.ibus.line import Line  # noqa: E402
from karussell.ibus.messages import Answer, Place  # noqa: E402
from karussell.ibus.session import Session  # noqa: E402

NAME = "karussell"
_OVERDUE = 150  # milliseconds after which no report of the text is waited for
_PLACES: tuple[Place, ...] = (0, 1, 2, "literal")


class KarussellEngine(IBus.Engine):  # type: ignore[misc]  # gi has no types
    """One engine, whatever field has the focus."""

    __gtype_name__ = "KarussellEngine"

    def __init__(
        self, path: str, connection: Any, line: Line, open_page: Callable[[], None]
    ) -> None:
        super().__init__(
            engine_name=NAME, object_path=path, connection=connection, has_focus_id=True
        )
        self._open_page = open_page
        self._places: list[Place] = []
        self._showing = self._held = False
        self._line = line
        self._session = Session(self, line)
        line.listen(self._session)

    # What a session does with the field.

    def commit(self, text: str) -> None:
        """Write at the caret."""
        self.commit_text(IBus.Text.new_from_string(text))

    def delete(self, left: int, right: int) -> None:
        """Delete characters on both sides of the caret."""
        self.delete_surrounding_text(-left, left + right)

    def preedit(self, text: str) -> None:
        """Show a text at the caret that is not written yet; it is once the focus goes."""
        shown = IBus.Text.new_from_string(text)
        if text:
            line = IBus.Attribute.new(
                IBus.AttrType.UNDERLINE, IBus.AttrUnderline.SINGLE, 0, len(text)
            )
            marks = IBus.AttrList.new()
            marks.append(line)
            shown.set_attributes(marks)
        mode = IBus.PreeditFocusMode.COMMIT
        self.update_preedit_text_with_mode(shown, len(text), bool(text), mode)

    def show(self, answer: Answer | None) -> None:
        """Show the words of an answer, or none."""
        if answer is None:
            if self._showing:
                self.hide_lookup_table()
                self.hide_auxiliary_text()
            self._showing = False
            return
        self._places = [place for place in _PLACES if place in answer.words]
        table = IBus.LookupTable.new(max(1, len(self._places)), 0, False, False)
        table.set_orientation(IBus.Orientation.HORIZONTAL)
        for index, place in enumerate(self._places):
            table.append_candidate(IBus.Text.new_from_string(answer.words[place].text))
            label = "0" if place == "literal" else str(int(place) + 1)
            table.set_label(index, IBus.Text.new_from_string(label))
        if answer.best in self._places:
            table.set_cursor_pos(self._places.index(answer.best))
            table.set_cursor_visible(True)
        self.update_lookup_table(table, True)
        correction = answer.correction.text if answer.correction else ""
        hint = IBus.Text.new_from_string(f"\u2423 {correction}" if correction else "")
        self.update_auxiliary_text(hint, bool(correction))
        self._showing = True

    def later(self) -> None:
        """Go on in a moment, even if no report of the text comes."""
        GLib.timeout_add(_OVERDUE, self._overdue)

    def _overdue(self) -> bool:
        self._session.overdue()
        return False

    # What IBus tells.

    def do_process_key_event(self, symbol: int, _code: int, state: int) -> bool:
        """A key."""
        sign = IBus.keyval_to_unicode(symbol)
        key = key_of(IBus.keyval_name(symbol), sign if sign != "\0" else "", state)
        if key is None:
            return False
        self._line.wake()
        return self._session.key(key)

    def do_focus_in_id(self, _path: str, client: str) -> None:
        """A field has the focus."""
        self.register_properties(_menu())
        self._session.focus(client)
        self.get_surrounding_text()  # else some programs never begin to tell their text

    def do_focus_out_id(self, _path: str) -> None:
        """It has lost it."""
        self._session.unfocus()

    def do_enable(self) -> None:
        """The engine was chosen."""
        self.get_surrounding_text()

    def do_disable(self) -> None:
        """Another engine was chosen."""
        self._session.unfocus()

    def do_reset(self) -> None:
        """The program dropped what was not written yet."""
        self._session.reset()

    def do_set_capabilities(self, capabilities: int) -> None:
        """What the program can do."""
        self._session.allow(int(capabilities))

    def do_set_content_type(self, purpose: int, hints: int) -> None:
        """What the field is for."""
        self._session.describe(int(purpose), int(hints))

    def do_set_surrounding_text(self, text: Any, caret: int, anchor: int) -> None:
        """What stands in the field."""
        self._session.report(text.get_text(), caret, anchor)

    def do_candidate_clicked(self, index: int, _button: int, _state: int) -> None:
        """A word was picked with the mouse."""
        if index < len(self._places):
            self._session.pick(self._places[index])

    def do_destroy(self) -> None:
        """Nobody needs it any more."""
        self._line.close()
        IBus.Engine.do_destroy(self)

    def do_property_activate(self, name: str, _state: int) -> None:
        """A line of the menu was chosen."""
        if name == "page":
            self._line.wake()  # it starts the server
            self._open_page()


def _menu() -> Any:
    entries = IBus.PropList()
    label = IBus.Text.new_from_string("Words and preferences\u2026")
    entries.append(
        IBus.Property(
            key="page",
            prop_type=IBus.PropType.NORMAL,
            label=label,
            icon="preferences-system",
            tooltip=IBus.Text.new_from_string("Open the keyboard's page"),
            sensitive=True,
            visible=True,
        )
    )
    return entries
