"""What the server bears, measured by hand: ``python -m tests.load.soak`` and its neighbours."""
