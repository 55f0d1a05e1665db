"""Every word of the page comes from its language files: with a mark round each of them, nothing stands unmarked."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser.conftest import PASSWORD
from tests.e2e.browser.stage import FAIR, HALLS, Stage
from tests.e2e.browser.unmarked import Data, marked_page, unmarked

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def marked_build(built_page: None) -> None:
    del built_page  # brings the tools that this one is built with
    subprocess.run(["deploy/build-page.sh", "build-pseudo"], cwd=ROOT, check=True, capture_output=True)


Look = Callable[[str], list[str]]
DESK = {
    "overview": ".hall-bars li",
    f"plan/{HALLS}": ".side-table .row",
    "exhibitors": ".people tbody tr",
    "sales": ".chart-frame canvas",
    "utilisation": ".figures tbody tr",
}


@pytest.fixture
def signed_in(chromium: Browser, stage: Stage, marked_build: None) -> Iterator[Callable[[str], tuple[Page, Data]]]:
    del marked_build  # has been built
    contexts = []

    def sign_in(account: str) -> tuple[Page, Data]:
        context = chromium.new_context(locale="en", viewport={"width": 1280, "height": 860})
        contexts.append(context)
        marked_page(context)
        page, data = context.new_page(), Data()
        page.on("response", data.hear)
        page.goto(f"{stage.url}/")
        expect(page.locator("input[name=account]")).to_be_visible()
        page.reload()
        expect(page.locator("h1")).to_contain_text("⟦")
        assert unmarked(page, data) == []
        page.locator("input[name=account]").fill(account)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form button[type=submit]").click()
        expect(page.locator("header.top")).to_be_visible()
        page.goto(f"{stage.url}/")
        expect(page.locator("header.top")).to_contain_text("⟦")
        page.locator('.languages button[lang="en"]').click()
        return page, data

    yield sign_in
    for context in contexts:
        context.close()


def opened(page: Page, address: str, sign: str) -> None:
    """Go to an address of the page, and wait for what shows that it is there."""
    page.evaluate("address => { location.hash = address }", address)
    expect(page.locator(sign).first).to_be_visible()


def test_an_exhibitors_pages_show_no_word_that_is_not_marked(
    signed_in: Callable[[str], tuple[Page, Data]], hall: str
) -> None:
    page, data = signed_in("emma")
    opened(page, "#fairs", ".fair-card strong")
    assert unmarked(page, data) == []
    opened(page, f"#/{FAIR}/{hall}", "[data-booth]")
    expect(page.locator(".connection.live")).to_be_visible()
    for booth in ("A-01", "A-02"):
        page.locator(f'[data-booth="{hall}/{booth}"]').click()
    page.locator(".selection-bar button").filter(has_text="Compare").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert unmarked(page, data) == []
    page.keyboard.press("Escape")
    page.locator(".selection-bar .primary").click()
    expect(page.locator(".reservation.held").first).to_be_visible()
    page.locator(".what-happened > summary").first.click()
    expect(page.locator(".history li").first).to_be_visible()
    assert unmarked(page, data) == []
    page.locator(".inbox-button").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert unmarked(page, data) == []
    page.keyboard.press("Escape")
    opened(page, "#bookings", ".reservation")
    assert unmarked(page, data) == []


def test_an_organizers_pages_show_no_word_that_is_not_marked(
    signed_in: Callable[[str], tuple[Page, Data]], hall: str
) -> None:
    page, data = signed_in("organizer")
    opened(page, f"#/{FAIR}/{hall}", "[data-booth]")
    expect(page.locator(".connection.live")).to_be_visible()
    assert unmarked(page, data) == []
    opened(page, "#venues", ".timeline, .waiting")
    assert unmarked(page, data) == []
    opened(page, f"#happenings?fair={FAIR}", ".log > li, .waiting")
    assert unmarked(page, data) == []
    for tab, sign in DESK.items():
        opened(page, f"#desk/{FAIR}/{tab}", sign)
        assert unmarked(page, data) == []


def test_a_word_without_a_mark_is_found(signed_in: Callable[[str], tuple[Page, Data]]) -> None:
    page, data = signed_in("emma")
    opened(page, "#fairs", ".fair-card strong")
    page.evaluate("document.querySelector('h1').append(' freshly ripened')")
    page.evaluate("document.querySelector('h1').setAttribute('title', 'Over the moon')")
    assert unmarked(page, data) == ["Over the moon", "freshly ripened"]
