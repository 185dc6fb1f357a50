"""Small marks of the looks: icons, assets, sorted columns, the way back to a list."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import template
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.urls import (
    NoReverseMatch,
    get_script_prefix,
    get_urlconf,
    reverse,
)
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.core.paginator import Page
    from django.forms import BoundField
    from django.http import HttpRequest
    from django.template import Context

register = template.Library()


@lru_cache
def _fingerprint(path: str) -> str:
    """Name the content, so that a new release is never drawn with an old style."""
    found = finders.find(path)
    if not isinstance(found, str):
        return ""
    content = Path(found).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


@register.simple_tag
@cache
def asset(path: str) -> str:
    """Return the address of a static file, changing with its content."""
    return f"{static(path)}?{_fingerprint(path)}"


@register.simple_tag
@lru_cache(maxsize=512, typed=True)
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite; without a label it is for the eye alone."""
    source = f"{asset('desk/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>',
            label,
            source,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', source
    )


def _own_path(request: HttpRequest | None, address: str) -> str:
    """Keep an address only if it leads into this very site."""
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts=None
    )
    return address if request and safe else ""


@register.simple_tag(takes_context=True)
def keep_place(context: Context) -> str:
    """Return "?back=…" for a link in a list, so that one comes back to its place."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return ""
    return "?" + urlencode({"back": request.get_full_path()})


@register.simple_tag(takes_context=True)
def way_back(context: Context, name: str) -> str:
    """Return the list's address as it was left, else the list from its beginning."""
    request: HttpRequest | None = context.get("request")
    asked = request.GET.get("back", "") if request else ""
    return _own_path(request, asked) or reverse(name)


@register.simple_tag
def place_url(name: str) -> str:
    """Return the address of a place, or nothing where this desk does not have it."""
    return _address(name, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=256)
def _address(name: str, urlconf: str | None, prefix: str) -> str:
    """Look it up once for each table of addresses and the place that it hangs at."""
    del prefix
    try:
        return reverse(name, urlconf)
    except NoReverseMatch:
        return ""


@register.simple_tag
def page_numbers(page: Page[Any]) -> list[int]:
    """List the pages worth a link; 0 stands for a gap."""
    around = page.paginator.get_elided_page_range(
        page.number, on_each_side=2, on_ends=1
    )
    return [number if isinstance(number, int) else 0 for number in around]


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context, by: str, label: str, *, numeric: bool = False
) -> SafeString:
    """Draw the head of a column that sorts by ?sort=by, and the other way by -by."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    now = query.get("sort", "")
    query["sort"] = f"-{by}" if now == by else by
    query.pop("page", None)
    ways = {by: ("ascending", "up"), f"-{by}": ("descending", "down")}
    way, arrow = ways.get(now, ("", ""))
    return format_html(
        '<th scope="col"{}{}><a href="?{}">{}{}</a></th>',
        SafeString(' class="num"') if numeric else "",
        format_html(' aria-sort="{}"', way) if way else "",
        query.urlencode(),
        label,
        icon(arrow) if arrow else "",
    )


@register.simple_tag(takes_context=True)
def title_again(context: Context) -> str:
    """Render the page's title block once more: it is the tab's name and the h1."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    title = blocks.get_block("title") if blocks else None
    return title.nodelist.render(context) if title else ""


@register.simple_tag
def control(field: BoundField, extra: str = "") -> SafeString:
    """Write a field with its label, what helps to fill it, and what is wrong."""
    if field.is_hidden:
        return format_html("{}", field)
    words = (field.errors or "", _help(field))
    if field.use_fieldset:
        described = field.aria_describedby
        return format_html(
            '<fieldset class="field {}"{}><legend>{}{}</legend>{}{}{}</fieldset>',
            extra,
            format_html(' aria-describedby="{}"', described) if described else "",
            field.label,
            _required(field),
            field,
            *words,
        )
    if field.widget_type == "checkbox":
        return format_html(
            '<div class="field {}"><label class="check">{} {}</label>{}{}</div>',
            extra,
            field,
            field.label,
            *words,
        )
    return format_html(
        '<div class="field {}"><label for="{}">{}{}</label>{}{}{}</div>',
        extra,
        field.id_for_label,
        field.label,
        _required(field),
        field,
        *words,
    )


def _required(field: BoundField) -> SafeString | str:
    if not field.field.required:
        return ""
    return format_html(' <span class="required">{}</span>', _("(Pflicht)"))


def _help(field: BoundField) -> SafeString | str:
    if not field.help_text:
        return ""
    return format_html(
        '<p class="help" id="{}_helptext">{}</p>', field.auto_id, field.help_text
    )
