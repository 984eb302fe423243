"""``python -m karussell`` is ``karussell``."""

from karussell.cli import main

if __name__ == "__main__":
    main()
