"""What command comes next in a shell script, or in your own history.

    python -m examples.commands [FOLDER OR HISTORY ...]

Without arguments it reads the shell scripts of a Debian system: those of its packages, of git, of
``/usr/bin``. A script is a sequence, a command, or a word of the language such as ``if``, a token.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from examples.contest import compare

_SCRIPTS = ("/var/lib/dpkg/info", "/usr/bin", "/usr/sbin", "/usr/lib/git-core", "/etc/init.d")
_SHELL = re.compile(rb"#! ?/(usr/)?bin/(env )?(ba|da)?sh")
_COMMAND = re.compile(r"[A-Za-z_.\[/][\w./+-]*|\[\[?")
# Zsh's history has times before its commands.
_TIME = re.compile(r"^: \d+:\d+;")


def main(arguments: list[str]) -> None:
    """Train on what the arguments name, and compare."""
    compare("Commands", list(sequences([Path(each) for each in arguments or _SCRIPTS])))


def sequences(paths: list[Path]) -> Iterator[list[str]]:
    """The commands of every shell script in some folders, and of each history, a day or so each."""
    seen: set[str] = set()
    for path in paths:
        if path.is_file():
            history = _commands(path.read_text(errors="replace"))
            yield from (history[start : start + 50] for start in range(0, len(history), 50))
            continue
        for script in sorted(path.rglob("*")):
            text = _script(script)
            # The same script is installed under many names.
            if text not in seen and len(found := _commands(text)) > 3:
                yield found
            seen.add(text)


def _script(path: Path) -> str:
    """The text of a shell script, nothing if it is none."""
    try:
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if _SHELL.match(file.read(40)):
                    return path.read_text(errors="replace")
    except OSError:
        pass
    return ""


def _commands(text: str) -> list[str]:
    """The first word of each line that is no comment."""
    lines = (_TIME.sub("", line.strip()) for line in text.splitlines())
    return [found[0] for line in lines if (found := _COMMAND.match(line))]


if __name__ == "__main__":
    main(sys.argv[1:])
