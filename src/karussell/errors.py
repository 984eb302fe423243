"""Errors a user can cause: each names the thing, the value, what was expected and the next step."""


class KarussellError(Exception):
    """The parent of every error that is a user's to mend; its message is one line."""


class UsageError(KarussellError):
    """An option or argument that cannot work."""


class TextError(KarussellError):
    """A text file that cannot be read as text."""


class ModelFileError(KarussellError):
    """A model file that is damaged, foreign, or claims something untrue."""


class TrainingError(KarussellError):
    """Training that cannot start or go on."""


class ServerError(KarussellError):
    """A server that cannot be started."""
