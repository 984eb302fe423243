"""Keys of encrypted stores: in a file of their own, or in the system's keyring."""

import os

from karussell.errors import HistoryError, needing
from karussell.files import AnyPath, path_of
from karussell.history.connection import KEY_BYTES
from karussell.history.folder import check_file, make, sync

_SERVICE, _NAME = "karussell", "history"
# A file of a key has two for each of its own, and perhaps some spaces.
_MOST_BYTES = 1000


def fingerprint(key: bytes) -> str:
    """What tells whether a key is the right one, and nothing else about it."""
    # Not at the top: it loads OpenSSL.
    from hashlib import blake2b

    return blake2b(b"karussell history", key=key, digest_size=16).hexdigest()


def key_file(path: AnyPath | None = None) -> bytes:
    """The key in a file that only its owner reads; made, if there is no file yet.

    Whoever deletes it has forgotten all that was encrypted with it, wherever copies lie.

    Args:
        path: The file; None for `history.key` where the system keeps settings, so that a copy of
            the folder of the history has no key in it.

    Raises:
        HistoryError: If the file holds no key.
        OSError: If it cannot be read or made, or belongs to another.
    """
    if path is None:
        from platformdirs import user_config_path

        path = user_config_path("karussell", appauthor=False) / "history.key"
    path = path_of(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}-{os.urandom(8).hex()}")
    if not path.exists():
        make(beside)
        beside.write_text(os.urandom(KEY_BYTES).hex() + "\n")
        sync(beside)
        try:
            # A link, which replaces no file that another process made meanwhile.
            path.hardlink_to(beside)
            sync(path.parent)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    check_file(path)
    with path.open("rb") as file:
        return _key(file.read(_MOST_BYTES).decode("ascii", "replace"), str(path))


def keyring_key() -> bytes:
    """The key in the system's keyring; made, if there is none yet.

    Raises:
        UsageError: If `keyring` is not installed.
        HistoryError: If the system has no keyring, or another thing is kept under this name.
    """
    with needing("the system's keyring needs"):
        import keyring
        import keyring.errors
    try:
        kept = keyring.get_password(_SERVICE, _NAME)
        if kept is None:
            keyring.set_password(_SERVICE, _NAME, os.urandom(KEY_BYTES).hex())
            kept = keyring.get_password(_SERVICE, _NAME) or ""
    except keyring.errors.KeyringError as error:
        raise HistoryError(
            f"the system's keyring cannot be used ({error}); keep the key in a file: key_file"
        ) from None
    return _key(kept, f"the keyring's {_SERVICE}/{_NAME}")


def _key(text: str, place: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise HistoryError(
            f"{place}: holds no key of {KEY_BYTES} bytes in hexadecimal; bring back the right one "
            "(without it what it encrypted is lost)"
        )
    return key
