"""The models that the package carries, one a language."""

from pathlib import Path

from karussell.errors import ModelFileError, UsageError

_FOLDER = Path(__file__).parent / "packaged"
_NAMES = {"en": "english", "de": "german", "es": "spanish", "fr": "french"}
LANGUAGES = tuple(_NAMES)
"""The languages of the packaged models, as BCP 47 tags."""


def embedded_path(language: str = "en") -> Path:
    """The file of the packaged model of a language.

    Args:
        language: A BCP 47 tag; what stands behind the language itself, as in "de-AT", is ignored.

    Raises:
        UsageError: If there is no model of that language.
        ModelFileError: If this installation carries none.
    """
    name = _NAMES.get(language.lower().replace("_", "-").partition("-")[0])
    if name is None:
        raise UsageError(
            f"language {language!r}: there is no packaged model, expected one of "
            f"{', '.join(_NAMES)}; train your own with `karussell train` and name it with --model"
        )
    path = _FOLDER / f"{name}.karussell"
    if not path.is_file():
        raise ModelFileError(
            f"{path}: no such file; this installation carries no {name.capitalize()} model: train "
            "one with `karussell train FILE... --out mine.karussell` and name it with --model"
        )
    return path
