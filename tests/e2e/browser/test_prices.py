"""What fairs are on sale, and what their booths cost, from the list of fairs to the hold."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.accessible import violations
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.stage import ORGANIZER, Stage

FAIR = "spring-2028"
TEA = {"code": "21", "name": {"en": "Tea", "zh": "茶", "ru": "Чай"}}
DESIGNS = {"day": "2028-02-15", "name": {"en": "Stand designs are due", "ru": "Сдать проекты стендов"}}
SHEET = "id,name,name_ru,country,stands,category_codes\nspring-tea,Spring Tea,Весенний чай,KZ,1/C01,21\n"


def settings(*rates: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": {"en": "Spring Fair 2028"},
        "venue": "market-hall",
        "starts": "2028-04-04",
        "ends": "2028-04-07",
        "time_zone": "Asia/Almaty",
        "currency": "KZT",
        "rates": list(rates),
        "deadlines": [DESIGNS],
        "product_groups": [TEA],
    }


# The plan's booths all stand apart from one another.
ROW, ISLAND = {"per_m2_minor": 30_000_00}, {"per_m2_minor": 45_000_00, "open_sides": 4}


@pytest.fixture(scope="module")
def priced(stage: Stage) -> Stage:
    stage.open_fair(FAIR, settings(ROW, ISLAND), SHEET)
    return stage


def opened(open_page: Open, account: str, **options: Any) -> Page:
    page = open_page(account, language="en", **options)
    page.evaluate(f"location.hash = '#/{FAIR}/1'")
    expect(page.locator(".row .price").first).to_be_visible()
    return page


def test_the_list_of_fairs_says_what_is_on_sale_where_and_when(priced: Stage, open_page: Open) -> None:
    page = open_page("emma", language="en")
    page.get_by_role("link", name="Fairs").click()
    card = page.locator(".fair-card").filter(has_text="Spring Fair 2028")
    for text in ("On sale", "Market Hall, Almaty", "17 of 17 booths free", "from KZT", "Stand designs are due"):
        expect(card).to_contain_text(text)
    expect(card).to_contain_text(re.compile(r"Apr 4\s–\s7, 2028"))
    assert violations(page) == []
    card.get_by_role("link").click()
    expect(page.locator("header.top")).to_contain_text("Spring Fair 2028")


def test_a_fairs_prices_and_deadlines_are_told_in_the_readers_language(priced: Stage, open_page: Open) -> None:
    page = opened(open_page, "olga")
    page.locator('.languages button[lang="ru"]').click()
    page.locator(".about summary").click()
    about = page.locator(".about")
    for text in ("Стенд-остров", r"45\s000\sKZT", "Остальные стенды", r"15 февр\. 2028", "Сдать проекты стендов"):
        expect(about).to_contain_text(re.compile(text))
    assert violations(page) == []


def test_booths_are_found_by_price_by_exhibitor_and_by_product_group(priced: Stage, open_page: Open) -> None:
    page = opened(open_page, "emma")
    numbers = page.locator(".row .number")
    page.get_by_role("spinbutton", name="Up to KZT").fill("1080000")
    expect(numbers).to_have_text([f"{row}-{n:02}" for row in "AB" for n in range(1, 7)])
    page.get_by_role("button", name="Show all").click()
    for find in (
        lambda: page.get_by_role("searchbox").fill("spring"),
        lambda: page.get_by_label("Product group").select_option("21"),
    ):
        find()
        expect(numbers).to_have_text(["C-01"])
        page.get_by_role("button", name="Show all").click()
        expect(numbers).not_to_have_count(1)


def test_what_is_chosen_is_summed_compared_and_held_at_that_price(priced: Stage, open_page: Open) -> None:
    page = opened(open_page, "emma")
    for booth in ("A-01", "C-01"):
        page.locator(f'[data-booth="1/{booth}"]').click()
    bar = page.locator(".selection-bar")
    together = bar.locator(".price").inner_text()
    bar.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("row", name="Price")).to_contain_text("KZT")
    page.keyboard.press("Escape")
    bar.get_by_role("button", name="Hold", exact=True).click()
    expect(page.locator(".reservation.held").filter(has_text="1/A-01").locator(".price")).to_have_text(together)


def test_a_price_that_changed_meanwhile_is_told_and_nothing_is_held(priced: Stage, open_page: Open) -> None:
    page = opened(open_page, "emma")
    page.locator('[data-booth="1/B-02"]').click()
    before = page.locator(".selection-bar .price").inner_text()
    with priced.client(ORGANIZER) as client:
        dearer = settings(ROW, {**ISLAND, "per_m2_minor": 46_000_00})
        assert client.put(f"/api/catalog/fairs/{FAIR}", json=dearer).is_success
        priced.wait_for_price(client, FAIR, "1/B-02", 46_000_00 * 24)
    page.get_by_role("button", name="Hold", exact=True).click()
    expect(page.get_by_text("The price has changed since you saw it.")).to_be_visible()
    expect(page.locator(".selection-bar .price")).not_to_have_text(before)
    expect(page.locator('[data-booth="1/B-02"]')).to_have_attribute("aria-selected", "true")
    now = page.locator(".selection-bar .price").inner_text()
    page.get_by_role("button", name="Hold", exact=True).click()
    expect(page.locator(".reservation.held").filter(has_text="1/B-02").locator(".price")).to_have_text(now)
