"""A window of Qt with fields of each kind. It prints what stands in them."""
# Qt is not installed where types are checked.
# mypy: ignore-errors

import json
from functools import partial

try:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
except ImportError:
    from PyQt6.QtCore import Qt
    from PyQt6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

application, window = QApplication([]), QWidget()
window.setWindowTitle("program")
layout = QVBoxLayout(window)
texts = {}


def tell(name, text) -> None:
    texts[name] = text
    print(json.dumps({"what": "text", "text": text, **texts}), flush=True)


for name in ("plain", "password", "pin"):
    field = QLineEdit()
    if name != "plain":
        field.setEchoMode(QLineEdit.EchoMode.Password)
    if name == "pin":
        field.setInputMethodHints(
            Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhHiddenText
        )
    field.textChanged.connect(partial(tell, name))
    layout.addWidget(field)


window.show()
application.exec()
