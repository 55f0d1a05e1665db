"""What could not be read says so in its own place, and is read again at a press."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.browser.accessible import violations
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.stage import FAIR, Stage

DOWN = {"type": "urn:pavilion:problem:unavailable", "title": "Not available for the moment", "status": 503}


@pytest.mark.parametrize(
    ("account", "address", "read", "sign"),
    [
        ("emma", "#fairs", "**/api/catalog/fairs?*", ".fair-card"),
        ("emma", f"#/{FAIR}/HALL", f"**/api/catalog/fairs/{FAIR}/halls", "[data-booth]"),
        ("emma", f"#/{FAIR}/HALL", "**/floor-plan", "[data-booth]"),
        ("organizer", f"#desk/{FAIR}/plan/HALL", "**/floor-plan", "[data-booth]"),
        ("emma", "#bookings", "**/api/booking/reservations?*", ".reservation"),
        ("organizer", f"#desk/{FAIR}/overview", "**/api/catalog/fairs?*", ".hall-bars li"),
        ("organizer", f"#desk/{FAIR}/plan/HALL", f"**/api/catalog/fairs/{FAIR}/halls", "[data-booth]"),
        ("organizer", f"#desk/{FAIR}/sales", "**/api/booking/fairs/*/sales", ".chart-frame canvas"),
        ("organizer", f"#desk/{FAIR}/plan/HALL", "**/api/booking/fairs/*/taken", "[data-booth]"),
        ("organizer", "#venues", "**/api/catalog/venues?*", ".timeline, main .waiting"),
    ],
)
def test_a_page_whose_first_reading_fails_offers_to_try_again(
    stage: Stage, open_page: Open, hall: str, account: str, address: str, read: str, sign: str
) -> None:
    assert stage.hold("emma", f"{hall}/A-01").status_code == 201
    page = open_page(account)
    page.evaluate("location.hash = '#happenings'")
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    def refuse(route: Route) -> None:
        route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(DOWN))

    page.route(read, refuse)
    page.evaluate("address => { location.hash = address }", address.replace("HALL", hall))
    refused = page.locator("main [role=alert]").filter(has_text="could not be read")
    expect(refused).to_be_visible()
    expect(page.get_by_text("Loading")).to_have_count(0)
    assert violations(page) == []
    # What the page asks by itself, as when something live has changed, must not be answered before the press.
    held: list[Route] = []
    pressed = False
    page.route(read, lambda route: route.continue_() if pressed else held.append(route))
    refused.get_by_role("button", name="Try again").click()
    pressed = True
    for route in held:
        route.continue_()
    expect(page.locator(sign).first).to_be_visible()
    expect(refused).to_have_count(0)


def test_what_was_opened_without_a_connection_is_read_once_there_is_one(open_page: Open) -> None:
    page = open_page("organizer")
    page.evaluate("location.hash = '#happenings'")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.context.set_offline(True)
    page.evaluate("location.hash = '#venues'")
    refused = page.locator("main [role=alert]").filter(has_text="could not be read")
    expect(refused).to_contain_text("It is asked again once there is a connection.")
    page.context.set_offline(False)
    expect(refused).to_have_count(0)
    expect(page.locator(".timeline, main .waiting").first).to_be_visible()


def test_a_portal_that_comes_back_is_found_without_a_press_and_without_a_stream(open_page: Open) -> None:
    page = open_page("admin")
    page.evaluate("location.hash = '#happenings'")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.route("**/*", lambda route: route.abort("connectionrefused"))
    page.evaluate("location.hash = '#fairs'")
    refused = page.locator("main [role=alert]").filter(has_text="could not be read")
    expect(refused).to_be_visible()
    page.unroute("**/*")
    expect(refused).to_have_count(0)
    expect(page.locator(".fair-card").first).to_be_visible()


def test_what_alone_is_never_answered_is_asked_ever_more_rarely(open_page: Open) -> None:
    page = open_page("organizer")
    asked: list[Route] = []

    def blocked(route: Route) -> None:
        asked.append(route)
        route.abort("blockedbyclient")

    page.route("**/api/booking/fairs/*/sales", blocked)
    page.evaluate("address => { location.hash = address }", f"#desk/{FAIR}/sales")
    refused = page.locator("main [role=alert]").filter(has_text="could not be read")
    expect(refused).to_be_visible()
    page.wait_for_timeout(8_000)
    # By itself and with each picture, which come after 1, 2, 4 seconds; without pauses it was 16 times in 6 seconds.
    assert 2 <= len(asked) <= 10
    expect(refused).to_be_visible()
