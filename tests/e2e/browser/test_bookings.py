"""What an exhibitor has, on one page."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.browser.accessible import violations
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.stage import Stage


def test_what_was_booked_is_found_and_confirmed_on_one_page(stage: Stage, open_page: Open, hall: str) -> None:
    assert stage.hold("emma", f"{hall}/A-01", f"{hall}/A-02").status_code == 201
    page = open_page("emma")
    page.get_by_role("link", name="My bookings").click()
    card = page.locator(".reservation").filter(has_text=f"{hall}/A-01")
    expect(card).to_have_attribute("data-state", "held")
    expect(page.locator(".at-fair header")).to_contain_text("Harvest Fair 2027")
    assert violations(page) == []
    card.get_by_role("button", name="Confirm").click()
    expect(card).to_have_attribute("data-state", "confirmed")
    page.reload()
    expect(card).to_have_attribute("data-state", "confirmed")
    with page.expect_popup() as opened:
        card.get_by_role("link", name="Booth confirmation", exact=True).click()
    paper = opened.value
    expect(paper.get_by_role("heading", level=1)).to_have_text("Harvest Fair 2027")
    expect(paper.get_by_role("cell", name="A-02")).to_be_visible()
    assert violations(paper) == []
    paper.get_by_role("link", name="中文").click()
    expect(paper.locator(".kind")).to_have_text("展位确认书")
    paper.close()
    page.get_by_role("link", name="Harvest Fair 2027").click()
    expect(page.locator("[data-booth]").first).to_be_visible()


def test_who_has_nothing_is_told_how_to_book_and_an_organizer_has_no_such_page(
    stage: Stage, open_page: Open, hall: str
) -> None:
    page = open_page("lan", language="en")
    page.locator('.languages button[lang="en"]').click()
    page.get_by_role("link", name="My bookings").click()
    expect(page.get_by_text("You have not booked anything yet.")).to_be_visible()
    organizer = open_page("organizer")
    expect(organizer.get_by_role("link", name="My bookings")).to_have_count(0)
