"""What people do with the page, in real browsers on the whole stack."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.browser.accessible import violations
from tests.e2e.browser.booths import booth, card_of, choose, hold
from tests.e2e.browser.conftest import Open, RunningStack
from tests.e2e.browser.stage import Stage


def test_two_booths_are_held_counted_down_confirmed_and_cancelled(open_page: Open, hall: str) -> None:
    page = open_page("emma")
    hold(page, hall, "A-01", "A-02")
    card = card_of(page, f"{hall}/A-01")
    expect(card).to_have_attribute("data-state", "held")
    expect(card).to_contain_text(f"{hall}/A-02")
    timer = card.get_by_role("timer")
    before = timer.inner_text()
    expect(timer).not_to_have_text(before)
    card.get_by_role("button", name="Confirm").click()
    expect(card).to_have_attribute("data-state", "confirmed")
    expect(booth(page, hall, "A-01")).to_have_attribute("data-state", "reserved")
    card.get_by_role("button", name="Cancel").click()
    card.get_by_role("button", name="Yes, cancel").click()
    expect(booth(page, hall, "A-01")).to_have_attribute("data-state", "free")
    expect(booth(page, hall, "A-02")).to_have_attribute("data-state", "free")


def test_a_second_browser_sees_each_step_without_reload_and_never_who(open_page: Open, hall: str) -> None:
    mine, theirs = open_page("emma"), open_page("olga")
    theirs.evaluate("window.notReloaded = true")
    hold(mine, hall, "B-01")
    expect(booth(theirs, hall, "B-01")).to_have_attribute("data-state", "held")
    card_of(mine, f"{hall}/B-01").get_by_role("button", name="Confirm").click()
    expect(booth(theirs, hall, "B-01")).to_have_attribute("data-state", "reserved")
    expect(theirs.locator("body")).not_to_contain_text("Northwind")
    expect(theirs.locator("[data-reservation]").filter(has_text=f"{hall}/B-01")).to_have_count(0)
    assert theirs.evaluate("window.notReloaded") is True


def test_the_same_exhibitor_s_other_browser_shows_the_reservation_too(open_page: Open, hall: str) -> None:
    one, other = open_page("emma"), open_page("emma")
    hold(one, hall, "B-02")
    expect(card_of(other, f"{hall}/B-02")).to_have_attribute("data-state", "held")


def test_whoever_loses_a_race_is_told_which_booth_and_nothing_is_half_done(
    open_page: Open, hall: str, stage: Stage
) -> None:
    page = open_page("emma")
    choose(page, hall, "A-03", "A-04")

    def rival_first(route: Route) -> None:
        assert stage.hold("olga", f"{hall}/A-04").status_code == 201
        route.continue_()

    page.route("**/api/booking/reservations", rival_first, times=1)
    page.get_by_role("button", name="Hold", exact=True).click()
    alert = page.locator(".notice.refused")
    expect(alert).to_contain_text("Somebody else was faster.")
    expect(alert).to_contain_text(f"{hall}/A-04: held")
    expect(booth(page, hall, "A-04")).to_have_attribute("data-state", "held")
    expect(booth(page, hall, "A-03")).to_have_attribute("data-state", "free")
    expect(booth(page, hall, "A-04")).to_have_attribute("aria-selected", "false")
    expect(booth(page, hall, "A-03")).to_have_attribute("aria-selected", "true")
    expect(alert).to_contain_text("Somebody else was faster.")


def test_a_booth_taken_while_it_is_chosen_leaves_the_choice_and_that_is_said(
    open_page: Open, hall: str, stage: Stage
) -> None:
    page = open_page("emma")
    choose(page, hall, "A-05", "A-06")
    assert stage.hold("olga", f"{hall}/A-06").status_code == 201
    expect(booth(page, hall, "A-06")).to_have_attribute("aria-selected", "false")
    expect(page.locator(".notice.refused")).to_contain_text(f"{hall}/A-06")
    expect(booth(page, hall, "A-05")).to_have_attribute("aria-selected", "true")


def test_a_reservation_tells_what_happened_to_it_and_who_got_a_mail(open_page: Open, hall: str) -> None:
    page = open_page("emma")
    hold(page, hall, "B-04")
    card = card_of(page, f"{hall}/B-04")
    card.get_by_role("button", name="Confirm").click()
    expect(card).to_have_attribute("data-state", "confirmed")
    card.get_by_text("What happened").press("Enter")
    story = card.locator(".history > li .event")
    expect(story).to_have_count(2)
    expect(story.first).to_have_text("Confirmed")
    expect(story.last).to_contain_text("Held · until ")
    card.locator(".history summary").last.press("Enter")
    expect(card.locator(".history")).to_contain_text("pavilion.booking.reservation.held.v1")
    assert violations(page) == []


def test_instead_of_a_booth_that_was_lost_those_like_it_are_offered(open_page: Open, hall: str, stage: Stage) -> None:
    page = open_page("emma")
    choose(page, hall, "A-06")
    assert stage.hold("olga", f"{hall}/A-06").status_code == 201
    offer = page.locator(".instead")
    expect(offer).to_contain_text(f"near {hall}/A-06")
    other = offer.get_by_role("button").first
    number = (other.text_content() or "").split(" ")[0].partition("/")[2]
    other.click()
    expect(booth(page, hall, number)).to_have_attribute("aria-selected", "true")
    expect(offer).to_have_count(0)


def test_booths_are_found_by_size_and_open_sides_and_compared(open_page: Open, hall: str) -> None:
    page = open_page("emma")
    rows = page.locator(".booth-list .row")
    everything = rows.count()
    page.get_by_label("Open sides").select_option("4")
    expect(rows).to_have_count(everything)
    page.get_by_label("Square metres at least").fill("50")
    expect(rows).to_have_count(3)
    expect(page.locator(".plan-drawing .dimmed")).to_have_count(everything - 3)
    page.get_by_label("Square metres at most").fill("20")
    expect(page.get_by_text("The smallest size is above the largest")).to_be_visible()
    page.get_by_label("Square metres at least").fill("19")
    expect(page.get_by_text("No booth matches.")).to_be_visible()
    page.get_by_role("button", name="Show all").press("Enter")
    expect(rows).to_have_count(everything)
    choose(page, hall, "A-01", "A-02")
    page.get_by_role("button", name="Compare").press("Enter")
    table = page.get_by_role("dialog", name="Compare")
    expect(table.get_by_role("row", name="Open sides")).to_contain_text("open")
    assert violations(page) == []
    table.get_by_role("button", name=f"Leave out {hall}/A-02").press("Enter")
    expect(table.get_by_role("columnheader")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(booth(page, hall, "A-02")).to_have_attribute("aria-selected", "false")


def test_an_answer_lost_on_the_way_does_not_hold_twice(open_page: Open, hall: str) -> None:
    page = open_page("emma")
    choose(page, hall, "B-03")
    keys: list[str] = []

    def lose_the_answer(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/api/booking/reservations", lose_the_answer)
    page.get_by_role("button", name="Hold", exact=True).click()
    expect(page.locator(".notice.done")).to_be_visible()
    expect(page.locator("[data-reservation]").filter(has_text=f"{hall}/B-03")).to_have_count(1)
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_extending_moves_the_end_and_is_refused_in_words_where_another_tab_has_used_it_up(
    open_page: Open, hall: str
) -> None:
    page, other = open_page("emma"), open_page("emma")
    hold(page, hall, "B-04")
    card = card_of(page, f"{hall}/B-04")
    elsewhere = card_of(other, f"{hall}/B-04").get_by_role("button", name="Extend")
    expect(elsewhere).to_be_enabled()

    def meanwhile(route: Route) -> None:
        elsewhere.click()
        expect(other.locator(".notice.done")).to_contain_text("Extended")
        route.continue_()

    page.route("**/extend", meanwhile, times=1)
    card.get_by_role("button", name="Extend").click()
    expect(page.locator(".notice.refused")).to_contain_text("cannot be extended any more")
    expect(card.get_by_role("button", name="Extend")).to_be_disabled()


def test_a_joint_stand_shows_its_parts_and_its_floor_cannot_be_chosen_by_others(
    open_page: Open, hall: str, stage: Stage
) -> None:
    page, holder = open_page("emma"), open_page("olga", language="en")
    expect(page.locator(".booth-list")).to_contain_text("Joint stand with D-01a, D-01b")
    choose(page, hall, "D-01a")
    assert stage.hold("olga", f"{hall}/D-01g").status_code == 201
    part = booth(page, hall, "D-01a")
    expect(part).to_have_attribute("data-state", "overlapped")
    expect(part).to_have_attribute("aria-selected", "false")
    expect(page.locator(".notice.refused")).to_contain_text(f"{hall}/D-01a")
    row = page.locator(".row").filter(has_text="D-01a").first
    expect(row).to_contain_text("Floor taken by D-01g")
    expect(row).to_contain_text("Part of joint stand D-01g: held")
    expect(row.get_by_role("checkbox")).to_be_disabled()
    page.get_by_role("button", name="Close").click()
    part.click(force=True)
    expect(page.locator(".notice.done")).to_contain_text("floor taken by d-01g", ignore_case=True)
    expect(part).to_have_attribute("aria-selected", "false")
    page.get_by_label("Only free booths").check()
    expect(page.locator(".row").filter(has_text="C-01")).to_have_count(1)
    expect(page.locator(".row").filter(has_text="D-01")).to_have_count(0)
    expect(booth(holder, hall, "D-01a")).to_have_attribute("data-state", "free")
    choose(holder, hall, "D-01a")


def test_a_joint_stand_over_a_part_that_somebody_has_is_taken_by_that_part(
    open_page: Open, hall: str, stage: Stage
) -> None:
    page = open_page("emma")
    assert stage.hold("olga", f"{hall}/D-01b").status_code == 201
    expect(booth(page, hall, "D-01g")).to_have_attribute("data-state", "overlapped")
    expect(booth(page, hall, "D-01a")).to_have_attribute("data-state", "free")
    row = page.locator(".row").filter(has_text="D-01g").first
    expect(row).to_contain_text("Floor taken by D-01b")


def test_an_exhibitor_who_was_admitted_can_choose_the_floor(open_page: Open, hall: str, stage: Stage) -> None:
    held = stage.hold("olga", f"{hall}/D-01g")
    admit = f"/api/booking/reservations/{held.json()['id']}/admissions"
    with stage.client(stage.exhibitor("olga")) as client:
        answer = client.post(
            admit, json={"exhibitor": stage.exhibitor("emma").exhibitor}, headers={"Idempotency-Key": f"admit-{hall}"}
        )
        assert answer.status_code == 200
    page = open_page("emma")
    expect(booth(page, hall, "D-01a")).to_have_attribute("data-state", "free")
    hold(page, hall, "D-01a")


def test_a_booth_that_another_has_says_so_when_it_is_clicked(open_page: Open, hall: str, stage: Stage) -> None:
    page = open_page("emma")
    assert stage.hold("olga", f"{hall}/B-01").status_code == 201
    expect(booth(page, hall, "B-01")).to_have_attribute("data-state", "held")
    # It says that it is disabled, which it is for choosing; people click it all the same.
    booth(page, hall, "B-01").click(force=True)
    expect(page.locator(".notice.done")).to_have_text(f"{hall}/B-01: held")


def test_two_chosen_booths_that_are_taken_together_are_both_named(open_page: Open, hall: str, stage: Stage) -> None:
    page = open_page("emma")
    choose(page, hall, "A-01", "A-02")
    assert stage.hold("olga", f"{hall}/A-01", f"{hall}/A-02").status_code == 201
    expect(page.locator(".notice.refused")).to_have_text(f"Booths {hall}/A-01, {hall}/A-02 have just been taken.")


def test_the_inbox_tells_of_it_counts_what_is_unseen_and_is_read_and_archived(open_page: Open, hall: str) -> None:
    page = open_page("emma")
    hold(page, hall, "B-05")
    card_of(page, f"{hall}/B-05").get_by_role("button", name="Confirm").click()
    badge = page.locator(".inbox-button .badge")
    expect(badge).to_be_visible()
    page.locator(".inbox-button").click()
    entry = page.locator("[data-kind=confirmed]").filter(has_text="B-05")
    expect(entry).to_be_visible()
    expect(badge).to_have_count(0)
    expect(entry).to_have_class("entry fresh")
    expect(entry.locator("time")).to_contain_text("(UTC+05:00)")
    entry.get_by_role("button", name="Mark as read").click()
    expect(entry).to_have_attribute("data-state", "read")
    entry.get_by_role("button", name="Archive").click()
    expect(entry).to_have_count(0)


def test_co_exhibitors_are_named_on_the_page_and_see_the_reservation_without_its_buttons(
    open_page: Open, hall: str
) -> None:
    page, other = open_page("emma"), open_page("olga", language="en")
    hold(page, hall, "B-05")
    card = card_of(page, f"{hall}/B-05")
    # By now the other page has read all that the hold made it read: what comes next moves no booth.
    other.wait_for_timeout(6_000)
    card.get_by_role("button", name="Add co-exhibitors").click()
    card.get_by_role("searchbox").fill("алтай")
    card.get_by_role("button", name="Алтай").click()
    card.get_by_role("button", name="Save").click()
    expect(page.locator(".notice.done")).to_contain_text("Co-exhibitors changed")
    expect(card.locator(".companions")).to_contain_text("Алтай")
    theirs = card_of(other, f"{hall}/B-05")
    # Nobody waits for this page's next look into the inbox, which is every ten seconds.
    expect(theirs).to_contain_text("Northwind", timeout=45_000)
    expect(theirs.get_by_role("button")).to_have_count(0)


def test_an_organizer_sees_who_has_what(open_page: Open, hall: str, stage: Stage) -> None:
    assert stage.hold("olga", f"{hall}/A-01").status_code == 201
    page = open_page("organizer")
    card = card_of(page, f"{hall}/A-01")
    expect(card).to_contain_text("Алтай Агро")
    expect(card.get_by_role("button", name="Confirm")).to_have_count(0)
    booth(page, hall, "A-02").click()
    expect(booth(page, hall, "A-02")).to_have_attribute("aria-selected", "false")


def test_an_organizer_says_when_the_contract_stands(open_page: Open, hall: str) -> None:
    exhibitor, organizer = open_page("emma"), open_page("organizer")
    hold(exhibitor, hall, "A-05")
    card_of(exhibitor, f"{hall}/A-05").get_by_role("button", name="Confirm").click()
    card = card_of(organizer, f"{hall}/A-05")
    card.get_by_role("button", name="Mark as sold").click()
    card.get_by_role("button", name="Not yet").click()
    expect(card).to_have_attribute("data-state", "confirmed")
    card.get_by_role("button", name="Mark as sold").click()
    card.get_by_role("button", name="Yes, sold").click()
    expect(card).to_have_attribute("data-state", "sold")
    expect(booth(exhibitor, hall, "A-05")).to_have_attribute("data-state", "sold")
    sold = card_of(exhibitor, f"{hall}/A-05")
    expect(sold).to_have_attribute("data-state", "sold")
    expect(sold.get_by_role("button", name="Cancel")).to_have_count(0)
    card.get_by_role("button", name="Cancel").click()
    card.get_by_role("button", name="Yes, cancel").click()
    expect(booth(exhibitor, hall, "A-05")).to_have_attribute("data-state", "free")


@pytest.mark.parametrize(
    ("account", "language", "settings", "save", "saved"),
    [
        ("emma", "en", "Notifications", "Save", "Saved."),
        ("olga", "ru", "Уведомления", "Сохранить", "Сохранено."),
        ("lan", "zh", "通知", "保存", "已保存。"),
    ],
)
def test_which_news_is_told_where_is_set_behind_the_inbox(
    open_page: Open, hall: str, stage: Stage, account: str, language: str, settings: str, save: str, saved: str
) -> None:
    page = open_page(account, language=language)
    page.locator(".inbox-button").click()
    page.get_by_role("button", name=settings, exact=True).click()
    mail = page.locator("tr[data-kind=extended] input").nth(1)
    expect(mail).to_be_checked()
    mail.uncheck()
    expect(page.locator("input[name=email]")).to_have_count(0)
    page.get_by_role("button", name=save, exact=True).click()
    expect(page.locator(".settings [role=status]")).to_have_text(saved)
    with stage.client(stage.exhibitor(account)) as client:
        kinds = client.get("/api/notification/preferences").json()["kinds"]
    assert kinds["extended"] == {"inbox": True, "mail": False}
    assert kinds["held"] == {"inbox": True, "mail": True}


def test_an_organizer_sets_the_address_that_mails_go_to(open_page: Open, hall: str) -> None:
    page = open_page("organizer")

    def open_settings() -> None:
        page.locator(".inbox-button").click()
        page.get_by_role("button", name="Notifications", exact=True).click()

    open_settings()
    page.locator("input[name=email]").fill("fair@example.org")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".settings [role=status]")).to_have_text("Saved.")
    page.reload()
    open_settings()
    expect(page.locator("input[name=email]")).to_have_value("fair@example.org")


def test_without_booking_the_page_says_so_takes_no_commands_and_recovers_by_itself(
    open_page: Open, hall: str, stage: Stage, running_stack: RunningStack
) -> None:
    page = open_page("emma")
    hold(page, hall, "B-06")
    confirm = card_of(page, f"{hall}/B-06").get_by_role("button", name="Confirm")
    expect(confirm).to_be_enabled()
    running_stack.do(running_stack.stack.kill("booking"))
    expect(page.locator(".connection.stale")).to_be_visible()
    expect(confirm).to_be_disabled()
    running_stack.do(running_stack.stack.restart("booking"))
    expect(page.locator(".connection.live")).to_be_visible(timeout=30_000)
    assert stage.hold("olga", f"{hall}/A-06").status_code == 201
    expect(booth(page, hall, "A-06")).to_have_attribute("data-state", "held")
    confirm.click()
    expect(booth(page, hall, "B-06")).to_have_attribute("data-state", "reserved")
