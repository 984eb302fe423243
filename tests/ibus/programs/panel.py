"""The window of words, unseen: it prints what the engine has it show, a line of JSON each."""
# gi has no types.
# mypy: ignore-errors

import json

import gi

gi.require_version("IBus", "1.0")
from gi.repository import GLib, IBus  # noqa: E402


class Panel(IBus.PanelService):
    """What IBus takes for the panel."""

    __gtype_name__ = "KarussellTestPanel"

    def do_update_lookup_table(self, table, visible: bool) -> None:
        words = []
        if visible:
            count = table.get_number_of_candidates()
            words = [table.get_candidate(place).get_text() for place in range(count)]
        tell(words, words[table.get_cursor_pos()] if words and table.is_cursor_visible() else "")

    def do_hide_lookup_table(self) -> None:
        tell([], "")


def tell(words: list[str], best: str) -> None:
    print(json.dumps({"what": "offered", "offered": words, "best": best}), flush=True)


IBus.init()
bus = IBus.Bus()
panel = Panel(connection=bus.get_connection(), object_path=IBus.PATH_PANEL)
bus.request_name(IBus.SERVICE_PANEL, IBus.BusNameFlag.REPLACE_EXISTING)
tell([], "")
GLib.MainLoop().run()
