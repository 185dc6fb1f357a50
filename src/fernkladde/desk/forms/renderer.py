"""The commonest controls, written at once in place of a template for each option.

A list of filters with twenty names would else be sixty templates. What is written
here is what Django's own templates write; all other controls are left to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest
    from django.utils.safestring import SafeString

WIDGETS = "django/forms/widgets"


class DeskRenderer(DjangoTemplates):
    def render(
        self,
        template_name: str,
        context: dict[str, Any],
        request: HttpRequest | None = None,
    ) -> str:
        write = WRITTEN.get(template_name)
        if write is None:
            return super().render(template_name, context, request)
        return write(context["widget"])


def _attributes(attributes: Mapping[str, Any]) -> SafeString:
    return format_html_join(
        "",
        "{}{}",
        (
            (
                format_html(" {}", name),
                "" if value is True else format_html('="{}"', str(value)),
            )
            for name, value in attributes.items()
            if value is not False
        ),
    )


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = widget["value"]
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        widget["type"],
        widget["name"],
        "" if value is None else format_html(' value="{}"', str(value)),
        _attributes(widget["attrs"]),
    )


def _select(widget: Mapping[str, Any]) -> SafeString:
    return format_html(
        '<select name="{}"{}>{}\n</select>',
        widget["name"],
        _attributes(widget["attrs"]),
        format_html_join("", "{}", ((_group(*one),) for one in widget["optgroups"])),
    )


def _group(name: str | None, options: list[dict[str, Any]], _index: int) -> SafeString:
    written = format_html_join(
        "",
        '\n  <option value="{}"{}>{}</option>',
        (
            (str(one["value"]), _attributes(one["attrs"]), one["label"])
            for one in options
        ),
    )
    if not name:
        return written
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, written)


def _textarea(widget: Mapping[str, Any]) -> SafeString:
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>',
        widget["name"],
        _attributes(widget["attrs"]),
        widget["value"] or "",
    )


WRITTEN: dict[str, Callable[[Mapping[str, Any]], SafeString]] = {
    f"{WIDGETS}/text.html": _input,
    f"{WIDGETS}/hidden.html": _input,
    f"{WIDGETS}/number.html": _input,
    f"{WIDGETS}/email.html": _input,
    f"{WIDGETS}/date.html": _input,
    f"{WIDGETS}/checkbox.html": _input,
    f"{WIDGETS}/select.html": _select,
    f"{WIDGETS}/textarea.html": _textarea,
}
