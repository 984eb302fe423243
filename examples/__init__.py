"""Sequence prediction on real data, each example beside the obvious baseline."""
