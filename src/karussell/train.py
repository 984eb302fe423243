"""``torchrun ... -m karussell.train FILE...``: ``karussell train``, on all processes it starts."""

import sys

if __name__ == "__main__":
    from karussell.cli import main

    main("train")
else:
    # The name is that of the function, whoever imports it.
    from karussell.training import train

    sys.modules[__name__] = train  # type: ignore[assignment]
