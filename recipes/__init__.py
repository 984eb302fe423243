"""The recipes of the packaged models: their texts, choices, and the command that trains them."""

from recipes.english import ENGLISH
from recipes.little import FRENCH, GERMAN, SPANISH
from recipes.recipe import Recipe

RECIPES = {each.language: each for each in (ENGLISH, GERMAN, FRENCH, SPANISH)}
"""Each by its language."""

__all__ = ["RECIPES", "Recipe"]
