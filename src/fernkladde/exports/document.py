"""A document as text: the same content, the same bytes, one record a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fernkladde.values.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def lines_of(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield JSON with sorted keys and no blanks; lists have a line for each item."""
    ends = ["," for _ in document]
    ends[-1:] = [""]
    yield "{\n"
    for name, end in zip(sorted(document), ends, strict=True):
        value = document[name]
        if isinstance(value, list) and value:
            yield f"{canonical_json(name)}:[\n"
            yield from _items(value)
            yield f"]{end}\n"
        else:
            yield f"{canonical_json(name)}:{canonical_json(value)}{end}\n"
    yield "}\n"


def _items(values: list[Any]) -> Iterator[str]:
    *most, last = values
    for value in most:
        yield canonical_json(value) + ",\n"
    yield canonical_json(last) + "\n"
