"""The pictures of the documentation, taken anew from a demo company.

    ./fernkladde demo --port 8123          (in another terminal)
    python -m tests.pictures http://127.0.0.1:8123

Needs Chromium, and pdftoppm for the invoice.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from fernkladde.commands.demo_company.firm import PASSWORD
from tests.browser.chromium import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
WIDE, NARROW = 1360, 390

# Name of the picture, who looks, where; {case} is the one with the running clock.
SHOTS = [
    ("start", "weber", "/"),
    ("cases", "weber", "/faelle/"),
    ("case", "weber", "{case}"),
    ("new-call", "weber", "/anruf/?nummer=+497161221142"),
    ("customer", "hartmann", "/kunden/10010/"),
    ("plant", "hartmann", "/anlagen/TR-2000/"),
    ("contract", "hartmann", "/vertraege/V-101/"),
    ("tariff", "hartmann", "/tarife/standard/fassungen/neu/"),
    ("month", "lorenz", "{month}"),
    ("journal", "lorenz", "/kladde/"),
]


def main() -> int:
    base = sys.argv[1]
    FOLDER.mkdir(exist_ok=True)
    for theme, width in (("light", WIDE), ("dark", WIDE), ("light", NARROW)):
        look = theme if width == WIDE else "narrow"
        with chromium(width) as page:
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            take_all(page, base, look)
    with chromium(WIDE) as page:
        take_invoice(page, base)
    return 0


def log_in(page: Page, base: str, who: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{base}/anmelden/")
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{base}/")


def take_all(page: Page, base: str, look: str) -> None:
    person = ""
    for name, who, address in SHOTS:
        if who != person:
            log_in(page, base, person := who)
        if address == "{case}":
            page.goto(f"{base}/")
            page.click("#timer .what a")
        elif address == "{month}":
            open_month(page, base)
        else:
            page.goto(base + address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / f"{name}-{look}.png", full_page=False)


def open_month(page: Page, base: str) -> None:
    """Open the month that is ready to be closed, with its preview made."""
    page.goto(f"{base}/monatslauf/")
    page.locator("main table a").nth(1).click()
    button = page.get_by_role("button", name="Vorschau machen")
    if button.count():
        button.click()
        page.wait_for_load_state("networkidle")


def take_invoice(page: Page, base: str) -> None:
    """Show the first page of the newest invoice as a picture."""
    log_in(page, base, "lorenz")
    page.goto(f"{base}/rechnungen/")
    page.locator("main tbody a").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").first.click()
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "invoice.pdf"
        download.value.save_as(pdf)
        options = ["-r", "80", "-png", "-singlefile"]
        subprocess.run(["pdftoppm", *options, pdf, FOLDER / "invoice"], check=True)


if __name__ == "__main__":
    sys.exit(main())
