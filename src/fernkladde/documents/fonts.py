"""The one typeface of all documents: FiraGO (SIL OFL 1.1), never the machine's.

It comes with the pymupdf-fonts package, has TrueType outlines (glyf), so that a
PDF/A validator can judge its subsets, and tabular figures. Typst loads fonts from
files only: they are written once, loaded, and gone before this returns.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pymupdf_fonts
import typst
from fontTools.ttLib import TTFont

FAMILY = "FiraGO"
_CUTS = ("figo", "figbo")  # regular, bold: the package's names
_SPACE, _SIMPLE_UNTIL = 0x20, 0x250  # Latin letters, without combining marks
_SIMPLE_SIGNS = "–—„“”‚‘’…€−·"
_TOUCH = f'#set text(font: "{FAMILY}")\na *b*'.encode()


@cache
def fonts() -> typst.Fonts:
    """Load regular and bold into memory, once per process."""
    with TemporaryDirectory() as folder:
        for cut in _CUTS:
            path = Path(folder) / f"{cut}.ttf"
            path.write_bytes(pymupdf_fonts.myfont(cut))
        loaded = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[folder],
        )
        # Typst reads a font when it is first used: use both while the files are there.
        typst.compile(_TOUCH, font_paths=loaded, ignore_system_fonts=True, format="pdf")
    return loaded


@cache
def characters() -> frozenset[int]:
    """Return the code points that both cuts can show."""
    maps = (frozenset(_read(cut).getBestCmap()) for cut in _CUTS)
    return frozenset.intersection(*maps)


def width_in_em(text: str) -> float | None:
    """Return how wide the regular cut sets a text, without kerning.

    Only for simple letters, one glyph for one character; else None.
    """
    advances = _advances()
    try:
        return sum(advances[character] for character in text)
    except KeyError:
        return None


@cache
def _advances() -> dict[str, float]:
    font = _read(_CUTS[0])
    metrics, em = font["hmtx"], font["head"].unitsPerEm
    return {
        chr(code): metrics[glyph][0] / em
        for code, glyph in font.getBestCmap().items()
        if _SPACE <= code < _SIMPLE_UNTIL or chr(code) in _SIMPLE_SIGNS
    }


def _read(cut: str) -> TTFont:
    return TTFont(io.BytesIO(pymupdf_fonts.myfont(cut)), lazy=True)
