"""Somebody else is quicker: a dialog stays open, says why it was refused, and shows what is so now."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.browser.accessible import violations
from tests.e2e.browser.centre import VENUE, enter, open_centre
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.stage import FAIR, ORGANIZER, Stage


def before(page: Page, path: str, happens: Callable[[], None]) -> None:
    """Let something happen while the page's next request to a path is on its way."""

    def meanwhile(route: Route) -> None:
        happens()
        route.continue_()

    page.route(path, meanwhile, times=1)


def command(stage: Stage, path: str, key: str, body: dict[str, Any]) -> None:
    with stage.client(ORGANIZER) as client:
        answer = client.post(path, json=body, headers={"Idempotency-Key": key})
    assert answer.is_success, answer.text


def hold(stage: Stage, booth: str) -> None:
    assert stage.hold("emma", booth).status_code == 201


def open_hall(page: Page, hall: str) -> None:
    page.evaluate("hash => { location.hash = hash }", f"#desk/{FAIR}/plan/{hall}")
    expect(page.locator(".side-table .row").first).to_be_visible()


def test_booths_to_be_taken_out_of_sale_are_sold_meanwhile(open_page: Open, hall: str, stage: Stage) -> None:
    page = open_page("organizer")
    open_hall(page, hall)
    for number in ("A-01", "A-02"):
        page.locator(f'[data-row="{hall}/{number}"] input').check()
    page.get_by_role("button", name="Take 2 out of sale").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("a pillar")
    before(page, "**/booths/block", lambda: hold(stage, f"{hall}/A-02"))
    dialog.get_by_role("button", name="Take out of sale").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text(f"{hall}/A-02: held")
    expect(dialog.get_by_label("Reason")).to_have_value("a pillar")
    # What is left can go as it is: it is listed without the one that is gone.
    expect(dialog.get_by_text(f"{hall}/A-01", exact=True)).to_be_visible()
    assert violations(page) == []
    dialog.get_by_role("button", name="Take out of sale").press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".notice.done")).to_have_text(f"Out of sale: {hall}/A-01.")


def test_the_last_booth_to_be_taken_out_of_sale_is_sold_before_it_is_tried(
    open_page: Open, hall: str, stage: Stage
) -> None:
    page = open_page("organizer")
    open_hall(page, hall)
    page.locator(f'[data-row="{hall}/B-03"] input').check()
    page.get_by_role("button", name="Take 1 out of sale").press("Enter")
    dialog = page.get_by_role("dialog")
    hold(stage, f"{hall}/B-03")
    expect(dialog.get_by_text("Meanwhile all of them were taken.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Take out of sale")).to_be_disabled()


@pytest.mark.parametrize(("number", "blocked"), [("A-03", False), ("A-04", True)])
def test_a_booths_details_say_what_became_of_it(
    open_page: Open, hall: str, stage: Stage, number: str, blocked: bool
) -> None:
    booth, at = f"{hall}/{number}", f"/api/booking/fairs/{FAIR}/booths"
    body = {"booths": [booth], "reason": "a pillar"}
    if blocked:
        command(stage, f"{at}/block", f"block {booth}", body)
    page = open_page("organizer")
    open_hall(page, hall)
    page.locator(f'[data-row="{booth}"]').get_by_role("button").press("Enter")
    dialog = page.get_by_role("dialog")

    def sold() -> None:
        if blocked:
            command(stage, f"{at}/unblock", f"unblock {booth}", {"booths": [booth]})
        hold(stage, booth)

    before(page, "**/booths/unblock" if blocked else "**/booths/block", sold)
    name = "Put 1 on sale again" if blocked else "Take out of sale"
    dialog.get_by_role("button", name=name).press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text(f"{booth}: held")
    expect(dialog.locator("dd").first).to_have_text("Held")
    expect(dialog.get_by_role("link", name="Northwind Textiles Ltd")).to_be_visible()
    expect(dialog.get_by_role("button", name="Cancel the reservation")).to_be_enabled()


def test_two_organizers_change_one_exhibitor_and_neither_writes_over_the_other(open_page: Open, stage: Stage) -> None:
    with stage.client(ORGANIZER) as client:
        entry = {"name": "Twice Changed", "country": "KZ", "email": "old@twice.example"}
        at = f"/api/catalog/fairs/{FAIR}/exhibitors"
        made = client.post(at, json=entry, headers={"Idempotency-Key": "twice"})
    assert made.is_success, made.text
    pages = [open_page("organizer") for _ in range(2)]
    forms = []
    for page in pages:
        page.evaluate("hash => { location.hash = hash }", f"#desk/{FAIR}/exhibitors")
        page.get_by_label("Find by name").fill("Twice")
        page.get_by_role("button", name="Change Twice Changed").press("Enter")
        forms.append(page.get_by_role("dialog"))
    first, second = forms
    first.get_by_label("Country").fill("Latvia")
    first.get_by_label("Name in Chinese").fill("两次")
    first.get_by_role("button", name="Save").press("Enter")
    expect(first).to_be_hidden()

    second.get_by_role("textbox", name="Country").fill("Estonia")
    second.get_by_label("Mail address").fill("new@twice.example")
    second.get_by_role("button", name="Save").press("Enter")
    expect(second.get_by_role("alert")).to_contain_text("Something changed since you looked at it")
    expect(second.get_by_label("Name in Chinese")).to_have_value("两次")
    expect(second.locator('[data-field="name_zh"]')).to_contain_text("Somebody else changed it")
    expect(second.get_by_role("textbox", name="Country")).to_have_value("Estonia")
    expect(second.locator('[data-field="country"]')).to_contain_text("Somebody else wrote “Latvia”.")
    expect(second.get_by_label("Mail address")).to_have_value("new@twice.example")
    assert violations(pages[1]) == []
    second.get_by_role("button", name="Take theirs: Country").press("Enter")
    expect(second.get_by_role("textbox", name="Country")).to_have_value("Latvia")
    second.get_by_role("button", name="Save").press("Enter")
    expect(second).to_be_hidden()
    with stage.client(ORGANIZER) as client:
        now = client.get(f"/api/catalog/exhibitors/{made.json()['id']}").json()
    assert now["names"] == {"zh": "两次"}
    assert (now["country"], now["email"]) == ("Latvia", "new@twice.example")


def test_a_bookings_dialog_follows_what_others_do_and_says_what_can_no_longer_be_done(
    open_page: Open, stage: Stage
) -> None:
    open_centre(stage)
    day = "2035-09-03"
    option = enter(stage, "hall-2", day, (9, 12), "Followed", state="option")
    at = f"/api/booking/space-bookings/{option}"
    page = open_page("organizer")
    page.evaluate("hash => { location.hash = hash }", f"#venues/{VENUE}/{day}/day")
    page.get_by_role("button", name=re.compile("^Followed, Option, ")).press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Option, place 1")
    use = {"space": f"{VENUE}/hall-1", "start": f"{day}T14:00", "end": f"{day}T16:00"}
    command(stage, f"{at}/reschedule", "followed elsewhere", {"uses": [use]})
    expect(dialog.locator("dl")).to_contain_text("Hall 1")
    expect(dialog.locator("dl")).to_contain_text("14:00")

    dialog.get_by_role("button", name="Move").press("Enter")
    form = dialog.locator(".move-form")
    command(stage, f"{at}/reschedule", "followed again", {"uses": [{**use, "end": f"{day}T17:00"}]})
    expect(form.get_by_role("alert")).to_contain_text("This booking has been changed meanwhile.")
    expect(form.get_by_role("button", name="Move")).to_be_disabled()
    form.get_by_role("button", name="Start from what it is now").press("Enter")
    expect(form.get_by_label("Until", exact=True)).to_have_value(f"{day}T17:00")
    # Somebody is quicker once more, too late to be shown before it is tried.
    before(page, "**/reschedule", lambda: command(stage, f"{at}/reschedule", "and again", {"uses": [use]}))
    form.get_by_label("From", exact=True).fill(f"{day}T15:00")
    form.get_by_role("button", name="Move").press("Enter")
    expect(form.get_by_role("alert")).to_be_visible()
    form.get_by_role("button", name="Start from what it is now").press("Enter")
    expect(form.get_by_label("Until", exact=True)).to_have_value(f"{day}T16:00")
    form.get_by_role("button", name="Leave as is").press("Enter")

    before(page, "**/confirm", lambda: command(stage, f"{at}/cancel", "followed no more", {}))
    dialog.get_by_role("button", name="Make definite").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("cancelled")
    expect(dialog.get_by_role("status").first).to_have_text("Cancelled")
    expect(dialog.get_by_role("button", name="Make definite")).to_have_count(0)


def lose_the_answer(page: Page, path: str) -> None:
    """Let requests to a path be done, and their answers be lost on the way, as often as the page tries by itself."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route(path, lose)


def test_a_booth_whose_blocking_was_done_though_its_answer_was_lost_is_not_to_be_blocked_again(
    open_page: Open, hall: str
) -> None:
    page = open_page("organizer")
    open_hall(page, hall)
    page.locator(f'[data-row="{hall}/B-04"]').get_by_role("button").press("Enter")
    dialog = page.get_by_role("dialog")
    lose_the_answer(page, "**/booths/block")
    dialog.get_by_role("button", name="Take out of sale").press("Enter")
    expect(dialog.get_by_role("status").first).to_have_text("Blocked")
    expect(dialog.get_by_role("button", name="Put 1 on sale again")).to_be_enabled(timeout=30_000)
    expect(dialog.get_by_role("alert")).to_have_count(0)
    dialog.get_by_role("button", name="Close").press("Enter")

    page.locator(f'[data-row="{hall}/B-05"] input').check()
    page.get_by_role("button", name="Take 1 out of sale").press("Enter")
    dialog.get_by_role("button", name="Take out of sale").press("Enter")
    expect(page.locator(f'[data-row="{hall}/B-05"]')).to_contain_text("Blocked")
    expect(dialog.get_by_text("Meanwhile all of them were taken.")).to_have_count(0)
    expect(dialog).to_be_hidden(timeout=30_000)


def test_a_change_whose_answer_was_lost_is_not_told_as_somebody_elses(open_page: Open, stage: Stage) -> None:
    with stage.client(ORGANIZER) as client:
        at = f"/api/catalog/fairs/{FAIR}/exhibitors"
        assert client.post(at, json={"name": "Lost Answer"}, headers={"Idempotency-Key": "lost"}).is_success
    page = open_page("organizer")
    page.evaluate("hash => { location.hash = hash }", f"#desk/{FAIR}/exhibitors")
    page.get_by_label("Find by name").fill("Lost")
    page.get_by_role("button", name="Change Lost Answer").press("Enter")
    form = page.get_by_role("dialog")
    form.get_by_label("Country").fill("Estonia  Republic")
    lose_the_answer(page, "**/api/catalog/exhibitors/*")
    form.get_by_role("button", name="Save").press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("press the button again", timeout=30_000)
    page.unroute("**/api/catalog/exhibitors/*")
    form.get_by_role("button", name="Save").press("Enter")
    expect(form).to_be_hidden()
    expect(page.locator("p.said")).to_have_text("Lost Answer is changed.")


def test_what_is_refused_once_its_dialog_was_closed_is_said_on_the_page(open_page: Open, stage: Stage) -> None:
    open_centre(stage)
    day = "2035-09-04"
    option = enter(stage, "hall-2", day, (9, 12), "Closed over", state="option")
    page = open_page("organizer")
    page.evaluate("hash => { location.hash = hash }", f"#venues/{VENUE}/{day}/day")
    page.get_by_role("button", name=re.compile("^Closed over, Option, ")).press("Enter")
    dialog = page.get_by_role("dialog")

    def meanwhile() -> None:
        command(stage, f"/api/booking/space-bookings/{option}/cancel", "closed over", {})
        dialog.get_by_role("button", name="Close").press("Enter")

    before(page, "**/confirm", meanwhile)
    dialog.get_by_role("button", name="Make definite").press("Enter")
    expect(page.locator(".notice.refused")).to_contain_text("cancelled")
