"""Marking in a text what was typed into the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join

from fernkladde.search.marks import pieces

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def marked(text: str, typed: str) -> SafeString:
    """Show a text with every word marked that was asked for."""
    parts = (
        (format_html("<mark>{}</mark>", piece) if is_hit else piece,)
        for piece, is_hit in pieces(str(text), typed)
    )
    return format_html_join("", "{}", parts)
