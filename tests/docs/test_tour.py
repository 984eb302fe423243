"""The guided tour: a picture, the command that makes it, and the same on the lab's page."""

import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_TOUR = (_ROOT / "docs/tutorial/tour.md").read_text()
_PAGE = (_ROOT / "src/karussell/web/static/lab/index.html").read_text()
_SHOWN = re.findall(r"!\[[^]]+\]\(\.\./pictures/tour/([\w-]+)\.svg\)", _TOUR)


def test_the_tour_shows_every_picture_of_the_package() -> None:
    there = (_ROOT / "src/karussell/web/static/lab/pictures").glob("*.svg")
    assert sorted(_SHOWN) == sorted(path.stem for path in there)


def test_a_command_that_makes_it_stands_beside_every_picture() -> None:
    commands = re.findall(
        r"karussell lab [a-z-]+ (?:--\w+ )*--plot ([\w-]+)\.svg\n```\n\n!\[", _TOUR
    )
    assert commands == _SHOWN


def test_the_page_of_the_lab_shows_the_same_in_the_same_order() -> None:
    assert re.findall(r'src="/lab/pictures/([\w-]+)\.svg"', _PAGE) == _SHOWN
    assert re.findall(r"--plot ([\w-]+)\.svg</code>", _PAGE) == _SHOWN
