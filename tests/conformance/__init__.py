"""Peers' own tests, run against our layers as they come in their packages."""
