"""What a browser does without a server."""
