"""The pages of the master data in a real browser: accessibility, and no overflow.

No server runs: all pages are rendered first, then the browser is given them under
the product's own content security policy.
"""

from __future__ import annotations

import mimetypes
import shutil
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse
from playwright.sync_api import sync_playwright

from fernkladde.accounts.roles import Role
from fernkladde.imports.tables.batches import give_table, have_checked
from fernkladde.imports.tables.duty import fulfil
from tests import make

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Page, Route

    from fernkladde.imports.models import Batch

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]

SITE = "http://desk.example"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = 1360, 390
BAND = {
    "name": "Abend",
    "days": ["mon", "holiday"],
    "from": "17:00",
    "until": "24:00",
    "percent": "50",
}


def table(text: str) -> Batch:
    """Give a table and have it looked at."""
    batch = give_table(
        kind="customers", content=[text.encode()], file_name="kunden.csv", by=None,
        at=make.NOW,
    )  # fmt: skip
    have_checked(batch=batch, columns=batch.columns, by=None, at=make.NOW)
    fulfil(batch.pk, clock=lambda: make.NOW)
    return batch


def addresses() -> list[str]:
    """Make a record of each kind, and name the pages that show and change it."""
    tariff = make.tariff(make.terms() | {"bands": [BAND]}, code="standard")
    make.policy(default_tariff=tariff)
    make.rate_deck(code="telco", rates=[{"prefix": "+49", "price_per_minute": "0.03"}])
    customer = make.customer(number="1001", city="Ulm")
    contact = make.contact(customer=customer, phone="+4971112345")
    plant = make.plant(customer=customer, plant_type=make.plant_type(check_first="?"))
    path = make.access_path(plant=plant, kind="modem", identifier="+4971199887")
    contract = make.contract(
        customer=customer,
        valid_from=date(2026, 1, 1),
        covers="allowance",
        allowance_period="month",
        allowance_minutes=600,
    )
    make.case(customer=customer, plant=plant)
    make.special_day()
    make.past_call(plant=plant, note="Geber getauscht")
    person = make.user(Role.TECHNICIAN)
    looked_at = table("Nr.;Name\n1;Neu\n1;Doppelt\n2;\n")
    waiting = table("Nr.;Name\n1;Neu\n")
    have_checked(batch=waiting, columns={"number": 0, "name": 1}, by=None, at=make.NOW)
    named = (
        ("customer-list", ()),
        ("customer", ("1001",)),
        ("customer-edit", ("1001",)),
        ("contact-edit", ("1001", contact.pk)),
        ("plant-list", ()),
        ("plant", (plant.number,)),
        ("plant-edit", (plant.number,)),
        ("access-edit", (plant.number, path.pk)),
        ("plant-type-list", ()),
        ("contract-list", ()),
        ("contract", (contract.number,)),
        ("contract-edit", (contract.number,)),
        ("tariff-list", ()),
        ("tariff", ("standard",)),
        ("tariff-version-edit", ("standard", "2026-01-01")),
        ("rate-deck", ("telco",)),
        ("rate-deck-new", ()),
        ("settings", ()),
        ("settings-policy", ()),
        ("settings-days", ()),
        ("settings-people", ()),
        ("settings-person", (person.username,)),
        ("past-call-list", ()),
        ("import-list", ()),
        ("import", (looked_at.pk,)),
        ("import", (waiting.pk,)),
    )
    return [reverse(name, args=arguments) for name, arguments in named]


@pytest.fixture
def pages(client: Client) -> dict[str, Any]:
    """Render every page, and one with faults."""
    client.force_login(make.user(Role.ADMINISTRATOR))
    found: dict[str, Any] = {}
    for address in addresses():
        found[address] = client.get(address)
    editor = reverse("tariff-version-edit", args=["standard", "2026-01-01"])
    typed = {
        f"{table}-{key}": "1" if key == "TOTAL_FORMS" else "0"
        for table in ("prices", "bands", "fees")
        for key in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    found["/faults/"] = client.post(editor, typed | {"prices-0-price": "28,0O"})
    return found


def serve(page: Page, pages: dict[str, Any], theme: str) -> None:
    """Answer the browser from what was rendered, and from the static files."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith(settings.STATIC_URL):
            found = finders.find(path.removeprefix(settings.STATIC_URL))
            assert isinstance(found, str), f"{path} does not exist"
            kind = mimetypes.guess_type(found)[0] or "text/plain"
            route.fulfill(path=found, content_type=kind)
        elif path in pages:
            text = pages[path].content.decode()
            themed = text.replace("<html ", f'<html data-theme="{theme}" ', 1)
            name = "Content-Security-Policy"
            headers = {name: pages[path].headers[name]}
            route.fulfill(body=themed, content_type="text/html", headers=headers)
        else:
            route.fulfill(body="", content_type="text/html")

    page.route("**/*", answer)


@pytest.mark.parametrize(
    ("theme", "width"), [("light", WIDE), ("dark", WIDE), ("light", NARROW)]
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    pages: dict[str, Any], theme: str, width: int
) -> None:
    found: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.on(
            "console", lambda m: found.append(m.text) if m.type == "error" else None
        )
        serve(page, pages, theme)
        for address in pages:
            page.goto(SITE + address)
            result = Axe().run(page, options={"runOnly": RULES})
            if result.violations_count:
                found.append(f"{address}: {result.generate_report()}")
            too_wide = page.evaluate(
                "document.documentElement.scrollWidth"
                " - document.documentElement.clientWidth"
            )
            if too_wide:
                found.append(f"{address} is {too_wide} px too wide")
        chromium.close()

    assert found == []
