"""Where the pieces of a bar and the bands of a week lie."""

from __future__ import annotations

from decimal import Decimal

from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from fernkladde.desk.drawings import Allowance, Stretch, boxes_of_week

MINUTES = st.integers(0, 6000)


def allowance(granted: int, carried: int, used: int, expired: int = 0) -> Allowance:
    return Allowance(
        granted=Decimal(granted),
        carried=Decimal(carried),
        used=Decimal(used),
        expired=Decimal(expired),
    )


def test_the_bar_of_an_allowance_is_as_long_as_granted_and_carried_over() -> None:
    bar = allowance(granted=300, carried=60, used=90)

    pieces = [(one.kind, one.start, one.width) for one in bar.segments()]

    assert pieces == [
        ("used", Decimal("0.0"), Decimal("25.0")),
        ("left", Decimal("25.0"), Decimal("75.0")),
    ]
    assert bar.left == 270
    assert bar.carried_until() == Decimal("16.7")


def test_an_allowance_of_nothing_has_no_pieces() -> None:
    assert allowance(granted=0, carried=0, used=0).segments() == []


@given(granted=MINUTES, carried=MINUTES, share=st.integers(0, 100))
def test_the_pieces_fill_the_bar(granted: int, carried: int, share: int) -> None:
    whole = granted + carried

    pieces = allowance(granted, carried, used=whole * share // 100).segments()

    length = sum((piece.width for piece in pieces), Decimal(0))
    assert abs(length - (100 if whole else 0)) <= 1


def test_a_band_lies_on_the_row_of_its_day_at_its_hours() -> None:
    [box] = boxes_of_week(
        [Stretch(weekday=2, start=360, end=1080, band=3, label="Tag")]
    )

    assert (box.x, box.width) == (Decimal("212.0"), Decimal("360.0"))
    assert box.y == 54


def test_drawings_write_figures_as_svg_reads_them_in_every_language() -> None:
    template = Template(
        "{% load drawing %}{% allowance_bar granted=300 carried=60 used=90 %}"
    )

    with translation.override("de"):
        drawn = template.render(Context())

    assert 'width="25.0"' in drawn
    assert "1:30" in drawn
