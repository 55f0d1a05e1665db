"""A venue's spaces in a real browser: booked, refused with what could be had, given up, and looked at by others."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.accessible import violations
from tests.e2e.browser.centre import DAY, VENUE, book, drag, enter, fill, mark, open_centre, row
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.stage import ORGANIZER, Stage


@pytest.fixture(scope="module")
def centre(stage: Stage) -> Stage:
    open_centre(stage)
    return stage


def look(page: Page, day: str, span: str = "day") -> None:
    page.evaluate("hash => { location.hash = hash }", f"#venues/{VENUE}/{day}/{span}")
    expect(page.locator(".timeline")).to_be_visible()


def stands(centre: Stage, booking: str) -> tuple[str, str, str]:
    """Space, first and last hour of a booking on the venue's clock."""
    with centre.client(ORGANIZER) as client:
        [use] = client.get(f"/api/booking/space-bookings/{booking}").json()["uses"]
    hours = [f"{(int(use[name][11:13]) + 8) % 24:02}:{use[name][14:16]}" for name in ("start", "end")]
    return (use["space"].partition("/")[2], *hours)


def test_two_halls_are_booked_as_one_and_neither_can_be_had_beside_it(centre: Stage, open_page: Open) -> None:
    page = open_page("organizer")
    look(page, DAY)
    book(page, ["Hall 1+2"], f"{DAY}T09:00", f"{DAY}T18:00", "Tea congress")
    expect(page.locator(".notice.done")).to_have_text("The spaces are booked.")
    own = row(page, "both").get_by_role("button", name=re.compile("^Tea congress, Definite, "))
    expect(own).to_be_visible()
    for name in ("hall-1", "hall-2"):
        through = row(page, name).get_by_role("button", name=re.compile("^Tea congress, by Hall 1\\+2"))
        expect(through).to_be_visible()

    form = fill(page, ["Hall 1"], f"{DAY}T10:00", f"{DAY}T12:00", "Choir")
    form.get_by_role("button", name="Book", exact=True).click()
    refusal = form.get_by_role("alert")
    expect(refusal).to_contain_text("The space is taken at that time.")
    expect(refusal).to_contain_text("Definite")
    expect(form.get_by_label("Event")).to_have_value("Choir")
    refusal.get_by_role("button", name=re.compile("^Hall 1: ")).first.click()
    expect(form).to_be_hidden()
    with centre.client(ORGANIZER) as client:
        booked = client.get("/api/booking/space-bookings", params={"venue": VENUE}).json()["bookings"]
    assert [one["uses"][0]["space"] for one in booked if one["details"]["title"] == "Choir"] == [f"{VENUE}/hall-1"]
    page.get_by_text("As a list").click()
    expect(page.locator(".timeline-list")).to_contain_text("Tea congress")


def test_an_option_goes_definite_and_is_given_up_from_its_dialog(centre: Stage, open_page: Open) -> None:
    day = "2035-06-19"
    page = open_page("organizer")
    look(page, day)
    form = fill(page, ["Hall 2"], f"{day}T09:00", f"{day}T12:00", "Perhaps")
    form.get_by_label("Option").check()
    form.get_by_role("button", name="Book", exact=True).click()
    bar = row(page, "hall-2").get_by_role("button", name=re.compile("^Perhaps, "))
    expect(bar).to_have_attribute("data-state", "option")
    bar.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Option, place 1")
    dialog.get_by_role("button", name="Make definite").click()
    expect(dialog).to_contain_text("Definite")
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Function sheet", exact=True).click()
    expect(opened.value.get_by_role("heading", name="Perhaps")).to_be_visible()
    opened.value.close()
    dialog.get_by_role("button", name="Cancel").click()
    dialog.get_by_role("button", name="Yes, cancel").click()
    expect(dialog).to_contain_text("Cancelled")
    dialog.get_by_role("button", name="Close").click()
    expect(bar).to_have_count(0)


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2035-06-20T12:00", "2035-06-20T10:00", "It would end before it begins."),
        ("2035-06-20T10:00", "2035-06-20T10:00", "It would end when it begins."),
        ("2020-06-20T10:00", "2020-06-20T12:00", "That time is past."),
    ],
)
def test_wrong_times_are_refused_in_a_sentence_and_what_was_typed_stays(
    centre: Stage, open_page: Open, start: str, end: str, told: str
) -> None:
    page = open_page("organizer")
    look(page, "2035-06-20")
    form = fill(page, ["Hall 1"], start, end, "Wrong")
    form.get_by_role("button", name="Book", exact=True).click()
    expect(form.get_by_role("alert")).to_have_text(told)
    expect(form.get_by_label("From", exact=True)).to_have_value(start)
    expect(form.get_by_label("Event")).to_have_value("Wrong")


def test_exhibitors_see_when_spaces_are_taken_and_not_by_whom(centre: Stage, open_page: Open) -> None:
    day = "2035-06-21"
    body = {"space": f"{VENUE}/hall-1", "start": f"{day}T09:00", "end": f"{day}T12:00", "title": "Secret talks"}
    with centre.client(ORGANIZER) as client:
        assert client.post("/api/booking/space-bookings", json=body, headers={"Idempotency-Key": "talks"}).is_success
    page = open_page("emma")
    look(page, day)
    expect(row(page, "hall-1").get_by_role("button", name=re.compile("^Taken, Definite, "))).to_be_visible()
    expect(page.get_by_text("Secret talks")).to_have_count(0)
    expect(page.get_by_role("button", name="Book spaces")).to_have_count(0)


def test_the_timeline_turns_by_day_week_and_month_in_three_languages(centre: Stage, open_page: Open) -> None:
    page = open_page("organizer")
    look(page, DAY, "week")
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("June 11")
    page.get_by_role("link", name="Later").click()
    expect(title).to_contain_text("18")
    page.get_by_role("link", name="Month").click()
    expect(title).to_have_text("June 2035")
    for language, hall, month in (
        ("ru", "Залы 1+2", "июнь 2035"),
        ("zh", "1+2号馆", "2035年6月"),
        ("en", "Hall 1+2", "June 2035"),
    ):
        page.locator(f'.languages button[lang="{language}"]').click()
        expect(row(page, "both")).to_contain_text(hall)
        expect(title).to_contain_text(month)


def test_a_booking_is_dragged_to_another_time_and_hall_and_made_longer(centre: Stage, open_page: Open) -> None:
    day = "2035-07-03"
    id_ = enter(centre, "hall-1", day, (9, 12), "Dragged")
    page = open_page("organizer")
    look(page, day)
    own = row(page, "hall-1").get_by_role("button", name=re.compile("^Dragged, Definite"))
    drag(page, own, hours=3)
    expect(page.locator(".notice.done")).to_have_text("Moved. Everyone concerned is told.")
    assert stands(centre, id_) == ("hall-1", "12:00", "15:00")
    expect(page.get_by_role("dialog")).to_have_count(0)
    drag(page, own, to="hall-2")
    moved = row(page, "hall-2").get_by_role("button", name=re.compile("^Dragged, Definite"))
    expect(moved).to_be_visible()
    assert stands(centre, id_) == ("hall-2", "12:00", "15:00")
    drag(page, moved, hours=2, end=True)
    expect(moved).to_have_attribute("aria-label", re.compile("12:00.*17:00"))
    assert stands(centre, id_) == ("hall-2", "12:00", "17:00")


def test_a_move_is_undone_with_its_phases_unless_somebody_changed_it_since(centre: Stage, open_page: Open) -> None:
    day = "2035-07-11"
    build_up = {"start": f"{day}T07:00", "end": f"{day}T09:00"}
    id_ = enter(centre, "hall-1", day, (9, 12), "Back again", build_up=build_up)
    page = open_page("organizer")
    look(page, day)
    drag(page, row(page, "hall-1").get_by_role("button", name=re.compile("^Back again, ")), hours=3, to="hall-2")
    moved = row(page, "hall-2").get_by_role("button", name=re.compile("^Back again, "))
    expect(moved).to_be_visible()
    assert stands(centre, id_) == ("hall-2", "12:00", "15:00")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".notice.done")).to_have_text("Undone.")
    assert stands(centre, id_) == ("hall-1", "09:00", "12:00")
    with centre.client(ORGANIZER) as client:
        [use] = client.get(f"/api/booking/space-bookings/{id_}").json()["uses"]
    assert use["build_up"]["start"].startswith(f"{DAY[:4]}-07-10T23:00")

    own = row(page, "hall-1").get_by_role("button", name=re.compile("^Back again, "))
    expect(own).to_be_visible()
    drag(page, own, hours=2, end=True)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    with centre.client(ORGANIZER) as client:
        uses = [{"space": f"{VENUE}/hall-2", "start": f"{day}T10:00", "end": f"{day}T11:00"}]
        path, headers = f"/api/booking/space-bookings/{id_}/reschedule", {"Idempotency-Key": "meanwhile"}
        assert client.post(path, json={"uses": uses}, headers=headers).is_success
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".notice.refused")).to_contain_text("Something changed since you looked at it.")
    assert stands(centre, id_) == ("hall-2", "10:00", "11:00")


@pytest.mark.parametrize(
    ("span", "begin", "end", "start", "until", "shown"),
    [
        ("day", 9.02 / 24, 12.4 / 24, "2035-07-12T09:00", "2035-07-12T12:30", r"^09:00 – 12:30$"),
        ("day", 18 / 24, 14 / 24, "2035-07-12T14:00", "2035-07-12T18:00", r"^14:00 – 18:00$"),
        ("week", 57 / 168, 83 / 168, "2035-07-11T09:00", "2035-07-12T11:00", r"^Jul 11\b.*09:00\W+Jul 12\b.*11:00$"),
        ("month", 11.5 / 31, 13.5 / 31, "2035-07-12T00:00", "2035-07-15T00:00", r"^Jul 12\W+14, 2035$"),
    ],
)
def test_a_time_dragged_along_an_empty_row_is_what_the_form_asks_for(
    centre: Stage, open_page: Open, span: str, begin: float, end: float, start: str, until: str, shown: str
) -> None:
    page = open_page("organizer")
    look(page, "2035-07-12", span)
    mark(page, "both", begin, end, let_go=False)
    expect(row(page, "both").locator(".marked")).to_have_text(re.compile(shown))
    page.mouse.up()
    form = page.get_by_role("dialog", name="Book spaces")
    expect(form.get_by_label("Hall 1+2", exact=True)).to_be_checked()
    expect(form.get_by_label("Hall 1", exact=True)).not_to_be_checked()
    expect(form.get_by_label("From", exact=True)).to_have_value(start)
    expect(form.get_by_label("Until", exact=True)).to_have_value(until)
    expect(page.locator(".marked")).to_have_count(0)


def test_a_click_asks_for_two_hours_and_escape_or_a_finger_marks_nothing(centre: Stage, open_page: Open) -> None:
    day = "2035-07-13"
    page = open_page("organizer")
    look(page, day)
    form = page.get_by_role("dialog", name="Book spaces")
    mark(page, "hall-2", 10.2 / 24, 15 / 24, let_go=False)
    page.keyboard.press("Escape")
    expect(page.locator(".marked")).to_have_count(0)
    page.mouse.up()
    expect(form).to_have_count(0)

    track = row(page, "hall-2").locator(".track")
    box = track.bounding_box()
    assert box is not None
    at = {"clientX": box["x"] + box["width"] / 2, "clientY": box["y"] + 9, "pointerType": "touch", "button": 0}
    track.dispatch_event("pointerdown", at)
    track.dispatch_event("pointermove", at | {"clientX": at["clientX"] + 90})
    expect(page.locator(".marked")).to_have_count(0)
    track.dispatch_event("pointerup", at)

    mark(page, "hall-2", 10.2 / 24, 10.2 / 24)
    expect(form.get_by_label("From", exact=True)).to_have_value(f"{day}T10:00")
    expect(form.get_by_label("Until", exact=True)).to_have_value(f"{day}T12:00")
    form.get_by_role("button", name="Close").click()
    # A form is gone a moment after it is closed.
    expect(page.locator("dialog")).to_have_count(0)
    row(page, "hall-2").get_by_role("button", name="Book Hall 2").press("Enter")
    expect(form.get_by_label("Until", exact=True)).to_have_value(f"{day}T11:00")


def test_the_form_asks_which_space_before_it_books_one(centre: Stage, open_page: Open) -> None:
    page = open_page("organizer")
    look(page, "2035-07-14")
    page.get_by_role("button", name="Book spaces").click()
    form = page.get_by_role("dialog", name="Book spaces")
    expect(form.get_by_role("checkbox", checked=True)).to_have_count(0)
    send, hint = form.get_by_role("button", name="Book", exact=True), form.get_by_text("Choose a space first.")
    expect(send).to_be_disabled()
    expect(hint).to_be_visible()
    form.get_by_label("Hall 2", exact=True).check()
    expect(hint).to_have_count(0)
    expect(send).to_be_enabled()


def test_a_move_that_is_refused_springs_back_and_says_why(centre: Stage, open_page: Open) -> None:
    day = "2035-07-04"
    id_ = enter(centre, "hall-1", day, (9, 12), "Springs back")
    enter(centre, "hall-1", day, (14, 18), "In the way")
    page = open_page("organizer")
    look(page, day)
    own = row(page, "hall-1").get_by_role("button", name=re.compile("^Springs back, "))
    drag(page, own, hours=4)
    expect(page.locator(".notice.refused")).to_contain_text("The space is taken at that time.")
    expect(own).to_have_attribute("aria-label", re.compile("09:00.*12:00"))
    assert stands(centre, id_) == ("hall-1", "09:00", "12:00")


def test_the_form_moves_by_keyboard_and_the_story_tells_of_it(centre: Stage, open_page: Open) -> None:
    day = "2035-07-05"
    id_ = enter(centre, "hall-1", day, (9, 12), "By keyboard", state="option")
    page = open_page("organizer")
    look(page, day)
    row(page, "hall-1").get_by_role("button", name=re.compile("^By keyboard, ")).press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Move").press("Enter")
    dialog.get_by_label("Space").select_option("Hall 2")
    dialog.get_by_label("From", exact=True).fill(f"{day}T13:00")
    dialog.get_by_label("Until", exact=True).fill(f"{day}T12:00")
    dialog.get_by_role("form").get_by_role("button", name="Move").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("It would end before it begins.")
    dialog.get_by_label("Until", exact=True).fill(f"{day}T16:00")
    dialog.get_by_role("form").get_by_role("button", name="Move").press("Enter")
    expect(dialog.get_by_role("form")).to_have_count(0)
    assert stands(centre, id_) == ("hall-2", "13:00", "16:00")
    dialog.get_by_text("What happened").press("Enter")
    story = dialog.locator(".history > li .event")
    expect(story.first).to_contain_text("Moved · Hall 1, ")
    expect(story.last).to_contain_text("Kept as an option · Option, place 1")
    dialog.locator(".history summary").first.press("Enter")
    expect(dialog.locator(".history")).to_contain_text("pavilion.booking.space.rescheduled.v1")


def test_what_is_free_is_found_and_booked_from_there(centre: Stage, open_page: Open) -> None:
    day = "2035-07-06"
    enter(centre, "hall-1", day, (0, 12), "Morning")
    page = open_page("organizer")
    look(page, day)
    page.get_by_role("button", name="Find free spaces").click()
    finder = page.get_by_role("dialog")
    finder.get_by_label("For how many hours").fill("6")
    finder.get_by_role("button", name="Find free spaces").click()
    found = finder.locator(".free-found > ul > li").filter(has=page.get_by_text("Hall 1", exact=True))
    found.get_by_role("button").first.click()
    form = page.get_by_role("dialog", name="Book spaces")
    expect(form.get_by_label("From", exact=True)).to_have_value(f"{day}T12:00")
    form.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Find free spaces").click()
    finder.get_by_label("For how many people").fill("5")
    finder.get_by_role("button", name="Find free spaces").click()
    expect(finder.get_by_role("status")).to_contain_text("Nothing is free for that long in this time.")


def test_a_time_that_is_none_is_told_before_free_spaces_are_looked_for(centre: Stage, open_page: Open) -> None:
    page = open_page("organizer")
    look(page, "2035-07-06")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/free?" in request.url else None)
    page.get_by_role("button", name="Find free spaces").click()
    finder = page.get_by_role("dialog")
    finder.get_by_label("From", exact=True).fill("2035-07-06T12:00")
    for until, told in (("10:00", "It would end before it begins."), ("12:00", "It would end when it begins.")):
        finder.get_by_label("Until", exact=True).fill(f"2035-07-06T{until}")
        finder.get_by_role("button", name="Find free spaces").click()
        expect(finder.get_by_role("alert")).to_have_text(told)
    assert asked == []


def test_the_services_own_words_are_shown_in_english_alone(centre: Stage, open_page: Open) -> None:
    day = "2035-07-15"
    enter(centre, "hall-1", day, (9, 12), "First")
    page = open_page("organizer")
    look(page, day)
    form = fill(page, ["Hall 1"], f"{day}T10:00", f"{day}T12:00")
    form.get_by_label("Build-up from").fill(f"{day}T11:00")
    form.get_by_role("button", name="Book", exact=True).click()
    expect(form.get_by_role("alert")).to_have_text("It would end before it begins.")
    form.get_by_role("button", name="Close").click()
    expect(page.locator("dialog")).to_have_count(0)

    # An hour that clocks skip cannot be told from its sentence.
    skipped = "urn:pavilion:problem:time-skipped"
    error = {"field": "start", "problem": "does not exist there", "remedy": "choose an hour later"}
    answer = {"type": skipped, "title": "", "detail": "", "status": 422, "errors": [error]}
    page.route("**/api/booking/space-bookings", lambda route: route.fulfill(status=422, json=answer))
    for language, lines in (("en", ["does not exist there; choose an hour later"]), ("ru", []), ("zh", [])):
        page.locator(f'.languages button[lang="{language}"]').click()
        page.locator(".timeline-bar button.primary").click()
        form = page.get_by_role("dialog")
        form.get_by_role("checkbox").first.check()
        form.locator("button.primary").click()
        expect(form.get_by_role("alert").locator("p")).to_have_count(1)
        expect(form.locator('.refusal li[lang="en"]')).to_have_text(lines)
        expect(form.locator(".refusal li")).to_have_count(len(lines))
        form.locator("header button").click()
        expect(page.locator("dialog")).to_have_count(0)

    page.unroute("**/api/booking/space-bookings")
    row(page, "hall-1").locator(".plain").click()
    form = page.get_by_role("dialog")
    form.locator("button.primary").click()
    expect(form.locator(".refusal")).to_contain_text("确定")


def test_a_month_fits_a_laptop_and_where_it_does_not_its_edge_tells(centre: Stage, open_page: Open) -> None:
    page = open_page("organizer", viewport={"width": 1280, "height": 800})
    look(page, "2035-07-16", "month")
    timeline = page.locator(".timeline")
    assert timeline.evaluate("e => e.scrollWidth <= e.clientWidth")
    expect(timeline.locator(".axis").get_by_text("31", exact=True)).to_be_in_viewport(ratio=1)
    legend = page.get_by_role("list", name="Legend")
    expect(legend).to_contain_text("Build-up, Dismantling")
    assert legend.locator(".bar.phase").evaluate("e => getComputedStyle(e).backgroundImage").count("gradient") == 2

    page.set_viewport_size({"width": 900, "height": 800})
    assert timeline.evaluate("e => e.scrollWidth > e.clientWidth")
    assert "linear-gradient" in timeline.evaluate("e => getComputedStyle(e).backgroundImage")


def test_a_venue_that_there_is_not_is_told_of(centre: Stage, open_page: Open) -> None:
    page = open_page("organizer")
    page.evaluate("location.hash = '#venues/nonsense'")
    told = page.get_by_text("There is no venue “nonsense” here. Another one is shown.")
    expect(told).to_be_visible()
    expect(page.get_by_role("combobox", name="Venue").locator("option", has_text="nonsense")).to_have_count(0)
    look(page, DAY)
    expect(told).to_have_count(0)


def test_what_others_book_is_seen_at_once(centre: Stage, open_page: Open) -> None:
    day = "2035-07-09"
    page = open_page("emma")
    look(page, day)
    expect(row(page, "hall-1").locator(".bar")).to_have_count(0)
    enter(centre, "hall-1", day, (9, 12), "Seen at once")
    taken = row(page, "hall-1").get_by_role("button", name=re.compile("^Taken, Definite, "))
    expect(taken).to_be_visible(timeout=3_000)


@pytest.mark.parametrize("account", ["organizer", "emma"])
def test_axe_finds_nothing_on_a_venues_page_and_in_its_dialogs(centre: Stage, open_page: Open, account: str) -> None:
    day = "2035-07-10"
    if account == "organizer":
        enter(centre, "both", day, (9, 12), "Looked at", state="option")
    page = open_page(account)
    look(page, day)
    expect(page.locator(".bar").first).to_be_visible()
    assert violations(page) == []
    page.get_by_text("As a list").click()
    assert violations(page) == []
    page.get_by_role("button", name="Find free spaces").click()
    page.get_by_role("dialog").get_by_role("button", name="Find free spaces").click()
    expect(page.locator(".free-found > ul")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    if account != "organizer":
        return
    page.get_by_role("button", name="Book spaces").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    row(page, "both").get_by_role("button", name=re.compile("^Looked at, ")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("What happened").click()
    dialog.locator(".history summary").first.click()
    assert violations(page) == []
    dialog.get_by_role("button", name="Move").click()
    assert violations(page) == []


def test_a_day_that_does_not_fit_begins_in_the_morning(centre: Stage, open_page: Open) -> None:
    page = open_page("organizer", viewport={"width": 390, "height": 844})
    look(page, "2035-06-14")
    axis = page.locator(".timeline .axis")
    expect(axis.get_by_text("08:00", exact=True)).to_be_in_viewport()
    # What lies under the column of names is not seen.
    names, midnight = page.locator(".timeline-head > span"), axis.get_by_text("00:00", exact=True)
    assert right(midnight) <= right(names)


def right(what: Locator) -> float:
    """Where it ends on the screen."""
    edge: float = what.evaluate("e => e.getBoundingClientRect().right")
    return edge
