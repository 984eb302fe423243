"""Where a sentence, or a name, begins."""
