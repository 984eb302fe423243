"""Whoever lacks a package is told the extra that brings it, in the same words everywhere."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from karussell.errors import MissingError, install, needing

_ROOT = Path(__file__).parents[1]
_SOURCES = sorted((_ROOT / "src").rglob("*.py"))
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]
_EXTRAS: dict[str, list[str]] = _PROJECT["optional-dependencies"]
_NAME = re.compile(r"[\w.-]+")
_DISTRIBUTIONS = packages_distributions()


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")


def _names(requirements: list[str]) -> set[str]:
    return {_normal(found[0]) for each in requirements if (found := _NAME.match(each))}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def _brought(module: str) -> set[str]:
    """The packages that hold a module."""
    return {_normal(name) for name in _DISTRIBUTIONS.get(module, ())}


# h11 comes with uvicorn.
_OURS = _names(_PROJECT["dependencies"]) | {"h11"}
_OUTSIDE = {module for path in _SOURCES for module in _imported(path)} - sys.stdlib_module_names
# Programs of the system's Python have it from there.
_SYSTEM = {"gi"}
_OPTIONAL = sorted(
    module for module in _OUTSIDE - {"karussell"} - _SYSTEM if not _brought(module) & _OURS
)


def _hint(module: str) -> str:
    with (
        pytest.raises(MissingError, match="which is not installed; run: pip install") as told,
        needing("this needs"),
    ):
        raise ModuleNotFoundError(name=module)
    return str(told.value)


def test_what_is_imported_where_it_is_used_is_found() -> None:
    assert {"torch", "matplotlib", "keyring", "onnx", "onnxruntime", "kenlm", "sklearn"} <= set(
        _OPTIONAL
    )


@pytest.mark.parametrize("module", _OPTIONAL)
def test_a_hint_names_an_extra_that_brings_the_package(module: str) -> None:
    found = re.search(r"run: pip install 'karussell\[(\w+)\]'$", _hint(module))
    assert found
    wanted = _EXTRAS[found[1]]
    # joblib comes with scikit-learn.
    assert (_brought(module) | ({"scikit-learn"} if module == "joblib" else set())) & _names(wanted)


def test_what_every_installation_has_is_brought_by_the_package_itself() -> None:
    assert _hint("apsw").endswith("run: pip install karussell")


def test_another_mistake_is_no_missing_package() -> None:
    with pytest.raises(ModuleNotFoundError, match="unheard"), needing("this needs"):
        import unheard_of  # type: ignore[import-not-found]  # noqa: F401


def test_hints_are_written_in_one_place() -> None:
    """Others are about another version, or a package in the way of ours."""
    said = {
        str(path.relative_to(_ROOT / "src" / "karussell"))
        for path in _SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and "pip install" in str(node.value)
    }
    assert said - {"store/card.py", "history/connection.py", "training/estimators.py"} == {
        "errors.py"
    }


# What a person asks for, and what it needs.
_ASKED = {
    "import karussell; karussell.train": "train",
    "from karussell.training import train_tokens": "train",
    "import karussell.layers": "train",
    "import karussell.peers": "train",
    "from karussell.lab import Asked, try_all; "
    "try_all(Asked(tables=('order',), quick=True, sequences=100), WATCH)": "lab",
    "from karussell.interchange import export_model; export_model('x.onnx', model)": "onnx",
    "from karussell.interchange import to_int8; to_int8('x.onnx')": "onnx",
    "from karussell.history import keyring_key; keyring_key()": "keyring",
    "from karussell.measure import kenlm_entrant; kenlm_entrant('x', 'y', 'z')": "scoreboard",
}
_TRIAL = """
import sys
for module in sys.argv[1].split():
    sys.modules[module] = None
from contextlib import nullcontext
from karussell.model import embedded_path, read_model_file
WATCH = lambda name, total: nullcontext(lambda done, detail: None)
model = read_model_file(embedded_path("en"))
for code in sys.argv[2:]:
    try:
        exec(code)
    except ImportError as error:
        print(type(error).__name__, error)
"""


def test_whatever_is_asked_for_without_a_package_is_told_in_these_words() -> None:
    found = subprocess.run(
        (sys.executable, "-c", _TRIAL, " ".join(_OPTIONAL), *_ASKED),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    lines = found.stdout.splitlines()
    assert len(lines) == len(_ASKED)
    for line, extra in zip(lines, _ASKED.values(), strict=True):
        assert re.match(r"MissingError .* needs? .*, which is not installed; run: pip", line)
        assert line.endswith(f"'karussell[{extra}]'")


def test_the_command_is_quoted_for_every_shell() -> None:
    assert install("train") == "pip install 'karussell[train]'"
