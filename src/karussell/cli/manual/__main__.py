"""`python -m karussell.cli.manual FOLDER`: write the man pages into a folder."""

import sys
from pathlib import Path

from karussell.cli.manual import write_pages
from karussell.errors import UsageError


def main() -> None:
    """Write the pages into the folder that is named."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: python -m karussell.cli.manual FOLDER")
    try:
        written = write_pages(Path(sys.argv[1]))
    except UsageError as error:
        sys.exit(f"karussell: {error}")
    print(f"wrote {len(written)} pages; read one: man -l {written[0]}")


if __name__ == "__main__":
    main()
