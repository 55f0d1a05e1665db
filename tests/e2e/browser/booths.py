"""A hall's booths on the page, and the reservations beside them."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def booth(page: Page, hall: str, number: str) -> Locator:
    return page.locator(f'[data-booth="{hall}/{number}"]')


def choose(page: Page, hall: str, *numbers: str) -> None:
    for number in numbers:
        booth(page, hall, number).click()
        expect(booth(page, hall, number)).to_have_attribute("aria-selected", "true")


def hold(page: Page, hall: str, *numbers: str) -> None:
    choose(page, hall, *numbers)
    page.get_by_role("button", name="Hold", exact=True).click()
    for number in numbers:
        expect(booth(page, hall, number)).to_have_attribute("data-state", "held")


def card_of(page: Page, booth_label: str) -> Locator:
    return page.locator("[data-reservation]").filter(has_text=booth_label).first
