"""Holding and proving: what must be true at every moment, and that nothing is lost."""
