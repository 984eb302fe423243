"""A window of GTK, of the version given, with fields of each kind, whose texts it prints."""
# gi has no types.
# mypy: ignore-errors

import json
import sys

import gi

version = sys.argv[1]
gi.require_version("Gtk", version)
from gi.repository import GLib, Gtk  # noqa: E402

if version == "3.0":
    Gtk.init(sys.argv)
window, box = Gtk.Window(title="program"), Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
texts = {}


def tell(field, name) -> None:
    texts[name] = field.get_text()
    print(json.dumps({"what": "text", "text": texts[name], **texts}), flush=True)


for name, purpose, visible in (
    ("plain", Gtk.InputPurpose.FREE_FORM, True),
    ("password", Gtk.InputPurpose.PASSWORD, False),
    ("pin", Gtk.InputPurpose.PIN, False),
    ("covered", Gtk.InputPurpose.FREE_FORM, False),
):
    field = Gtk.Entry(input_purpose=purpose, visibility=visible)
    field.connect("changed", tell, name)
    (box.add if version == "3.0" else box.append)(field)
(window.add if version == "3.0" else window.set_child)(box)
if version == "3.0":
    window.show_all()
window.present()
GLib.MainLoop().run()
