"""Tariffs, their versions, and rate decks."""
