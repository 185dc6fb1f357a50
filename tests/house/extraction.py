"""The texts of the product, found in its sources without GNU gettext."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).parents[2] / "src" / "fernkladde"

# The functions of django.utils.translation and what their first arguments are.
CONTEXT, SINGULAR, PLURAL = "context", "singular", "plural"
FUNCTIONS = {
    "_": (SINGULAR,),
    "gettext": (SINGULAR,),
    "ngettext": (SINGULAR, PLURAL),
    "pgettext": (CONTEXT, SINGULAR),
    "npgettext": (CONTEXT, SINGULAR, PLURAL),
}
# What Django makes of the tags of a template: calls with literals.
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(
    rf"(?P<name>\b(?:np|n|p)?gettext|\b_)\((?P<words>{LITERAL}(?:,\s*{LITERAL})*)"
)


class Text(NamedTuple):
    """A text as the catalogue knows it; `plural` is empty where it has none."""

    context: str
    singular: str
    plural: str = ""


def texts() -> set[Text]:
    """Return all texts of the product that go through gettext."""
    found: set[Text] = set()
    for path in python_files():
        found.update(texts_of_python(path.read_text()))
    for path in templates():
        found.update(texts_of_template(path.read_text()))
    return found


def python_files() -> list[Path]:
    files = SOURCE.rglob("*.py")
    return sorted(path for path in files if "migrations" not in path.parts)


def templates() -> list[Path]:
    return sorted(SOURCE.rglob("templates/**/*.html"))


def texts_of_python(source: str) -> Iterator[Text]:
    """Find calls by the function's own name or any other it was imported under.

    Works on the syntax tree, which also sees the calls inside of f-strings.
    """
    tree = ast.parse(source)
    names = dict(_imported(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            parts = FUNCTIONS.get(names.get(node.func.id, ""), ())
            given = [_constant(argument) for argument in node.args[: len(parts)]]
            words = {k: v for k, v in zip(parts, given, strict=False) if v is not None}
            if words:
                yield Text(
                    words.get(CONTEXT, ""), words[SINGULAR], words.get(PLURAL, "")
                )


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == (
            "django.utils.translation"
        ):
            for alias in node.names:
                name = alias.name.removesuffix("_lazy")
                yield alias.asname or alias.name, name


def _constant(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def texts_of_template(source: str) -> Iterator[Text]:
    for call in CALL.finditer(templatize(source)):
        given = ast.literal_eval(f"({call['words']},)")
        words = dict(zip(FUNCTIONS[call["name"]], given, strict=False))
        yield Text(words.get(CONTEXT, ""), words[SINGULAR], words.get(PLURAL, ""))
