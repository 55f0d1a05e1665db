"""An organizer's way from a draft to its first sale, and on to two halls of a venue, in one tab."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.accessible import violations
from tests.e2e.browser.booths import booth, card_of, hold
from tests.e2e.browser.centre import book, drag, fill, open_centre, row
from tests.e2e.browser.conftest import Open, RunningStack
from tests.e2e.browser.desk import drop, enter_draft, plan, square, table
from tests.e2e.browser.stage import EXHIBITORS, ORGANIZER, Stage, sheet

EMMA = "emma"


@pytest.fixture(scope="module")
def stage(running_stack: RunningStack) -> Stage:
    """The stage without emma's exhibitor, whom one fair alone can have, and with a draft and a venue of two halls."""
    stage = Stage(running_stack.stack.url, running_stack.stack.issuer)
    stage.set_up(account for account in EXHIBITORS if account != EMMA)
    with stage.client(ORGANIZER) as client:
        enter_draft(client, "draft")
    open_centre(stage)
    return stage


def tile(page: Page, name: str, wanted: str) -> None:
    expect(page.locator(".tiles li").filter(has_text=name)).to_contain_text(wanted)


def test_from_a_draft_to_a_sale_that_arrives_live_and_a_booking_that_makes_way_for_another(open_page: Open) -> None:
    page = open_page("organizer")
    page.evaluate("window.notReloaded = true")
    page.get_by_role("link", name="Fair desk").click()
    page.get_by_label("Fair", exact=True).select_option("Draft Fair")
    expect(page.locator(".fair-state .tag")).to_have_text("Draft")
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_disabled()

    page.locator(".fair-state").get_by_role("link", name="Floor plan").click()
    page.get_by_label("Floor plan of").select_option("Hall 1")
    drop(page, plan(square("A-1", 2), square("A-2", 8), square("A-3", 14)))
    expect(page.locator(".comparison [data-fate=created]")).to_have_count(3)
    page.get_by_role("button", name="Import 3 changes").click()
    expect(page.locator(".side-table .row")).to_have_count(3)

    tabs = page.get_by_role("navigation", name="Parts of the desk")
    tabs.get_by_role("link", name="Exhibitors").click()
    expect(page.get_by_text("Nobody is registered yet.")).to_be_visible()
    page.get_by_role("button", name="Import a table").click()
    drop(page, table([*sheet([EMMA]).splitlines(), ",Altai Instruments,KZ,zh,office@altai.example"]))
    expect(page.locator(".changes tr[data-fate=created] th")).to_contain_text(["Northwind", "Altai Instruments"])
    page.get_by_role("button", name="Import 2 changes").click()
    expect(page.locator("p.said")).to_have_text("Imported: 2 new, 0 changed.")
    expect(page.locator(".people tbody th")).to_have_text(["Altai Instruments", "Northwind Textiles Ltd"])

    tabs.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Publish the fair? Everybody sees it from then on")).to_be_visible()
    expect(page.locator(".fair-state .tag")).to_have_text("Draft")
    page.get_by_role("button", name="Yes, publish").click()
    expect(page.locator(".fair-state .tag")).to_have_text("Published")
    expect(page.locator(".connection.live")).to_be_visible()
    tile(page, "Free", "3 booths, 48 m²")

    emma = open_page(EMMA)
    emma.get_by_role("link", name="Fairs", exact=True).click()
    emma.locator(".fair-card").get_by_role("link", name="Draft Fair").click()
    hold(emma, "1", "A-2")
    tile(page, "On hold now", "1 booth, 16 m²")
    tile(page, "Free", "2 booths, 32 m²")
    card_of(emma, "1/A-2").get_by_role("button", name="Confirm").click()
    tile(page, "Sold or reserved", "1 booth, 16 m²")
    tile(page, "On hold now", "0 booths, 0 m²")

    tabs.get_by_role("link", name="Floor plan").click()
    expect(page.locator('[data-row="1/A-2"]')).to_contain_text("Northwind Textiles Ltd")
    # What was reserved is sold beside the plan that everybody sees, which leads back to the desk.
    page.get_by_role("link", name="Fairs", exact=True).click()
    page.locator(".fair-card").get_by_role("link", name="Draft Fair").click()
    card = card_of(page, "1/A-2")
    expect(card).to_contain_text("Northwind Textiles Ltd")
    card.get_by_role("button", name="Mark as sold").click()
    card.get_by_role("button", name="Yes, sold").click()
    expect(page.locator(".notice.done")).to_have_text("Sold. The contract stands.")
    expect(booth(emma, "1", "A-2")).to_have_attribute("data-state", "sold")
    expect(card_of(emma, "1/A-2")).to_have_attribute("data-state", "sold")

    page.get_by_role("link", name="To the fair's desk").click()
    expect(page.locator('[data-row="1/A-2"]')).to_contain_text("Sold")
    tabs.get_by_role("link", name="Overview").click()
    tile(page, "Sold, at the prices of the day", "16,000")
    tabs.get_by_role("link", name="Sales").click()
    expect(page.locator(".chart canvas")).to_be_visible()
    page.get_by_text("As a table").click()
    expect(page.locator(".figures tr[data-day] td")).to_have_text(["16", "16", "16", "", "", "16", "", ""])

    page.get_by_role("link", name="Venues").click()
    page.get_by_label("Venue", exact=True).select_option("Trade Court")
    title, by_day = page.get_by_role("heading", level=1), page.get_by_role("link", name="Day", exact=True)
    by_day.click()
    expect(by_day).to_have_attribute("aria-current", "page")
    today = title.inner_text()
    page.get_by_role("link", name="Later").click()
    expect(title).not_to_have_text(today)
    day = page.url.split("/")[-2]
    book(page, ["Hall 1+2"], f"{day}T09:00", f"{day}T12:00", "Tea congress")
    expect(page.locator(".notice.done")).to_have_text("The spaces are booked.")
    form = fill(page, ["Hall 1"], f"{day}T10:00", f"{day}T12:00", "Choir")
    form.get_by_role("button", name="Book", exact=True).click()
    refusal = form.get_by_role("alert")
    expect(refusal).to_contain_text("The space is taken at that time.")
    expect(refusal).to_contain_text(re.compile("09:00.*12:00.*: Definite"))
    form.get_by_role("button", name="Close").click()
    choir = row(page, "hall-1").get_by_role("button", name=re.compile("^Choir, Definite"))
    expect(choir).to_have_count(0)

    congress = row(page, "both").get_by_role("button", name=re.compile("^Tea congress, Definite"))
    drag(page, congress, hours=6)
    expect(page.locator(".notice.done")).to_have_text("Moved. Everyone concerned is told.")
    expect(congress).to_have_attribute("aria-label", re.compile("15:00.*18:00"))
    book(page, ["Hall 1"], f"{day}T10:00", f"{day}T12:00", "Choir")
    expect(choir).to_have_attribute("aria-label", re.compile("10:00.*12:00"))
    through = row(page, "hall-1").get_by_role("button", name=re.compile("^Tea congress, by Hall 1\\+2"))
    expect(through).to_have_attribute("aria-label", re.compile("15:00.*18:00"))
    assert page.evaluate("window.notReloaded") is True
    assert violations(page) == []
