"""Data out: what the house knows, in files that others can read and check."""
