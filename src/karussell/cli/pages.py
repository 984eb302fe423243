"""The man pages, made from the help of the commands."""

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

_NAME = "karussell"


def pages(root: Any) -> dict[str, str]:
    """The page of each command, by the name of its file.

    Args:
        root: The command that has all others.
    """
    return {f"{'-'.join(path)}.1": _page(path, context) for path, context in _commands(root)}


def _commands(root: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that is not hidden: its words, and its context."""
    waiting: list[tuple[tuple[str, ...], Any, Any]] = [((_NAME,), root, None)]
    while waiting:
        path, command, parent = waiting.pop(0)
        context = command.make_context(path[-1], [], parent=parent, resilient_parsing=True)
        yield path, context
        waiting += [((*path, name), each, context) for name, each in _inside(command)]


def _inside(command: Any) -> list[tuple[str, Any]]:
    found = getattr(command, "commands", {})
    return [(name, each) for name, each in found.items() if not each.hidden]


def _page(path: tuple[str, ...], context: Any) -> str:
    command = context.command
    first, *rest = _paragraphs(command.help)
    usage = " ".join(command.collect_usage_pieces(context))
    head = f'.TH "{"-".join(path).upper()}" 1 "" "{_NAME} {version(_NAME)}" "Karussell"'
    lines = [head, ".SH NAME", f"{_roff('-'.join(path))} \\- {_roff(first.rstrip('.'))}"]
    lines += [".SH SYNOPSIS", f".B {_roff(' '.join(path))}", _roff(usage)]
    lines += [".SH DESCRIPTION", _roff(first)]
    for paragraph in rest:
        lines += [".PP", _roff(paragraph)]
    shown = [each.get_help_record(context) for each in command.get_params(context)]
    lines += _list("OPTIONS", [record for record in shown if record])
    inside = [(name, _paragraphs(each.help)[0]) for name, each in _inside(command)]
    lines += _list("COMMANDS", inside)
    lines += [".SH SEE ALSO", ",\n".join(_others(path, [name for name, _ in inside]))]
    return "\n".join(lines) + "\n"


def _list(title: str, entries: list[tuple[str, str]]) -> list[str]:
    lines = [f".SH {title}"] if entries else []
    for name, text in entries:
        name = re.sub(r"<(?:list\[)?(\w+)[^>]*>", lambda found: found[1].upper(), name)
        lines += [".TP", f".B {_roff(name)}", _roff(text)]
    return lines


def _others(path: tuple[str, ...], inside: list[str]) -> list[str]:
    """Pages above and below."""
    near = [path[:end] for end in range(1, len(path))] + [(*path, name) for name in inside]
    return [f"\\fB{_roff('-'.join(each))}\\fR(1)" for each in near or [(_NAME,)]]


def _paragraphs(text: str | None) -> list[str]:
    return [" ".join(part.split()) for part in (text or "").split("\n\n") if part.strip()] or [""]


def _roff(text: str) -> str:
    """A text without markup, as roff takes it: nothing in it is a request or an escape."""
    plain = re.sub(r"[`*]{1,2}(\S(?:.*?\S)?)[`*]{1,2}", r"\1", " ".join(text.split()))
    safe = plain.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{safe}" if safe[:1] in (".", "'") else safe
