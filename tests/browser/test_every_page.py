"""Every page that a link leads to, at the demo company, in a real browser.

The pages are found by following links as the administrator and as a technician with
a running clock, one page for each route; each is shown wide and narrow, light and
dark, under the product's own content security policy.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from fernkladde.accounts.models import User
from fernkladde.commands.demo_company.build import build_demo_company
from tests.desk.matrix import PUBLIC, ROUTES
from tests.desk.test_master_data_in_browser import NARROW, RULES, SITE, WIDE, serve
from tests.downloads import put_away

from .chromium import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
LINK = re.compile(r'href="([^"#]+)')

# What no link leads to: fragments for htmx, files, what a form alone opens, and
# the editor of a version, which is gone once the version is in use.
UNLINKED = {
    "timer", "start-sums", "setup", "login", "invoice-pdf", "invoice-xml",
    "statement-pdf", "import-sample", "case-list-export", "customer-list-export",
    "plant-list-export", "contract-list-export", "invoice-list-export",
    "tariff-version-example", "month-issue", "confirm-session", "tariff-version-edit",
    # Of these the demo company has none: texts to begin with, a colleague's clock.
    "settings-template", "settings-answer", "take-over-timer",
}  # fmt: skip
# Pages that are opened by a form of the frame, and the guide for contributors.
ALSO = ("styleguide", "password")
LOOKS = [("light", WIDE), ("dark", WIDE), ("light", NARROW)]


def links(text: str, base: str) -> Iterator[str]:
    for found in LINK.findall(text):
        address = urljoin(base, found.replace("&amp;", "&"))
        if address.startswith("/") and not address.startswith("/static/"):
            yield address


def route_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).url_name or ""
    except Resolver404:
        return ""


def crawl(client: Client, waiting: list[str]) -> dict[str, Any]:
    """Follow links from these pages on, to one page of each route."""
    found: dict[str, Any] = {}
    seen: set[str] = set()
    while waiting:
        address = waiting.pop(0)
        name = route_of(address)
        if not name or name in seen or name in UNLINKED:
            continue
        seen.add(name)
        answer = client.get(address)
        if answer.streaming:  # a file to download: no page
            put_away(answer)
            continue
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith(
            "text"
        ):
            found[urlsplit(address).path] = answer
            waiting += links(answer.content.decode(), address)
    return found


@pytest.fixture
def pages() -> dict[str, Any]:
    build_demo_company(now=NOW, months=2)
    found: dict[str, Any] = {}
    for username in ("weber", "admin"):
        client = Client()
        client.force_login(User.objects.get(username=username))
        begin = [reverse("start"), *map(reverse, ALSO), reverse("search") + "?q=Haspel"]
        found |= crawl(client, begin)
    found[reverse("login")] = Client().get(reverse("login"))
    return found


def test_links_lead_to_every_page(pages: dict[str, Any]) -> None:
    shown = {name for name, route in ROUTES.items() if route.get == 200}

    reached = {route_of(address) for address in pages}

    assert shown - reached - UNLINKED == set()
    assert {name for name in UNLINKED if name not in ROUTES} == set()
    assert all(answer.status_code == 200 for answer in pages.values())
    assert any(ROUTES[route_of(address)].need == PUBLIC for address in pages)


def test_axe_finds_nothing_on_any_page(pages: dict[str, Any]) -> None:
    found = [
        fault for theme, width in LOOKS for fault in faults_in(pages, theme, width)
    ]

    assert found == []


def faults_in(pages: dict[str, Any], theme: str, width: int) -> list[str]:
    """Open all pages in one browser and gather what is wrong, the console too."""
    found: list[str] = []
    with chromium(width) as page:
        page.on(
            "console", lambda m: found.append(m.text) if m.type == "error" else None
        )
        serve(page, pages, theme)
        for address in pages:
            found += faults_of(page, address)
    return found


def faults_of(page: Page, address: str) -> list[str]:
    """Open a page and name what is wrong with it."""
    page.goto(SITE + address)
    result = Axe().run(page, options={"runOnly": RULES})
    too_wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    faults = (
        [f"{address}: {result.generate_report()}"] if result.violations_count else []
    )
    return [*faults, f"{address} is {too_wide} px too wide"] if too_wide else faults
