"""The recipes of the packaged models: their texts, choices, and the command that trains them."""

from recipes import english, french, german, spanish
from recipes.recipe import Recipe

RECIPES = {each.RECIPE.language: each.RECIPE for each in (english, german, french, spanish)}
"""Each by its language."""

__all__ = ["RECIPES", "Recipe"]
