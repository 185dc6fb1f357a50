"""The living style guide: every component, drawn without a database."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from fernkladde.accounts.models import User
from fernkladde.desk.frame import Place, Timer
from fernkladde.desk.styleguide import running, styleguide

COMPONENTS = (
    "actions", "allowance", "book", "btn", "case", "chip", "decision", "drawing",
    "empty", "facts", "filters", "form", "funnel", "grid-edit", "kpis", "message",
    "meter", "more", "note", "one-line", "pages", "receipt", "say", "sheet", "table",
    "tabs", "timer", "week", "work",
)  # fmt: skip


@pytest.fixture(scope="module")
def page() -> str:
    request = RequestFactory().get("/styleguide/")
    request.user = AnonymousUser()
    return styleguide(request).content.decode()


def framed(person: User, timer: Timer | None = None) -> str:
    nav = [Place(label="Fälle", url="/cases/", icon="case", key="f", current=True)]
    return Template(
        '{% extends "base.html" %}{% block title %}Fälle{% endblock %}'
    ).render(Context({"user": person, "nav": nav, "timer": timer}))


def person(**chosen: object) -> User:
    return User(username="jb", full_name="J. Brandl", role="technician", **chosen)


def test_the_style_guide_shows_every_component(page: str) -> None:
    shown = {
        word for found in re.findall(r'class="([^"]+)"', page) for word in found.split()
    }

    assert set(COMPONENTS) - shown == set()


def test_every_id_is_used_once(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)

    assert sorted(ids) == sorted(set(ids))


def test_no_script_and_no_style_is_inline(page: str) -> None:
    assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_htmx_never_evaluates_and_never_asks_elsewhere(page: str) -> None:
    [config] = re.findall(r"name=\"htmx-config\" content='([^']+)'", page)

    assert '"allowEval":false' in config
    assert '"selfRequestsOnly":true' in config
    assert '"historyCacheSize":0' in config


def test_a_person_sees_the_theme_they_have_chosen() -> None:
    assert '<html lang="de" data-theme="dark">' in framed(person(theme="dark"))
    assert '<html lang="de">' in framed(person(theme="auto"))


def test_single_letter_keys_can_be_switched_off() -> None:
    assert 'data-keys="off"' in framed(person(single_letter_keys=False))
    assert 'data-keys="on"' in framed(person(single_letter_keys=True))


def test_the_place_one_is_at_is_marked() -> None:
    assert re.search(
        r'<a href="/cases/" data-key="g f" aria-current="page">', framed(person())
    )


def test_a_running_clock_shows_what_the_meter_says() -> None:
    page = framed(person(), Timer(running=running("near", "80 % verbraucht")))

    assert 'data-seconds="1024"' in page
    assert "00:17:04" in page
    assert "2. Viertelstunde, seit 2:00 min" in page
    assert "80 % verbraucht" in page


def test_whoever_has_no_clock_is_not_told_that_none_runs() -> None:
    assert "Keine Uhr läuft" in framed(person(), Timer())
    assert "Keine Uhr läuft" not in framed(person(), None)
