"""An exhibitor's way from the list of fairs to what is booked, told by mail, while an organizer watches."""

from __future__ import annotations

import re
from email.message import Message

from playwright.sync_api import Page, expect

from tests.e2e.browser.booths import card_of
from tests.e2e.browser.conftest import Open, RunningStack
from tests.e2e.browser.stage import FAIR, Stage, wait


def body_of(mail: Message) -> str:
    parts = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    return "\n".join(bytes(part.get_payload(decode=True)).decode("utf-8") for part in parts)


def wait_for_mail(running: RunningStack, address: str, *words: str) -> None:
    """Wait until exactly one mail to an address that says all of this has come over SMTP."""

    def came() -> bool:
        bodies = [body_of(mail) for mail in running.stack.mail.messages() if mail["X-RcptTo"] == address]
        return sum(all(word in body for word in words) for body in bodies) == 1

    wait(came, f"one mail to {address} says {words}")


def state(page: Page, booth: str, wanted: str) -> None:
    expect(page.locator(f'[data-booth="{booth}"]')).to_have_attribute("data-state", wanted)


def test_from_the_list_of_fairs_to_two_confirmed_booths_that_mail_inbox_and_organizer_tell_of(
    open_page: Open, hall: str, stage: Stage, running_stack: RunningStack
) -> None:
    organizer = open_page("organizer")
    organizer.evaluate("window.notReloaded = true")
    page = open_page("emma", timezone_id="America/New_York")
    page.get_by_role("link", name="Fairs", exact=True).click()
    page.locator(".fair-card").get_by_role("link", name="Harvest Fair 2027").click()
    page.locator(".halls a").filter(has_text=f"Hall {hall}").first.click()
    expect(page).to_have_url(f"{stage.url}/#/{FAIR}/{hall}")
    one, other = f"{hall}/A-01", f"{hall}/B-02"
    for booth in (one, other):
        page.locator(f'[data-booth="{booth}"]').click()
    page.get_by_role("button", name="Hold", exact=True).click()
    card = card_of(page, one)
    expect(card).to_have_attribute("data-state", "held")
    for booth in (one, other):
        state(organizer, booth, "held")

    expect(card).to_contain_text("1 extension left.")
    card.get_by_role("button", name="Extend").click()
    expect(card.get_by_role("timer")).to_have_text(re.compile(r"2\d:\d\d"))
    expect(card).to_contain_text("No extension is left.")
    expect(card.get_by_role("button", name="Extend")).to_be_disabled()

    card.get_by_role("button", name="Confirm").click()
    expect(card).to_have_attribute("data-state", "confirmed")
    for booth in (one, other):
        state(organizer, booth, "reserved")
    assert organizer.evaluate("window.notReloaded") is True
    wait_for_mail(running_stack, "emma@example.org", one, other, "confirmed")

    page.get_by_role("link", name="My bookings").click()
    booked = page.locator(".reservation").filter(has_text=one)
    expect(booked).to_have_attribute("data-state", "confirmed")
    expect(booked).to_contain_text(other)
    expect(booked.get_by_role("link", name="Booth confirmation", exact=True)).to_be_visible()
    page.locator(".inbox-button").click()
    entry = page.locator('[data-kind="confirmed"]').filter(has_text=one)
    # The fair's clock, and the reader's beside it.
    expect(entry.locator("time")).to_have_text(re.compile(r"\(UTC\+05:00\) \(.+ GMT-[45]\)$"))
    entry.get_by_role("button", name="Mark as read").click()
    expect(entry.get_by_role("button", name="Mark as read")).to_have_count(0)
    entry.get_by_role("button", name="Archive").click()
    expect(entry).to_have_count(0)
    page.get_by_role("button", name="Archived").click()
    expect(entry).to_be_visible()
    expect(entry.get_by_role("button")).to_have_count(0)
    page.get_by_role("button", name="Back to inbox").click()
    expect(page.locator("dialog.inbox h2")).to_have_text("Inbox")
