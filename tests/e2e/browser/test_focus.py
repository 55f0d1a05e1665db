"""The keyboard keeps its place when what had the focus goes by being used, or is switched off while it works."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.e2e.browser.booths import card_of, choose, hold
from tests.e2e.browser.centre import VENUE, enter, open_centre, row
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.desk import enter_draft
from tests.e2e.browser.stage import ORGANIZER, Stage

FOCUSED = "document.activeElement"


def within(page: Page, selector: str) -> None:
    """Wait until the focus is on something that fits, or inside of it."""
    page.wait_for_function(f"selector => {FOCUSED}.closest(selector) !== null", arg=selector)


def test_who_leaves_booths_out_of_a_comparison_goes_on_with_the_next(open_page: Open, hall: str) -> None:
    page = open_page("emma")
    choose(page, hall, "A-01", "A-02", "A-03")
    page.get_by_role("button", name="Compare").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile("A-02")).press("Enter")
    expect(dialog.get_by_role("button", name=re.compile("A-03"))).to_be_focused()
    # A second press that was meant for what has gone does nothing; one that comes later is meant.
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name=re.compile("A-03"))).to_be_focused()
    page.wait_for_timeout(500)
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name=re.compile("A-01"))).to_be_focused()


def test_from_the_plan_the_next_stops_are_what_is_chosen_and_hold(open_page: Open, hall: str) -> None:
    page = open_page("emma")
    plan = page.get_by_role("listbox")
    plan.focus()
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUSED}.textContent") == "Hold":
            break
    expect(page.get_by_role("button", name="Hold", exact=True)).to_be_focused()


def test_who_confirms_stays_at_the_reservation_and_who_gives_it_up_is_not_led_to_another_button(
    open_page: Open, hall: str
) -> None:
    page = open_page("emma", viewport={"width": 1280, "height": 700})
    hold(page, hall, "B-01")
    card = card_of(page, f"{hall}/B-01")
    expect(card).to_be_focused()
    expect(card.get_by_role("button", name="Confirm")).to_be_in_viewport()
    reservation = f'[data-reservation="{card.get_attribute("data-reservation")}"]'
    card.get_by_role("button", name="Confirm").press("Enter")
    expect(card).to_have_attribute("data-state", "confirmed")
    within(page, reservation)
    card.get_by_role("button", name="Cancel").press("Enter")
    within(page, reservation)
    card.get_by_role("button", name="Yes, cancel").press("Enter")
    expect(page.locator(reservation)).not_to_have_attribute("data-state", "confirmed")
    within(page, "main")


def test_a_button_that_is_off_while_it_works_has_the_focus_again_when_it_is_refused(
    open_page: Open, stage: Stage
) -> None:
    with stage.client(ORGANIZER) as client:
        enter_draft(client, "focus-draft")
    page = open_page("organizer")
    page.evaluate("location.hash = '#desk/focus-draft/exhibitors'")
    page.get_by_role("button", name="Register an exhibitor").press("Enter")
    form = page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Focus Ltd")
    form.get_by_label("Mail address").fill("focus@nowhere")
    button = form.get_by_role("button", name="Register an exhibitor")
    sent: list[Route] = []
    page.route("**/exhibitors", lambda route: sent.append(route), times=1)
    button.press("Enter")
    expect(button).to_be_disabled()
    sent[0].continue_()
    expect(form.get_by_role("alert")).to_be_visible()
    expect(button).to_be_focused()


def test_who_takes_what_is_offered_instead_stays_in_the_dialog(open_page: Open, stage: Stage) -> None:
    open_centre(stage)
    day = "2035-10-08"
    enter(stage, "hall-1", day, (9, 12), "In the way of focus")
    enter(stage, "hall-2", day, (9, 12), "Moved to where it is offered")
    page = open_page("organizer")
    page.evaluate("hash => { location.hash = hash }", f"#venues/{VENUE}/{day}/day")
    bar = row(page, "hall-2").get_by_role("button", name=re.compile("^Moved to where"))
    bar.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Move").press("Enter")
    dialog.get_by_label("Space").select_option(label="Hall 1")
    dialog.get_by_role("button", name="Move").press("Enter")
    offered = dialog.get_by_role("alert").get_by_role("button").first
    offered.press("Enter")
    expect(dialog.locator(".move-form")).to_have_count(0)
    within(page, "dialog")


def test_who_presses_beside_everything_is_left_alone(open_page: Open, hall: str, stage: Stage) -> None:
    page = open_page("emma")
    choose(page, hall, "C-01", "C-02")
    page.get_by_role("button", name="Compare").focus()
    page.locator("h2").first.click()
    assert page.evaluate(f"{FOCUSED} === document.body")
    # The page changes all the same.
    assert stage.hold("olga", f"{hall}/C-02").status_code == 201
    expect(page.locator(f'[data-booth="{hall}/C-02"]')).to_have_attribute("data-state", "held")
    expect(page.get_by_role("button", name="Compare")).to_have_count(0)
    assert page.evaluate(f"{FOCUSED} === document.body")
