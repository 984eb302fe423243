"""Modules of JavaScript joined into one file, which a browser has sooner than a hundred."""

import posixpath
import re
from collections.abc import Mapping

_NAME = re.compile(r"[\w$]+")
_NAMES = r"\{([^}]*)\}"
_FROM = r'\s*from\s*"([^"]+)"'
_STATEMENT = re.compile(
    rf'^import\s+"(?P<bare>[^"]+)";'
    rf"|^import\s*{_NAMES}{_FROM};"
    rf"|^export\s*{_NAMES}(?:{_FROM})?;"
    r"|^export\s+(?=(?:async\s+)?(?:function|class)\b\*?\s*(?P<made>[\w$]+))"
    r"|^export\s+(?=const\s+(?:(?P<named>[\w$]+)|[\[{](?P<several>[\w$,\s]+)[\]}])\s*=)"
    r"|^(?:import|export)\b(?!\()[^\n]*",
    re.MULTILINE,
)


class BundleError(ValueError):
    """A module that cannot be joined with others."""


def bundled(
    sources: Mapping[str, str], entry: str, *, apart: Mapping[str, str] | None = None
) -> str:
    """One module that does what another does with all that it imports.

    Each module becomes a function that is called once, in the order in which a browser would run
    them, and gives what the module exports. What is understood is what our modules are written in:
    imports and exports by name, each beginning a line.

    Args:
        sources: Modules by their paths, from which a leading slash of an import counts.
        entry: Which of them; the joined one is to lie where it lies.
        apart: Modules that stay files of their own, and from where the joined one imports them.

    Raises:
        BundleError: If a module, or what is imported of it, is not there, if it imports itself by a
            circle, or is written otherwise.
    """
    joined = _Joined(sources, entry, apart or {})
    name = joined.take(entry, ())
    if given := sorted(joined.exports[entry]):
        joined.pieces.append(f"export const {{ {', '.join(given)} }} = {name};\n")
    return "".join(joined.pieces)


class _Joined:
    """What was joined so far."""

    def __init__(self, sources: Mapping[str, str], entry: str, apart: Mapping[str, str]) -> None:
        self._sources = sources
        self._entry = entry
        self._apart = apart
        self._names: dict[str, str] = {}
        self.exports: dict[str, set[str]] = {}
        self.pieces: list[str] = []

    def take(self, path: str, importers: tuple[str, ...]) -> str:
        """Add a module, and before it what it imports; the name of what it exports."""
        if path in importers:
            raise BundleError(f"{path}: imports itself by {', '.join(importers)}")
        if path not in self._names:
            address = self._apart.get(path)
            made = None if address else self._function(path, (*importers, path))
            name = self._names[path] = f"module_{len(self._names)}"
            self.pieces.append(
                f"// {path}\nconst {name} = {made};\n"
                if made
                else f'import * as {name} from "{address}";\n'
            )
        return self._names[path]

    def _function(self, path: str, importers: tuple[str, ...]) -> str:
        """The call of a function that does what a module does, and gives what it exports."""
        if path not in self._sources:
            raise BundleError(f"{path}: is not there, but {importers[-2:][0]} imports it")
        source = self._sources[path]
        if "import.meta" in source and posixpath.dirname(path) != posixpath.dirname(self._entry):
            raise BundleError(
                f"{path}: asks where it lies, expected in the folder of {self._entry}"
            )
        given: dict[str, str] = {}

        def instead(found: re.Match[str]) -> str:
            if declared := found["made"] or found["named"] or found["several"]:
                given.update({name: name for name in _NAME.findall(declared)})
                return ""
            bare, imported, source, exported, origin = found.group(1, 2, 3, 4, 5)
            address = bare or source or origin
            if not address and exported is None:
                raise BundleError(f"{path}: cannot be joined with others: {found[0]}")
            taken = address and _resolved(address, path)
            name = taken and self.take(taken, importers)
            pairs = _pairs(imported or exported or "")
            if taken in self.exports and (
                missing := {own for own, _ in pairs} - self.exports[taken]
            ):
                raise BundleError(
                    f"{path}: expects {sorted(missing)[0]} of {taken}, which has none"
                )
            if exported is not None:
                given.update({told: f"{name}.{own}" if name else own for own, told in pairs})
            if imported is None:
                return ""
            return f"const {{ {', '.join(f'{own}: {told}' for own, told in pairs)} }} = {name};"

        body = _STATEMENT.sub(instead, source).strip("\n")
        self.exports[path] = set(given)
        values = ", ".join(f"{told}: {own}" for told, own in given.items())
        return f"(() => {{\n{body}\nreturn {{ {values} }};\n}})()"


def _resolved(address: str, path: str) -> str:
    """The path of what a module imports by an address."""
    if address.startswith("/"):
        return address[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), address))


def _pairs(names: str) -> list[tuple[str, str]]:
    """Names in braces, each with what it is called from then on."""
    each = [re.split(r"\s+as\s+", name.strip()) for name in names.split(",") if name.strip()]
    return [(pair[0], pair[-1]) for pair in each]
