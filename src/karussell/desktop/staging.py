"""All that a distribution's package has for the desktop, laid out where its builder collects it."""

import hashlib
import shlex
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from karussell.desktop.activating import FILE, activation
from karussell.desktop.ours import Removed, unlink
from karussell.desktop.starting import SYSTEM_PYTHON
from karussell.desktop.units import service_unit, socket_unit
from karussell.errors import UsageError
from karussell.files import reason_of, write_whole

_HOUSE = Path(__file__).parents[1]
# What runs under the system's Python, with the standard library and gi alone.
_ENGINE = ("client.py", "ibus/*.py", "writing/rules.py", "writing/typed.py", "desktop/presage.py")
_NOT = {"ibus/__init__.py", "ibus/installing.py"}
_LIST = "lib/karussell/staged.sha256"  # as `sha256sum --check` reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a package has.

    Attributes:
        prefix: Where it will lie, such as ``/usr``; "" for the root.
        files: The texts of its files, by their paths from the prefix on.
    """

    prefix: str
    files: Mapping[str, bytes]

    @classmethod
    def of(cls, prefix: str, command: str, version: str, manual: Mapping[str, str]) -> "Plan":
        """Plan a package.

        Args:
            prefix: Where it will lie.
            command: The karussell command, there.
            version: Karussell's.
            manual: The man pages by their names.

        Raises:
            UsageError: The prefix or the command is no absolute path.
        """
        from karussell.ibus import FILE as COMPONENT
        from karussell.ibus import component

        for name, given in (("--prefix", prefix), ("--command", command)):
            if not given.startswith("/") or ".." in given.split("/") or not given.isprintable():
                raise UsageError(f"{name} {given!a}: expected an absolute path, such as /usr")
        prefix = prefix.rstrip("/")
        engine = {
            path.relative_to(_HOUSE).as_posix(): path.read_bytes()
            for pattern in _ENGINE
            for path in sorted(_HOUSE.glob(pattern))
        }
        house = f"{prefix}/lib/karussell"
        starts = [SYSTEM_PYTHON, f"{house}/ibus/main.py", "--ibus", "--command", command]
        serves = [SYSTEM_PYTHON, f"{house}/desktop/presage.py"]
        texts = {
            f"share/ibus/component/{COMPONENT}": component(shlex.join(starts), version),
            "lib/systemd/user/karussell.socket": socket_unit(),
            "lib/systemd/user/karussell.service": service_unit(command),
            f"share/dbus-1/services/{FILE}": activation(serves),
            **{f"share/man/man1/{name}": page for name, page in manual.items()},
        }
        files = {path: text.encode() for path, text in texts.items()}
        files |= {f"lib/karussell/{path}": engine[path] for path in engine.keys() - _NOT}
        return cls(prefix=prefix, files=dict(sorted(files.items())))


def stage(root: Path, plan: Plan) -> list[Path]:
    """Lay a package out.

    What an earlier one left there, and nobody changed, is replaced or removed.

    Args:
        root: The folder that will be the root of the system: a builder's DESTDIR.
        plan: What it has.

    Returns:
        The files.

    Raises:
        UsageError: A file of somebody else is in the way, or one cannot be written.
    """
    place = _place(root, plan.prefix)
    before = _listed(place)
    for path in plan.files:
        if (place / path).exists() and not _is_as_staged(place / path, before.get(path)):
            raise UsageError(f"{place / path}: is another's, or was changed; move it away")
    written = []
    lines = [f"{_digest(data)}  {path}\n" for path, data in plan.files.items()]
    try:
        # The list comes first: a run that is cut off is taken back by it.
        for path, data in {_LIST: "".join(lines).encode(), **plan.files}.items():
            _make_folders(root, (place / path).parent)
            write_whole(place / path, data)
            (place / path).chmod(0o644)
            written.append(place / path)
        for path in before.keys() - plan.files.keys():
            if _is_as_staged(place / path, before[path]):
                unlink(place / path)
    except OSError as error:
        raise UsageError(f"{place / path} cannot be written ({reason_of(error)})") from None
    return written


def unstage(root: Path, prefix: str) -> Removed:
    """Take a package's files back, and the folders that are empty then; what was changed stays.

    Args:
        root: As of ``stage``.
        prefix: As of its plan.

    Raises:
        UsageError: A file cannot be removed.
    """
    place = _place(root, "/" + prefix.strip("/"))
    removed = Removed(gone=[], kept=[])
    staged = _listed(place)
    for path, digest in staged.items():
        if _is_as_staged(place / path, digest):
            unlink(place / path)
            removed.gone.append(place / path)
        elif (place / path).exists():
            removed.kept.append(place / path)
    if staged:
        unlink(place / _LIST)
        removed.gone.append(place / _LIST)
    for gone in removed.gone:
        for folder in gone.parents:
            if folder in (root, *root.parents):
                break
            with suppress(OSError):
                folder.rmdir()
    return removed


def _place(root: Path, prefix: str) -> Path:
    return root.absolute() / prefix.lstrip("/")


def _listed(place: Path) -> dict[str, str]:
    """What was laid out: the digest of each file."""
    try:
        lines = (place / _LIST).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    parted = (line.partition("  ") for line in lines)
    return {path: digest for digest, _, path in parted if path and ".." not in path.split("/")}


def _is_as_staged(path: Path, digest: str | None) -> bool:
    try:
        return digest is not None and _digest(path.read_bytes()) == digest
    except OSError:
        return False


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _make_folders(root: Path, folder: Path) -> None:
    """Make folders that all may read, whatever the umask."""
    if folder.is_dir():
        return
    _make_folders(root, folder.parent)
    folder.mkdir()
    folder.chmod(0o755)
