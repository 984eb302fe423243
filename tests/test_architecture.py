"""The shape of the house: sizes, names, and what importing it costs."""

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import karussell
from karussell.cli.main import COMMANDS
from karussell.model import embedded_path
from tests.processes import started

_ROOT = Path(__file__).parents[1]
# Whose packages are entered by their doors; tests may look inside.
_HOUSE = ("src", "recipes", "lab", "examples")
_FILES = sorted(
    path
    for room in (*_HOUSE, "tests")
    for path in (_ROOT / room).rglob("*.py")
    if "node_modules" not in path.parts
)
_MOST_FILES = 20
_NOT_OURS = {"__pycache__", "node_modules"}
_LONGEST_FILE = 400
_LONGEST_FUNCTION = 60
_KERNELS = sorted(
    path
    for folder in ("kernels", "tests/native")
    for path in (_ROOT / folder).rglob("*")
    if path.suffix in (".h", ".cpp")
)
# Names under which anything could stand.
_NAMELESS = {"base", "common", "handler", "helper", "manager", "misc", "processor", "util"}
# Folders of tests that no folder of the source stands for.
_OF_THE_WHOLE = {
    "agreement": "equations, kernels, torch and trained weights beside each other",
    "cli/streams": "what all commands print, wherever it goes",
    "browser": "the page as a person meets it",
    "browser/effort": "the page for those who type with effort, and WCAG 2.2",
    "browser/widget": "the strip under fields of somebody else's page",
    "browser/app": "the app as a person meets it",
    "browser/lab": "the lab's page as a person meets it",
    "browser/alone": "what a browser does without a server",
    "browser/late": "what a person does before an answer has come",
    "conformance": "what other packages bring to test themselves",
    "hostile": "files that lie, whatever reads them",
    "ibus/programs": "text fields of other programs, under the system's Python",
    "native": "the kernels without Python",
    "web/programs": "programs that ask the server",
    "twin": "the keyboard in JavaScript beside the one in Python",
    "twin/keyboard": "strips and whole conversations, in both",
    "twin/text": "where texts are cut and how words are written, in both",
    "twin/personal": "what a writer taught, in both",
    "twin/correction": "what may have been meant, in both",
    "native/given": "values, buffers and tolerances for all of them",
}
# Rooms behind a door, without a page of their own in the book's reference.
_BEHIND = {
    "bench",
    "cli",
    "decoder",
    "desktop",
    "ibus",
    "peers",
    "personal",
    "service",
    "store",
    "web",
}
# A group that is possessive, or atomic.
_POSSESSIVE = re.compile(r"\)[*+?]\+|\)\{[\d,]*\}\+|\(\?>")
# Whose own groups may be.
_FIT = {
    "src/karussell/correction/protection.py": "the engine is that of regex",
    "src/karussell/text/json_list.py": "an item fails at its first character or not at all",
}
# With these a docstring tells what a function does to its caller, not what it does or gives.
_TELLING = re.compile(r"(Returns?|Gets?|Gives|Says|Say whether|Computes?|Yields?)\b")
# What only some commands need, and the rest must not wait for.
_HEAVY = {"torch", "matplotlib", "starlette", "uvicorn", "websockets"}
_LONGEST_IMPORT = 0.040
# What a keyboard for ASCII text that has learned nothing never needs: tables of Unicode, OpenSSL,
# compressors, arrays, the mathematics, what is kept on a disk and what is mixed with it.
_FOR_OTHERS = {
    *("regex", "_hashlib", "lzma", "gzip", "safetensors", "numpy", "sqlite3"),
    *("karussell.blocks.equations", "karussell.decoder.blend", "karussell.history.history"),
    *("karussell.keyboard.inside", "karussell.kernels.packing", "karussell.kernels.sequence"),
    *("karussell.model.saved", "karussell.personal.mixture", "karussell.text.cleaning"),
}
# Megabytes of a process with the packaged model, Python's 9 among them.
_MOST_MEMORY = 40


def _name(path: Path) -> str:
    return str(path.relative_to(_ROOT))


def test_no_file_is_longer_than_a_sitting() -> None:
    lengths = {_name(path): len(path.read_text().splitlines()) for path in _FILES + _KERNELS}
    assert {name: lines for name, lines in lengths.items() if lines > _LONGEST_FILE} == {}


def test_no_folder_holds_more_than_can_be_seen_at_once() -> None:
    folders = Counter(
        path.parent
        for room in (*_HOUSE, "kernels", "tests")
        for path in (_ROOT / room).rglob("*")
        if path.is_file() and not _NOT_OURS & {*path.parts} and path.suffix != ".so"
    )
    assert {_name(folder): n for folder, n in folders.items() if n > _MOST_FILES} == {}


def test_pictures_of_the_tour_lie_in_the_package() -> None:
    """The book shows them through links; CONTRIBUTING.md has the command that makes one."""
    package, book = _ROOT / "src/karussell/web/static/lab/pictures", _ROOT / "docs/pictures/tour"
    linked = {path.name: path.resolve() for path in book.glob("*.svg")}
    assert linked == {path.name: path for path in package.glob("*.svg")}


def test_packages_are_entered_by_their_doors() -> None:
    """From outside `karussell.x` one writes `from karussell.x import Name`."""
    files = [path for room in _HOUSE for path in (_ROOT / room).rglob("*.py")]
    assert [told for path in files for told in _past_a_door(path)] == []


def _past_a_door(path: Path) -> Iterator[str]:
    home = _module(path)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = [_wanted(node.module, alias.name) for alias in node.names]
        else:
            continue
        for module in modules:
            parts = module.split(".")
            for depth in range(2 if parts[0] == "karussell" else 1, len(parts)):
                package = ".".join(parts[:depth])
                if _file(package).exists() and not f"{home}.".startswith(f"{package}."):
                    yield f"{_name(path)}:{node.lineno} {module}"
                    break


def _wanted(module: str, name: str) -> str:
    """The module in which a name is looked for: a file behind a door, if the door hides it."""
    inside = _file(f"{module}.{name}", package=False)
    door = _file(module)
    if module == "karussell" or not inside.exists() or f'"{name}"' in door.read_text():
        return module
    return f"{module}.{name}"


def _module(path: Path) -> str:
    parts = path.relative_to(_ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part not in ("src", "__init__"))


def _file(module: str, *, package: bool = True) -> Path:
    """The file of a module, or the door of a package."""
    place = (_ROOT / "src" if module.startswith("karussell") else _ROOT) / module.replace(".", "/")
    return place / "__init__.py" if package else place.with_suffix(".py")


def test_no_function_is_longer_than_a_screen() -> None:
    assert [name for path in _FILES for name in _long_functions(path)] == []


def _long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            lines = node.end_lineno - node.lineno + 1
            if lines > _LONGEST_FUNCTION:
                yield f"{_name(path)}:{node.lineno} {node.name} has {lines} lines"


def test_no_pattern_has_a_group_that_python_3_11_2_gets_wrong() -> None:
    """Debian 12 has it: behind an item that fails halfway it goes on from there."""
    house = [path for path in _FILES if path.relative_to(_ROOT).parts[0] in _HOUSE]
    found = [_name(path) for path in house if _POSSESSIVE.search(path.read_text())]
    assert found == sorted(_FIT)


def test_every_file_is_named_after_something() -> None:
    nameless = [
        _name(path) for path in _FILES if path.stem.removeprefix("test_").rstrip("s") in _NAMELESS
    ]
    assert nameless == []


def test_docstrings_are_imperatives_or_noun_phrases() -> None:
    told = [
        f"{_name(path)}: {docstring.splitlines()[0]}"
        for folder in ("src", "recipes", "lab", "examples", "tests")
        for path in sorted((_ROOT / folder).rglob("*.py"))
        for docstring in _docstrings(path)
        if _TELLING.match(docstring)
    ]
    assert told == []


def _docstrings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            yield ast.get_docstring(node) or ""


def test_tests_mirror_the_source() -> None:
    tests = (path for path in (_ROOT / "tests").rglob("*/") if not _NOT_OURS & {*path.parts})
    folders = {str(path.relative_to(_ROOT / "tests")) for path in tests}
    strays = {
        folder
        for folder in folders
        if not any(
            (_ROOT / room / folder.replace("native/", "kernels/")).is_dir()
            for room in ("src/karussell", ".")
        )
    }
    assert strays == set(_OF_THE_WHOLE)


def test_every_room_is_in_the_book() -> None:
    rooms = {path.parent.name for path in (_ROOT / "src/karussell").glob("*/__init__.py")}
    pages = {path.stem for path in (_ROOT / "docs/reference/python").glob("*.md")}
    assert pages - {"index"} == rooms - _BEHIND


def test_every_public_name_can_be_had() -> None:
    assert all(getattr(karussell, name) is not None for name in karussell.__all__)
    assert set(karussell.__all__) <= set(dir(karussell))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        karussell.nonsense  # noqa: B018


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("karussell", _HEAVY | {"numpy"}),
        ("karussell.keyboard", _HEAVY | _FOR_OTHERS),
        ("karussell.measure", _HEAVY),
        ("karussell.web", {"torch", "matplotlib"}),
        ("karussell.cli", _HEAVY | {"numpy", "rich.console"}),
    ],
)
def test_importing_a_part_loads_nothing_that_it_does_not_need(
    module: str, absent: set[str]
) -> None:
    loaded = _output(f"import sys, {module}; print(*sys.modules)").split()
    assert absent & set(loaded) == set()


def test_suggesting_loads_nothing_heavy(ten_word_path: Path) -> None:
    code = (
        "import atexit, sys; from karussell.cli import main\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); main()"
    )
    outcome = subprocess.run(
        (sys.executable, "-c", code, "suggest", "see you", "-m", str(ten_word_path)),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert outcome.stdout
    assert _HEAVY & set(outcome.stderr.split()) == set()


_WRITES_A_LITTLE = """
import sys, karussell
with karussell.Predictor.open() as predictor:
    for text in ("see you to", "I am ", "how are y", "good morning, ", "I am goign"):
        predictor.suggest(text)
        predictor.autocorrect(karussell.Context(left=text))
    session = predictor.session()
    session.type('She said "hi" (htis ')
    session.strip()
"""


@pytest.fixture
def embedded() -> Path:
    try:
        return embedded_path()
    except karussell.KarussellError:
        pytest.skip("this checkout carries no english.karussell yet")


@pytest.mark.usefixtures("embedded")
def test_a_keyboard_loads_only_what_it_uses() -> None:
    loaded = _output(_WRITES_A_LITTLE + "print(*sys.modules)").split()
    assert (_HEAVY | _FOR_OTHERS) & set(loaded) == set()


_DATACLASSES = """
import sys, karussell.keyboard
ours = [vars(each) for name, each in sys.modules.items() if name.startswith("karussell")]
kinds = {kind for names in ours for kind in names.values() if isinstance(kind, type)}
print(*(kind.__name__ for kind in kinds if "__dataclass_fields__" in vars(kind)))
"""


def test_a_keyboard_waits_for_few_dataclasses() -> None:
    # Each has its methods written and compiled at every start; those of a msgspec.Struct are there.
    assert {*_output(_DATACLASSES).split()} == {"Block", "Rules", "State", "Strip"}


@pytest.mark.usefixtures("embedded")
def test_a_keyboard_is_small() -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux says how much memory a process has")
    status = _output(_WRITES_A_LITTLE + "print(open('/proc/self/status').read())")
    resident = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    assert int(resident) / 1024 < _MOST_MEMORY


def _output(code: str) -> str:
    """What a program prints."""
    return subprocess.run(
        (sys.executable, "-c", code), capture_output=True, text=True, check=True, timeout=120
    ).stdout


def test_importing_karussell_takes_no_time_to_speak_of() -> None:
    bare = min(_seconds("pass") for _ in range(5))
    whole = min(_seconds("import karussell") for _ in range(5))
    assert whole - bare < _LONGEST_IMPORT


def _seconds(code: str) -> float:
    """The processor's time for a program: that of a busy machine is as short as of an idle one."""
    with started((sys.executable, "-c", code)) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("command", [command.__name__ for command in COMMANDS])
def test_the_readme_names_every_command(command: str) -> None:
    assert f"karussell {command}" in (_ROOT / "README.md").read_text()
