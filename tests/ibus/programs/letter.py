"""A window of GTK 3 with a letter; when it is told anything, it takes a picture of the screen."""
# gi has no types.
# mypy: ignore-errors

import json
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

_STYLE = b"""
window { background: #ffffff; }
textview, textview text { background: #ffffff; color: #1c1c1c; }
* { font-family: 'DejaVu Sans'; font-size: 13pt; }
"""


def take(_channel, _condition) -> bool:
    sys.stdin.readline()
    root = Gdk.get_default_root_window()
    Gdk.pixbuf_get_from_window(root, 0, 0, 560, 150).savev(sys.argv[1], "png", [], [])
    print(json.dumps({"what": "picture"}), flush=True)
    return True


Gtk.init(sys.argv)
style = Gtk.CssProvider()
style.load_from_data(_STYLE)
Gtk.StyleContext.add_provider_for_screen(Gdk.Screen.get_default(), style, 800)
window, text = Gtk.Window(title="letter", decorated=False), Gtk.TextView()
text.set_left_margin(28)
text.set_top_margin(28)
text.get_buffer().set_text("Dear Anna,\n")
window.add(text)
window.set_default_size(560, 150)
window.move(0, 0)
window.show_all()
text.get_buffer().place_cursor(text.get_buffer().get_end_iter())
text.grab_focus()
print(json.dumps({"what": "opened"}), flush=True)
GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN, take)
GLib.MainLoop().run()
