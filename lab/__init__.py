"""Questions about our own choices, one a folder: the question, the method, the verdict."""
