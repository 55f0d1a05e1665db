"""How the page hears of changes: one stream for all tabs of a browser; and what it does while it cannot."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.e2e.browser.conftest import PASSWORD, Open, RunningStack
from tests.e2e.browser.stage import FAIR, Stage

HOLD = "Hold"


def another_tab(page: Page) -> Page:
    tab = page.context.new_page()
    tab.goto(page.url)
    expect(tab.locator(".connection.live")).to_be_visible()
    return tab


class Streams:
    """The streams that a browser asked for, and those that pass the portal."""

    def __init__(self, context: BrowserContext, running: RunningStack) -> None:
        self.asked: list[str] = []
        self._metrics = f"{running.stack.url}/metrics"
        context.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if "/live" in url:
            self.asked.append(url)

    def are(self, wanted: int) -> None:
        """Waits until so many pass; those of other tests may still be ending."""
        deadline = time.monotonic() + 15
        while (now := self._passing()) != wanted:
            assert time.monotonic() < deadline, f"{now} streams pass the portal, not {wanted}"
            time.sleep(0.05)

    def _passing(self) -> int:
        lines = httpx.get(self._metrics).text.splitlines()
        [value] = [line.split()[1] for line in lines if line.startswith("pavilion_live_streams ")]
        return int(float(value))


def is_free(page: Page, hall: str, number: str) -> None:
    expect(page.locator(f'[data-booth="{hall}/{number}"]')).to_have_attribute("data-state", "free")


def is_held(page: Page, hall: str, number: str) -> None:
    expect(page.locator(f'[data-booth="{hall}/{number}"]')).to_have_attribute("data-state", "held")


def close(tab: Page) -> None:
    tab.close()


def crash(tab: Page) -> None:
    with tab.expect_event("crash"), pytest.raises(Error, match="chrome://crash"):
        tab.goto("chrome://crash")


@pytest.mark.parametrize("leave", [close, crash])
def test_the_tabs_of_a_browser_share_one_stream_and_go_on_when_the_one_that_has_it_leaves(
    open_page: Open, hall: str, stage: Stage, running_stack: RunningStack, leave: Callable[[Page], None]
) -> None:
    first = open_page("emma")
    streams = Streams(first.context, running_stack)
    second, third = another_tab(first), another_tab(first)
    assert streams.asked == []
    streams.are(1)
    assert stage.hold("olga", f"{hall}/A-01").status_code == 201
    for tab in (first, second, third):
        is_held(tab, hall, "A-01")

    leave(first)
    assert stage.hold("olga", f"{hall}/A-02").status_code == 201
    for tab in (second, third):
        is_held(tab, hall, "A-02")
        expect(tab.locator(".connection.live")).to_be_visible()
    assert len(streams.asked) == 1
    streams.are(1)


def test_a_venue_s_tabs_share_a_stream_too(open_page: Open, hall: str, running_stack: RunningStack) -> None:
    first = open_page("organizer")
    streams = Streams(first.context, running_stack)
    first.evaluate("location.hash = '#venues/market-hall/2027-09-14/day'")
    expect(first.get_by_role("heading", level=1)).to_be_visible()
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.get_by_role("heading", level=1)).to_be_visible()
    expect(second.locator(".tag.stale")).to_have_count(0)
    streams.are(1)
    assert len(streams.asked) == 1


def test_two_accounts_in_one_browser_have_a_stream_each(
    open_page: Open, hall: str, stage: Stage, running_stack: RunningStack
) -> None:
    emma = open_page("emma")
    streams = Streams(emma.context, running_stack)
    olga = emma.context.new_page()
    # The one cookie is olga's from here on, and what emma's tab heard before stays its own.
    emma.context.clear_cookies()
    olga.goto(emma.url)
    olga.locator("input[name=account]").fill("olga")
    olga.locator("input[name=password]").fill(PASSWORD)
    olga.locator("form button[type=submit]").click()
    expect(olga.locator(".connection.live")).to_be_visible()
    assert len(streams.asked) == 1
    streams.are(2)
    assert stage.hold("lan", f"{hall}/A-05").status_code == 201
    is_held(emma, hall, "A-05")
    is_held(olga, hall, "A-05")


def test_without_a_network_nothing_is_sent_and_the_page_says_why(open_page: Open, hall: str) -> None:
    page = open_page("emma")
    page.locator(f'[data-booth="{hall}/B-01"]').click()
    hold = page.get_by_role("button", name=HOLD, exact=True)
    expect(hold).to_be_enabled()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method != "GET" else None)

    page.context.set_offline(True)
    expect(page.locator(".connection.stale")).to_contain_text("booking resumes when it is back")
    expect(hold).to_be_disabled()
    expect(page.locator(".booth-list input[type=checkbox]:enabled")).to_have_count(1)
    page.get_by_role("button", name="Inbox").click()
    expect(page.get_by_role("dialog").get_by_role("status").first).to_contain_text("The connection is lost.")
    page.keyboard.press("Escape")

    page.context.set_offline(False)
    expect(page.locator(".connection.live")).to_be_visible()
    expect(hold).to_be_enabled()
    is_free(page, hall, "B-01")
    assert sent == []
    hold.click()
    is_held(page, hall, "B-01")
    assert FAIR in page.url
