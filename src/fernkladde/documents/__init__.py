"""Documents for people: the invoice document as a letter in PDF/A-3."""

from __future__ import annotations

from .render import render_invoice, render_statement

__all__ = ["render_invoice", "render_statement"]
