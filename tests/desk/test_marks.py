"""Icons, sorted columns and the way back to the place in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.urls import path

from fernkladde.desk.templatetags import looks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest


def case_list(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("cases/", case_list, name="case-list")]


@pytest.fixture(autouse=True)
def addresses() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__):
        yield


def draw(markup: str, address: str = "/cases/") -> str:
    request = RequestFactory().get(address)
    return Template("{% load looks %}" + markup).render(Context({"request": request}))


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in looks.icon("play")
    assert 'aria-label="gesperrt &lt;b&gt;"' in looks.icon("lock", "gesperrt <b>")
    assert looks.icon("play").count("#play") == 1


def test_the_address_of_an_asset_changes_with_its_content() -> None:
    first, second = (looks.asset(f"desk/css/{name}.css") for name in ("base", "print"))

    assert first.rpartition("?")[2] != second.rpartition("?")[2]


def test_a_link_in_a_list_remembers_the_place() -> None:
    link = draw("{% keep_place %}", "/cases/?sort=-number&page=3")

    assert link == "?back=%2Fcases%2F%3Fsort%3D-number%26page%3D3"


def test_the_way_back_is_the_place_one_came_from() -> None:
    address = "/case/26-0412/?back=%2Fcases%2F%3Fpage%3D3"

    assert draw('{% way_back "case-list" %}', address) == "/cases/?page=3"
    assert draw('{% way_back "case-list" %}', "/case/26-0412/") == "/cases/"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"],
)
def test_the_way_back_never_leaves_the_site(elsewhere: str) -> None:
    request = RequestFactory().get("/case/1/", {"back": elsewhere})

    assert looks.way_back(Context({"request": request}), "case-list") == "/cases/"


def test_a_column_sorts_one_way_and_then_the_other() -> None:
    unsorted = draw('{% sort_header "number" "Nr." %}', "/cases/?word=x&page=2")
    rising = draw('{% sort_header "number" "Nr." %}', "/cases/?sort=number")

    assert 'href="?word=x&amp;sort=number"' in unsorted
    assert "aria-sort" not in unsorted
    assert 'aria-sort="ascending"' in rising
    assert 'href="?sort=-number"' in rising


def test_the_foot_of_a_long_list_shows_a_gap() -> None:
    page = Paginator(range(1742), 50).page(7)

    assert looks.page_numbers(page) == [1, 0, 5, 6, 7, 8, 9, 0, 35]


def test_the_title_is_tab_and_heading() -> None:
    page = Template(
        '{% extends "alone.html" %}{% block title %}Fälle & mehr{% endblock %}'
    )

    drawn = page.render(Context({"request": RequestFactory().get("/")}))

    assert "<title>Fälle & mehr · Fernkladde</title>" in drawn
    assert "<h1>Fälle & mehr</h1>" in drawn
