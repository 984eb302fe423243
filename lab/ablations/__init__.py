"""What each choice of a recipe is worth."""
