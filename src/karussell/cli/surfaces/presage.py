"""`karussell presage`: our words for programs that ask Presage."""

import os


def presage() -> None:
    """Answer programs that ask Presage for words on the session bus, by the server that runs.

    They need no change. Nothing is learned from them: they do not tell what was finished.
    """
    from karussell.desktop import presage_command

    command = presage_command()
    os.execv(command[0], command)
