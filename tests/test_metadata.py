"""What an installation says of itself: who, under which licences, for which Pythons."""

from importlib.metadata import metadata

import pytest

from karussell.model import LANGUAGES, embedded_path, read_model_file

_SPDX = {"CC BY-SA 4.0": "CC-BY-SA-4.0", "CC BY 2.0 FR": "LicenseRef-CC-BY-2.0-FR"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_packaged_model_stands_with_its_licence(language: str) -> None:
    path = embedded_path(language)
    licence = read_model_file(path).card.licence
    table = path.with_name("LICENCES.md").read_text()
    assert f"| {path.stem} | {licence}, https://" in table
    assert _SPDX[licence] in metadata("karussell")["License-Expression"]


def test_the_metadata_name_the_authors_and_every_python_that_is_tried() -> None:
    said = metadata("karussell")
    pythons = {f"Programming Language :: Python :: 3.{minor}" for minor in (11, 12, 13, 14)}
    assert said["Author"] == "Karussell developers"
    assert pythons <= set(said.get_all("Classifier", []))
