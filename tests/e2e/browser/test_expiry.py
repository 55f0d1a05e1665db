"""A hold that nobody confirms: what is said while it runs, and what becomes of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.conftest import Open
from tests.e2e.browser.stage import Stage

FAIR = "brief-2028"
# Long enough to be looked at, and for a page to be loaded again, on a machine that has much to do.
HOLD_SECONDS = 20


@pytest.fixture(scope="module")
def brief(stage: Stage) -> Stage:
    settings = {
        "name": {"en": "Brief Fair 2028"},
        "venue": "market-hall",
        "starts": "2028-04-04",
        "ends": "2028-04-07",
        "time_zone": "Asia/Almaty",
        "currency": "KZT",
        "hold_ttl_seconds": HOLD_SECONDS,
    }
    stage.open_fair(FAIR, settings)
    return stage


def test_a_hold_that_runs_out_gives_its_booth_back_and_both_browsers_say_so(brief: Stage, open_page: Open) -> None:
    pages = [open_page("emma"), open_page("olga")]
    for page in pages:
        page.evaluate("address => { location.hash = address }", f"#/{FAIR}/1")
        expect(page.locator('[data-booth="1/A-01"][data-state="free"]')).to_be_visible()
    holder, other = pages
    holder.locator('[data-booth="1/A-01"]').click()
    holder.get_by_role("button", name="Hold", exact=True).click()
    card = holder.locator(".reservation").filter(has_text="1/A-01")
    expect(card).to_have_attribute("data-state", "held")
    expect(card).to_contain_text("When it is up the booths are free for everybody again.")
    expect(card).to_contain_text(re.compile(r"0:[012]\d"))
    expect(other.locator('[data-booth="1/A-01"]')).to_have_attribute("data-state", "held")
    holder.reload()
    expect(card).to_contain_text(re.compile(r"0:[012]\d"))
    expect(holder.get_by_text("The time is up: booth 1/A-01 is free again.")).to_be_visible(timeout=60_000)
    for page in pages:
        expect(page.locator('[data-booth="1/A-01"]')).to_have_attribute("data-state", "free")
    other.locator('[data-booth="1/A-01"]').click()
    expect(other.locator('[data-booth="1/A-01"]')).to_have_attribute("aria-selected", "true")
