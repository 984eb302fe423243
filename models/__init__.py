"""The recipes of the packaged models: their texts, choices, and the command that trains them."""
