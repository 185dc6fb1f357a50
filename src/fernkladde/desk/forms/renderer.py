"""The commonest controls, written at once in place of a template for each option.

A list of filters with twenty names would else be sixty templates. What is written
here is what Django's own templates write; all other controls are left to them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest
    from django.utils.safestring import SafeString

WIDGETS = "django/forms/widgets"
# Options and attributes that a process keeps as written: pages offer the same ones.
MANY = 4096


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
        "{}",
        (
            (_attribute(name, None if value is True else str(value)),)
            for name, value in attributes.items()
            if value is not False
        ),
    )


# `typed` tells safe text from any other: one of them is escaped.
@lru_cache(maxsize=MANY, typed=True)
def _attribute(name: str, value: str | None) -> SafeString:
    if value is None:
        return format_html(" {}", name)
    return format_html(' {}="{}"', name, value)


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = widget["value"]
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        widget["type"],
        widget["name"],
        "" if value is None else _attribute("value", str(value)),
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
        "{}",
        (
            (_option(str(one["value"]), str(one["label"]), _attributes(one["attrs"])),)
            for one in options
        ),
    )
    if not name:
        return written
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, written)


@lru_cache(maxsize=MANY, typed=True)
def _option(value: str, label: str, attributes: SafeString) -> SafeString:
    return format_html('\n  <option value="{}"{}>{}</option>', value, attributes, label)


def _choices(widget: Mapping[str, Any]) -> SafeString:
    """Write boxes to tick, one below the other, each in its label."""
    attributes = {
        name: value for name in ("id", "class") if (value := widget["attrs"].get(name))
    }
    return format_html(
        "<div{}>{}\n</div>",
        _attributes(attributes),
        format_html_join("", "{}", ((_boxes(*one),) for one in widget["optgroups"])),
    )


def _boxes(name: str | None, options: list[dict[str, Any]], _index: int) -> SafeString:
    written = format_html_join(
        "", "<div>\n    {}</div>", ((_box(one),) for one in options)
    )
    if not name:
        return written
    return format_html("\n  <div><label>{}</label>{}\n  </div>", name, written)


def _box(option: Mapping[str, Any]) -> SafeString:
    box = _input(option)
    if not option["wrap_label"]:
        return box
    key = option["attrs"].get("id")
    target = format_html(' for="{}"', key) if key else ""
    return format_html("<label{}>{} {}</label>", target, box, option["label"])


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
    f"{WIDGETS}/radio.html": _choices,
    f"{WIDGETS}/checkbox_select.html": _choices,
    f"{WIDGETS}/textarea.html": _textarea,
}
