"""What a company may agree and do, drawn so that the model can follow it exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
ALL_DAYS = [*WORKDAYS, "sat", "sun"]
LONG_AGO = date(2020, 1, 1)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def rarely(what: bool) -> st.SearchStrategy[bool]:
    return st.sampled_from([not what] * 7 + [what])


# Where a rule of rounding changes its mind by a second.
EDGES = [1, 59, 60, 299, 300, 301, 899, 900, 901, 1080, 1081, 1800, 1801, 3600, 7199]
stretch = st.sampled_from(EDGES) | st.integers(1, 4 * 3600)
pause = st.sampled_from([0, 0, 1, 60, 600, 601]) | st.integers(0, 3 * 3600)
pick = st.integers(0, 31)
service = st.sampled_from(["remote", "remote", "onsite"])
# Warranties end on days on which cases are reported, by days from now.
warranty = st.sampled_from([None, -10, 0, 30])
days_ago = st.sampled_from([0, 10, 11, 3, -1])
percent = st.sampled_from(["100", "50", "12.5", "33.333333333333"])
cause = st.sampled_from(["wear", "wear", "operator_error", "defect", "unknown"])
zones = st.sampled_from(
    ["Europe/Berlin", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]
)
# Shortly before both clock changes, a year's end and a month's end.
openings = st.sampled_from(
    [
        datetime(2026, 3, 27, 15, tzinfo=UTC),
        datetime(2026, 10, 23, 7, tzinfo=UTC),
        datetime(2025, 12, 30, 9, tzinfo=UTC),
        datetime(2026, 6, 29, 20, tzinfo=UTC),
    ]
)
tariff = st.sampled_from([None, None, "T2"])
late = st.sampled_from([None, None, None, 10])
forward = st.one_of(
    st.integers(1, 3600),
    st.integers(3600, 36 * 3600),
    st.integers(1, 40).map(lambda days: days * 86400),
)
backward = st.sampled_from([1, 59, 60, 61, 1800, 7200])
price = st.sampled_from(["100.00", "28.00", "95.5", "0.3333", "119.99"])


# Where work lies: of today, of some days ago, or late work of the month before.
ago = st.integers(0, 20 * 3600) | st.integers(1, 45 * 24).map(lambda h: h * 3600)
# Seconds after the midnight in which a month begins, in the firm's zone.
turn = st.sampled_from([None, None, None, 0, -1, -7200, 3600])
# One stretch after the other: the break before it, its length, its case, the work.
stretches = st.lists(
    st.tuples(pause, stretch, pick, service, rarely(False)), min_size=1, max_size=6
)


@st.composite
def price_rows(draw: st.DrawFn) -> list[Row]:
    return [draw(_price_row("*")), *draw(st.lists(_price_row("onsite"), max_size=1))]


@st.composite
def _price_row(draw: st.DrawFn, for_service: str) -> Row:
    row: Row = {
        "service": for_service,
        "price": draw(price),
        "per_minutes": draw(st.sampled_from([60, 60, 15])),
        "next_minutes": draw(st.sampled_from([15, 15, 1, 6, 30])),
    }
    if draw(st.booleans()):
        row["first_minutes"] = draw(st.sampled_from([15, 20, 30]))
    if draw(st.booleans()):
        row["tolerance_minutes"] = draw(st.sampled_from([0, 3]))
    if draw(st.booleans()):
        row["free_minutes"] = 5
        row["free_mode"] = draw(st.sampled_from(["deduct", "cliff"]))
    if draw(rarely(True)):
        row["first_price"] = "45.00"
    return row


EVENING = {"name": "Abend", "days": ALL_DAYS, "from": "17:00", "until": "06:00"}
WEEKEND = {"name": "Wochenende", "days": ["sat", "sun"], "from": "00:00",
           "until": "24:00"}  # fmt: skip
FEES = [
    {"name": "Bereitstellung je Gruppe", "amount": "3.50", "per": "group"},
    {"name": "Anfahrt", "amount": "49.90", "per": "day"},
    {"name": "Einrichtung", "amount": "25.00", "per": "case"},
]


@st.composite
def version(draw: st.DrawFn, valid_from: date = LONG_AGO) -> Row:
    """Draw prices from a date on, as a scenario writes them."""
    document: Row = {
        "valid_from": valid_from.isoformat(),
        "prices": draw(price_rows()),
        "group_by": draw(st.sampled_from(["day", "day", "session", "case"])),
        "bands": [
            dict(band, percent=draw(st.sampled_from(["50", "25", "-10"])))
            for band in (EVENING, WEEKEND)
            if draw(st.booleans())
        ],
        "fees": [fee for fee in FEES if draw(st.sampled_from([False, False, True]))],
        "connection": draw(connections),
    }
    if draw(st.booleans()):
        document["team_as_one"] = True
    if document["group_by"] == "session":
        document["merge_gap_minutes"] = draw(st.sampled_from([0, 10]))
    return document


connections = st.sampled_from(
    [
        {"mode": "none"},
        {"mode": "flat", "amount": "0.75"},
        {"mode": "at_cost", "markup_percent": "12.5", "ignore_below_seconds": 10},
    ]
)


@st.composite
def allowance(draw: st.DrawFn) -> Row:
    period = draw(st.sampled_from(["month", "month", "quarter", "term"]))
    if draw(st.sampled_from([False, False, True])):
        return {"period": period, "cases": draw(st.sampled_from([1, 2, 0]))}
    terms: Row = {
        "period": period,
        "minutes": draw(st.sampled_from([60, 20, 240, 1, 0])),
        "carry_over_periods": draw(st.sampled_from([1, 0, 2, "term"])),
    }
    if draw(st.booleans()):
        terms["carry_over_minutes"] = draw(st.sampled_from([10, 60, 0]))
    return terms


@st.composite
def case(draw: st.DrawFn) -> Row:
    return {
        "whose": draw(pick),
        "plant": draw(pick),
        "ago": draw(st.sampled_from([0, 10, 11, 3])),
        "cause": draw(cause),
    }


@st.composite
def contract(draw: st.DrawFn) -> Row:
    """Draw what a contract says; whose it is comes from the machine."""
    covers = draw(st.sampled_from(["allowance", "allowance", "everything", "nothing"]))
    return {
        "covers": covers,
        "allowance": draw(allowance()) if covers == "allowance" else None,
        "services": draw(st.sampled_from([None, None, None, ["remote"], ["onsite"]])),
        "priority": draw(st.sampled_from([100, 100, 50])),
        "tariff": draw(st.sampled_from([None, None, "T2"])),
        "includes_connection": draw(st.booleans()),
        "months_ago": draw(st.sampled_from([1, 2, 4, 0])),
        "months_long": draw(st.sampled_from([None, None, 2, 6])),
    }


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def days(count: int) -> timedelta:
    return timedelta(days=count)
