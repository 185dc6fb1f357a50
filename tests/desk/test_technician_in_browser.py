"""A technician's call in a real browser: by keyboard alone, and without JavaScript.

The pages come from the product itself, over HTTP, from a database of their own.
"""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import reverse
from playwright.sync_api import sync_playwright

from fernkladde.accounts.roles import Role
from fernkladde.cases.models import Case, Session
from tests import make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.test import Client
    from playwright.sync_api import Page

    from fernkladde.plants.models import Plant

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = shutil.which("chromium")
# What is stopped within its first second is doubtful and asks for its end.
A_SECOND = 1100
# The average of people who do not type for a living (Card, Moran and Newell).
SECONDS_PER_KEY = 0.28
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a test is no log."""


@pytest.fixture
def site(own_database: None) -> Iterator[str]:
    """Serve the product in a thread of its own, and return its address."""
    product = get_wsgi_application()

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        response = product(environ, start)
        try:
            return [b"".join(response)]
        finally:
            response.close()
            connections.close_all()

    with make_server("127.0.0.1", 0, answer, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Desk:
    """A browser in which somebody who decides is logged in."""

    def __init__(self, site: str, client: Client) -> None:
        self.site = site
        self.ticket = client.cookies[settings.SESSION_COOKIE_NAME].value

    @contextmanager
    def open(self, address: str = "/", **how: Any) -> Iterator[Page]:
        """Open a page; whatever the browser complains of fails the test."""
        complaints: list[str] = []
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            context = browser.new_context(locale="de-DE", **how)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies(
                [{"name": name, "value": self.ticket, "url": self.site}]
            )
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda line: complaints.append(line.text))
            page.goto(self.site + address)
            yield page
            browser.close()
        assert complaints == []


class Hands:
    """Somebody who types; counts the keys, not the time of a busy machine."""

    def __init__(self, page: Page) -> None:
        self.keyboard = page.keyboard
        self.keys = 0

    def press(self, key: str) -> None:
        self.keyboard.press(key)
        self.keys += 1

    def type(self, text: str) -> None:
        self.keyboard.type(text)
        self.keys += len(text)

    @property
    def seconds(self) -> float:
        return self.keys * SECONDS_PER_KEY


@pytest.fixture
def press(own_database: None) -> Plant:
    make.policy()
    customer = make.customer(name="Müller Pressen")
    make.contact(customer=customer, name="Jana Novák")
    plant = make.plant(customer=customer, name="Presse 3", serial_number="FN-77")
    make.searchable()
    return plant


@pytest.fixture
def desk(site: str, client: Client, press: Plant) -> Desk:
    client.force_login(make.user(Role.DISPATCHER))
    return Desk(site, client)


def test_a_call_is_taken_by_keyboard_alone_within_fifteen_seconds(desk: Desk) -> None:
    with desk.open() as page:
        hands = Hands(page)
        hands.press("n")
        page.wait_for_url("**/anruf/")
        hands.type("FN-77")
        hands.press("Enter")
        page.wait_for_url("**plant=*")
        hands.type("Achse X steht")
        hands.press("Enter")  # agrees to nothing by mistake
        page.focus("#id_person")
        hands.type("Jana Novák")
        hands.press("Tab")
        hands.press("Tab")
        hands.press("Enter")
        page.wait_for_selector(".timer .running")
        page.wait_for_timeout(A_SECOND)
        page.keyboard.press("t")
        page.wait_for_selector(".receipt")

    # Four seconds are left to look, and for the three pages.
    assert hands.seconds < 15 - 4
    assert Case.objects.get().consents.get().given
    assert Session.objects.get().ended_at is not None


def test_a_call_is_taken_without_javascript(desk: Desk) -> None:
    with desk.open(java_script_enabled=False) as page:
        page.click("header a:has-text('Neuer Anruf') >> nth=0")
        page.fill("#caller", "FN-77")
        page.click("button:has-text('Suchen')")
        page.fill("#id_subject", "Achse X steht")
        page.fill("#id_person", "Jana Novák")
        page.click("button:has-text('Stimmt zu')")
        page.wait_for_timeout(A_SECOND)
        page.click("button:has-text('Beenden')")
        receipt = page.inner_text(".receipt")

    assert "15 angerechnet" in receipt
    assert Session.objects.get().ended_at is not None


def test_hits_appear_while_one_types(desk: Desk) -> None:
    with desk.open() as page:
        page.keyboard.press("/")
        page.keyboard.type("mueller")
        page.wait_for_selector("#hits a")
        page.keyboard.press("ArrowDown")
        reached = page.evaluate("document.activeElement.matches('#hits a')")

    assert reached


def test_another_kind_of_work_changes_the_sentence_and_keeps_what_was_typed(
    desk: Desk, press: Plant
) -> None:
    rows = [
        {"service": "remote", "price": "100", "per_minutes": 60, "next_minutes": 15},
        {"service": "phone", "price": "60", "per_minutes": 60, "next_minutes": 10},
    ]
    make.policy(default_tariff=make.tariff(make.terms(prices=rows)))
    with desk.open(f"{reverse('new-call')}?plant={press.number}") as page:
        page.fill("#id_subject", "Achse X steht")
        page.fill("#id_person", "Jana Novák")
        page.select_option("#id_service", "phone")
        page.wait_for_selector("blockquote:has-text('10,00')")
        kept = [page.input_value("#id_person"), page.input_value("#id_subject")]

    assert kept == ["Jana Novák", "Achse X steht"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_the_technician_has_a_fault_of_accessibility(
    desk: Desk, press: Plant, theme: str
) -> None:
    case = make.case(plant=press)
    session = make.session(case=case, confirmed_at=None)
    make.note(case=case)
    addresses = [
        reverse("start"),
        reverse("start-sums"),
        reverse("case-list"),
        reverse("case", args=[case.number]),
        reverse("case-edit", args=[case.number]),
        reverse("session", args=[session.number]),
        reverse("session-new", args=[case.number]),
        reverse("confirm-session", args=[session.number]),
        reverse("new-call"),
        f"{reverse('new-call')}?plant={press.number}",
        f"{reverse('search')}?q=presse",
        reverse("preferences"),
    ]

    found = {}
    with desk.open(color_scheme=theme) as page:
        for address in addresses:
            page.goto(desk.site + address)
            run = Axe().run(page, options={"runOnly": RULES})
            found[address] = [fault["id"] for fault in run.response["violations"]]

    assert found == {address: [] for address in addresses}
