"""An exhibitor's way from the list of fairs to what is booked, told by mail, while an organizer watches."""

from __future__ import annotations

import re
import time
from email.message import Message

from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser.conftest import PASSWORD, Open, RunningStack
from tests.e2e.browser.stage import DEADLINE_SECONDS, FAIR, Stage


def body_of(mail: Message) -> str:
    parts = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    return "\n".join(bytes(part.get_payload(decode=True)).decode("utf-8") for part in parts)


def mail_to(running: RunningStack, address: str, *words: str) -> str:
    """The one mail to an address that says all of this, once it has come over SMTP."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        came = [mail for mail in running.stack.mail.messages() if mail["X-RcptTo"] == address]
        found = [body for body in map(body_of, came) if all(word in body for word in words)]
        if len(found) == 1:
            return found[0]
        assert time.monotonic() < deadline, f"{len(found)} mails to {address} say {words}, of {len(came)}"
        time.sleep(0.1)


def state(page: Page, booth: str, wanted: str) -> None:
    expect(page.locator(f'[data-booth="{booth}"]')).to_have_attribute("data-state", wanted)


def test_from_the_list_of_fairs_to_two_confirmed_booths_that_mail_inbox_and_organizer_tell_of(
    open_page: Open, chromium: Browser, hall: str, stage: Stage, running_stack: RunningStack
) -> None:
    organizer = open_page("organizer")
    organizer.evaluate("window.notReloaded = true")
    context = chromium.new_context(locale="en", viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.goto(f"{stage.url}/#fairs")
    page.locator("input[name=account]").fill("emma")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()

    page.locator(".fair-card").get_by_role("link", name="Harvest Fair 2027").click()
    page.locator(".halls a").filter(has_text=f"Hall {hall}").first.click()
    expect(page).to_have_url(f"{stage.url}/#/{FAIR}/{hall}")
    one, other = f"{hall}/A-01", f"{hall}/B-02"
    for booth in (one, other):
        page.locator(f'[data-booth="{booth}"]').click()
    page.get_by_role("button", name="Hold", exact=True).click()
    card = page.locator("[data-reservation]").filter(has_text=one)
    expect(card).to_have_attribute("data-state", "held")
    for booth in (one, other):
        state(organizer, booth, "held")

    card.get_by_role("button", name="Extend").click()
    expect(card.get_by_role("timer")).to_have_text(re.compile(r"2\d:\d\d"))

    card.get_by_role("button", name="Confirm").click()
    expect(card).to_have_attribute("data-state", "confirmed")
    for booth in (one, other):
        state(organizer, booth, "reserved")
    assert organizer.evaluate("window.notReloaded") is True
    mail_to(running_stack, "emma@example.org", one, other, "confirmed")

    page.get_by_role("link", name="My bookings").click()
    booked = page.locator(".reservation").filter(has_text=one)
    expect(booked).to_have_attribute("data-state", "confirmed")
    expect(booked).to_contain_text(other)
    expect(booked.get_by_role("link", name="Booth confirmation", exact=True)).to_be_visible()
    page.locator(".inbox-button").click()
    entry = page.locator('[data-kind="confirmed"]').filter(has_text=one)
    entry.get_by_role("button", name="Mark as read").click()
    expect(entry.get_by_role("button", name="Mark as read")).to_have_count(0)
    context.close()
