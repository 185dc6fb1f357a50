from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fernkladde.journal import chain

pytestmark = pytest.mark.slow

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
FACTS = st.dictionaries(
    TEXT,
    st.recursive(
        st.none() | st.booleans() | st.integers() | TEXT,
        lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
        max_leaves=8,
    ),
)

LINK = chain.Link(
    sequence=17,
    happened_at="2026-03-02T09:00:00.000000Z",
    actor=5,
    actor_label="user/5",
    kind="cases.session-stopped",
    subject="case/26-0412",
    facts='{"seconds":540}',
    commitments="{}",
    clock_regression=False,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ({"Zähler": "Größe"}, '{"Zähler":"Größe"}'),
        ("Mu\u0308ller", '"Müller"'),
        ({"Ü": 1, "z": 2, "Z": 3}, '{"Z":3,"z":2,"Ü":1}'),
        (Decimal("12.50"), '"12.50"'),
        (Decimal("1E+3"), '"1000"'),
        (date(2026, 2, 28), '"2026-02-28"'),
        (
            datetime(2026, 3, 2, 10, 0, 0, 7, tzinfo=timezone(timedelta(hours=1))),
            '"2026-03-02T09:00:00.000007Z"',
        ),
        (("a", 1), '["a",1]'),
        ('say "\n"', '"say \\"\\n\\""'),
    ],
)
def test_a_fact_has_one_written_form(value: Any, written: str) -> None:
    assert chain.canonical(value) == written


@pytest.mark.parametrize(
    "value",
    [
        0.1,
        {"price": 18.67},
        Decimal("NaN"),
        datetime(2026, 3, 2, 9, 0),  # noqa: DTZ001
        "half a pair \ud83d",
        "NUL \0",
        {1: "a number as a key"},
        {"a", "set"},
        b"bytes",
    ],
)
def test_a_fact_without_one_written_form_is_refused(value: Any) -> None:
    with pytest.raises(chain.NotCanonical):
        chain.canonical(value)


@given(FACTS)
def test_what_is_read_back_is_written_the_same(facts: dict[str, Any]) -> None:
    written = chain.canonical(facts)

    again = chain.canonical(json.loads(written))

    assert again == written


def test_the_hash_is_over_the_hash_before_and_the_canonical_form() -> None:
    written = (
        '{"actor":5,"actor_label":"user/5","clock_regression":false,"commitments":{},'
        '"facts":{"seconds":540},"happened_at":"2026-03-02T09:00:00.000000Z",'
        '"kind":"cases.session-stopped","sequence":17,"subject":"case/26-0412"}'
    )
    expected = hashlib.sha256(b"\0" * 32 + written.encode()).hexdigest()

    assert LINK.canonical() == written
    assert chain.link_hash(chain.GENESIS, LINK) == expected


@given(FACTS, TEXT, st.none() | st.integers(1), st.booleans())
def test_the_form_of_an_entry_is_the_canonical_form_of_its_parts(
    facts: dict[str, Any], subject: str, actor: int | None, regression: bool
) -> None:
    subject = chain.plain(subject)
    link = LINK._replace(
        facts=chain.canonical(facts),
        subject=subject,
        actor=actor,
        clock_regression=regression,
    )

    parts = {**link._asdict(), "facts": facts, "commitments": {}}

    assert link.canonical() == chain.canonical(parts)


def test_a_commitment_tells_apart_field_value_and_salt() -> None:
    salts = ("aa" * 32, "bb" * 32)
    made = {
        chain.commitment(field, value, salt)
        for field in ("email", "full_name")
        for value in ("", "Jonas", "jonas")
        for salt in salts
    }

    assert len(made) == 12


def test_instants_sort_as_text() -> None:
    start = datetime(2026, 3, 29, 0, 59, 59, 999999, tzinfo=UTC)
    later = [start + timedelta(microseconds=step) for step in (0, 1, 10**6, 10**9)]

    written = [chain.instant(at) for at in later]

    assert written == sorted(written)
    assert {len(text) for text in written} == {27}
