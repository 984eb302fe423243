"""Whether a network of another kind, of equal weights, would be better."""
