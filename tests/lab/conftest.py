"""A recipe of two small texts."""

from tests.recipes.conftest import data, small

__all__ = ["data", "small"]
