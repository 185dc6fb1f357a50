"""Rules of the looks that hold for every template and style, read as text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DESK = Path(__file__).parents[2] / "src" / "fernkladde" / "desk"
TEMPLATES = sorted((DESK / "templates").rglob("*.html"))
STYLES = sorted((DESK / "static" / "desk" / "css").glob("*.css"))
TOKENS = (DESK / "static" / "desk" / "css" / "tokens.css").read_text()
PLAIN_GROUNDS = ("paper", "sheet")
TONES = ("ink", "faint", "accent", "good", "wait", "bad", "plum", "teal", "quiet")
FILLS = tuple(f"fill-{number}" for number in range(1, 7))


def color(name: str, *, dark: bool) -> tuple[float, float, float]:
    found = re.search(
        rf"--{name}: light-dark\((#[0-9a-f]{{6}}), (#[0-9a-f]{{6}})\)", TOKENS
    )
    assert found, f"{name} is not in tokens.css"
    code = found[2 if dark else 1]
    red, green, blue = (int(code[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def luminance(rgb: tuple[float, float, float]) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in rgb
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, *, dark: bool) -> float:
    """Return the contrast of two tokens as WCAG 2.2 defines it."""
    low, high = sorted(luminance(color(name, dark=dark)) for name in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((tone, ground) for tone in TONES for ground in (*PLAIN_GROUNDS, "sunk")),
        ("on-accent", "accent"),
        ("on-accent", "accent-hover"),
        ("cover-ink", "cover"),
        ("cover-faint", "cover"),
        ("cover-focus", "cover"),
        ("cover-ink", "cover-here"),
        ("cover-faint", "cover-here"),
    ],
)
def test_text_stands_out_from_its_ground(text: str, ground: str, *, dark: bool) -> None:
    assert contrast(text, ground, dark=dark) >= 4.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("ground", PLAIN_GROUNDS)
@pytest.mark.parametrize("mark", ["edge", "focus", *FILLS])
def test_edges_and_drawings_stand_out_from_their_ground(
    mark: str, ground: str, *, dark: bool
) -> None:
    assert contrast(mark, ground, dark=dark) >= 3


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_bear_the_content_security_policy(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", text), "inline style or handler"
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "inline script"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_use_only_icons_that_are_drawn(path: Path) -> None:
    sprite = (DESK / "static" / "desk" / "icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="(\w+)"', sprite))

    assert set(re.findall(r'{% icon "(\w+)"', path.read_text())) <= drawn


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_take_colors_from_the_tokens_alone(path: Path) -> None:
    text = path.read_text()
    known = set(re.findall(r"--([\w-]+):", "".join(p.read_text() for p in STYLES)))

    assert set(re.findall(r"var\(--([\w-]+)", text)) <= known
    assert text.count("{") == text.count("}")
    if path.name not in {"tokens.css", "print.css"}:
        assert not re.findall(r"#[0-9a-f]{3,8}\b(?=[;,) ])", text)
