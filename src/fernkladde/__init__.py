"""Fernkladde: the notebook of a service desk for remote maintenance."""

__version__ = "0.1.0"
