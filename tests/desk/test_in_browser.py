"""The style guide in a real browser: accessibility, keys, the clock, the policy.

No server runs: the browser's requests are answered from the rendered page and the
static files, under the product's own content security policy.
"""

from __future__ import annotations

import mimetypes
import shutil
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.test import RequestFactory
from playwright.sync_api import sync_playwright

from fernkladde.desk.styleguide import styleguide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SITE = "http://desk.example"
GUIDE = f"{SITE}/styleguide/"
WIDE, NARROW = 1360, 390
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM = shutil.which("chromium")


def policy() -> str:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(value)}" for name, value in directives.items())


def guide(query: str) -> str:
    request = RequestFactory().get(f"/styleguide/?{query}")
    request.user = AnonymousUser()
    page = styleguide(request).content.decode()
    theme = QueryDict(query).get("theme", "light")
    return page.replace("<html ", f'<html data-theme="{theme}" ', 1)


def answer(route: Route) -> None:
    """Serve the style guide, the static files, and an empty page for the rest."""
    address = urlsplit(route.request.url)
    if address.path.startswith(settings.STATIC_URL):
        found = finders.find(address.path.removeprefix(settings.STATIC_URL))
        assert isinstance(found, str), f"{address.path} does not exist"
        kind = mimetypes.guess_type(found)[0] or "text/plain"
        route.fulfill(path=found, content_type=kind)
        return
    body = (
        guide(address.query) if address.path == "/styleguide/" else "<title>x</title>"
    )
    headers = {"Content-Security-Policy": policy()}
    route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of the guide; whatever the browser complains of fails the test."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    opened = browser.new_page(viewport={"width": WIDE, "height": 900})
    opened.route("**/*", answer)
    opened.on("console", listen)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(GUIDE)
    yield opened
    opened.close()
    assert complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing(page: Page, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{GUIDE}?theme={theme}")

    found = Axe().run(page, options={"runOnly": RULES})

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [WIDE, 680, NARROW, 320])
def test_nothing_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})

    too_wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )

    assert too_wide == 0


def test_figures_and_case_numbers_never_wrap(page: Page) -> None:
    lines = page.evaluate(
        """[...document.querySelectorAll('td.num, td.number')]
           .map((cell) => { const range = document.createRange();
                            range.selectNodeContents(cell);
                            return range.getClientRects(); })
           .map((boxes) => new Set([...boxes].map((box) => Math.round(box.bottom / 8))))
           .filter((lines) => lines.size > 1).length"""
    )

    assert lines == 0


def test_targets_are_large_enough_to_hit(page: Page) -> None:
    small = page.evaluate(
        """[...document.querySelectorAll('button, summary, input, select, nav a')]
           .filter((one) => one.getClientRects().length && one.type !== 'hidden')
           .map((one) => [one.outerHTML.slice(0, 80),
                          one.matches('[type=radio], [type=checkbox]')
                          ? one.labels[0] : one])
           .map(([html, one]) => [html, one.getBoundingClientRect()])
           .filter(([, box]) => box.height < 24 || box.width < 24)
           .map(([html]) => html)"""
    )

    assert small == []


@pytest.mark.parametrize("key", ["/", "Control+k"])
def test_a_key_leads_to_the_search(page: Page, key: str) -> None:
    page.keyboard.press(key)

    assert page.evaluate("document.activeElement.id") == "q"


def test_a_letter_typed_into_a_field_is_a_letter(page: Page) -> None:
    page.focus("#filter-word")
    page.keyboard.type("?n")

    assert page.input_value("#filter-word") == "?n"
    assert page.url == GUIDE


def test_the_list_of_keys_opens_and_closes(page: Page) -> None:
    is_open = "document.querySelector('#keys').matches(':popover-open')"

    page.keyboard.press("?")
    opened = page.evaluate(is_open)
    page.keyboard.press("Escape")

    assert opened
    assert not page.evaluate(is_open)


def test_single_letters_do_nothing_once_they_are_switched_off(page: Page) -> None:
    page.evaluate("document.body.dataset.keys = 'off'")

    page.keyboard.press("/")
    by_letter = page.evaluate("document.activeElement.id")
    page.keyboard.press("Control+k")

    assert by_letter != "q"
    assert page.evaluate("document.activeElement.id") == "q"


def test_the_clock_runs_and_keeps_its_width(page: Page) -> None:
    clock = page.locator("#running .clock")
    page.clock.install()
    page.reload()
    before = clock.bounding_box()

    page.clock.run_for(3_600_000)

    assert clock.inner_text().startswith("01:17:")
    assert before is not None
    assert clock.bounding_box() == before


def test_leaving_a_changed_form_is_asked_about(page: Page) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)

    page.fill("#id_subject", "Achse X")
    page.goto(f"{SITE}/elsewhere/")

    assert asked == ["beforeunload"]
