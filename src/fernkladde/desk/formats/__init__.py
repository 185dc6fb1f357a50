"""How Django writes and reads dates where a language needs more than its own way."""
