"""The page itself: languages, keyboard, small screens, and what it is served with."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser.accessible import violations
from tests.e2e.browser.conftest import PASSWORD, Open
from tests.e2e.browser.stage import FAIR, Stage


@pytest.mark.parametrize(
    ("language", "hold", "hall_name", "fair", "free"),
    [
        ("zh", "临时保留", "号馆", "丰收博览会", "可订"),
        ("ru", "Временная бронь", "Зал", "Урожай", "Свободен"),
        ("en", "Hold", "Hall", "Harvest Fair", "Free"),
    ],
)
def test_the_page_speaks_three_languages_down_to_the_last_button(
    open_page: Open, hall: str, language: str, hold: str, hall_name: str, fair: str, free: str
) -> None:
    page = open_page("emma")
    page.locator(f'[data-booth="{hall}/C-01"]').click()
    page.locator(f'.languages button[lang="{language}"]').click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("header.top")).to_contain_text(fair)
    expect(page.locator(".halls [aria-current]")).to_contain_text(hall_name)
    expect(page.locator(".booth-list .state").first).to_contain_text(free)
    expect(page.get_by_role("button", name=hold, exact=True)).to_be_enabled()
    expect(page.locator(f'[data-booth="{hall}/C-01"]')).to_have_attribute("aria-selected", "true")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_everything_can_be_done_with_the_keyboard_alone(open_page: Open, hall: str) -> None:
    page = open_page("olga", language="en")
    page.get_by_role("button", name="English EN", exact=True).click()
    plan = page.get_by_role("listbox")
    plan.focus()
    expect(plan).to_have_attribute("aria-activedescendant", re.compile("booth-"))
    active = plan.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowRight")
    expect(plan).not_to_have_attribute("aria-activedescendant", str(active))
    page.keyboard.press("Enter")
    expect(plan.get_by_role("option", selected=True)).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    box = page.locator(".booth-list input[type=checkbox]:enabled").nth(3)
    box.focus()
    page.keyboard.press("Space")
    expect(plan.get_by_role("option", selected=True)).to_have_count(2)
    page.get_by_role("button", name="Hold", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".reservation.held").filter(has_text=f"{hall}/").first).to_be_visible()


def test_plan_and_list_are_one_choice(open_page: Open, hall: str) -> None:
    page = open_page("emma")
    page.locator(f'[data-booth="{hall}/A-01"]').click()
    row = page.locator(".row").filter(has_text="A-01").first
    expect(row.get_by_role("checkbox")).to_be_checked()
    row.get_by_role("checkbox").uncheck()
    expect(page.locator(f'[data-booth="{hall}/A-01"]')).to_have_attribute("aria-selected", "false")
    page.get_by_role("searchbox").fill("c-0")
    expect(page.locator(".row")).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it_without_scrolling_sideways(open_page: Open, hall: str, scheme: str) -> None:
    page = open_page("emma", viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page.locator(f'[data-booth="{hall}/C-02"]').click()
    expect(page.get_by_role("button", name="Hold", exact=True)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_wrong_password_is_said_in_words_and_signing_out_ends_it(
    chromium: Browser, stage: Stage, open_page: Open, hall: str
) -> None:
    context = chromium.new_context(locale="en")
    page = context.new_page()
    page.goto(stage.url.replace("127.0.0.1", "localhost"))  # which is led to the portal's own name
    page.locator("input[name=account]").fill("emma")
    page.locator("input[name=password]").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Account or password is wrong.")
    page.locator("[data-account=emma]").click()
    expect(page.locator("input[name=password]")).to_have_value(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("header.top")).to_be_visible()
    page.reload()
    expect(page.locator("header.top")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have been signed out. Sign in again.")).to_be_visible()
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("input[name=account]")).to_be_visible()
    page.goto(stage.url)
    expect(page.locator("input[name=account]")).to_be_visible()
    context.close()


def test_whoever_has_no_role_is_asked_again_who_they_are(chromium: Browser, stage: Stage) -> None:
    context = chromium.new_context(locale="ru", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{stage.url}/sign-in?problem=no-role&return=%2F")
    expect(page.get_by_role("alert")).to_contain_text("роли здесь у вас пока нет")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Войти под другой учётной записью").press("Enter")
    expect(page.locator("input[name=account]")).to_be_visible()
    assert "prompt=login" in page.url
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_sign_in_that_came_to_nothing_is_told_and_leads_on_to_where_the_reader_wanted_to_go(
    chromium: Browser, stage: Stage, hall: str, scheme: str
) -> None:
    context = chromium.new_context(locale="ru", color_scheme=scheme, viewport={"width": 360, "height": 740})
    page = context.new_page()
    back = quote(f"/#/{FAIR}/{hall}", safe="")
    page.goto(f"{stage.url}/session/callback?state=made-up&code=made-up")
    expect(page.get_by_role("alert")).to_contain_text("Этот вход был начат в другом браузере")
    page.goto(f"{stage.url}/sign-in?problem=too-many-attempts&seconds=30&return={back}")
    expect(page.get_by_role("alert")).to_contain_text("30")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Войти").press("Enter")
    page.locator("input[name=account]").fill("emma")
    page.locator("input[name=password]").fill(PASSWORD)
    assert violations(page) == []
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("[data-booth]").first).to_be_visible()
    assert page.url == f"{stage.url}/#/{FAIR}/{hall}"
    page.go_back()  # not to the form, which was answered
    expect(page.get_by_role("alert")).to_be_visible()
    context.close()


def test_the_page_comes_with_a_strict_policy_and_lasting_assets(stage: Stage, built_page: None) -> None:
    with httpx.Client(base_url=stage.url) as client:
        page = client.get(f"/{FAIR}/anything")
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "<script>" not in page.text
        asset = page.text.split('src="', 1)[1].split('"', 1)[0]
        script = client.get(asset)
        assert "immutable" in script.headers["cache-control"]
        assert script.headers["content-encoding"] == "gzip"
        assert page.headers["cache-control"] == "no-cache"
        assert client.get("/", headers={"If-None-Match": page.headers["etag"]}).status_code == 304
        assert client.get("/assets/none.js").status_code == 404


def test_fit_shows_the_whole_hall_and_the_legend_stays_clear_of_the_hold_bar(open_page: Open, hall: str) -> None:
    page = open_page("emma", viewport={"width": 1280, "height": 500})
    frame = page.locator(".plan-frame")
    whole = "e => e.scrollHeight <= e.clientHeight && e.scrollWidth <= e.clientWidth"
    assert frame.evaluate(whole)
    page.get_by_role("button", name="Zoom in").click()
    assert not frame.evaluate(whole)
    page.get_by_role("button", name="Fit").click()
    assert frame.evaluate(whole)
    page.locator(f'[data-booth="{hall}/C-01"]').click()
    bar = page.locator(".selection-bar").bounding_box()
    legend = page.locator(".plan .legend").bounding_box()
    assert bar is not None
    assert legend is not None
    assert legend["y"] + legend["height"] <= bar["y"]


def test_an_address_that_names_no_fair_or_hall_says_so(open_page: Open, hall: str, stage: Stage) -> None:
    page = open_page("emma")
    expect(page.locator(".elsewhere")).to_have_count(0)
    page.goto(f"{stage.url}/#/{FAIR}/cellar")
    expect(page.locator(".elsewhere")).to_contain_text("cellar")
    page.goto(f"{stage.url}/#/no-such-fair/1")
    expect(page.locator(".elsewhere")).to_contain_text("no-such-fair")


@pytest.mark.parametrize(("account", "language"), [("emma", "en"), ("olga", "ru"), ("lan", "zh")])
def test_a_phone_s_header_has_two_rows(open_page: Open, hall: str, account: str, language: str) -> None:
    page = open_page(account, language=language, viewport={"width": 390, "height": 844})
    height = page.locator("header.top").evaluate("e => e.getBoundingClientRect().height")
    assert height < 120
    chosen = page.locator(".halls [aria-current]")
    expect(chosen).to_be_in_viewport(ratio=0.9)


def test_a_first_visit_leaves_the_browser_s_console_empty(chromium: Browser, stage: Stage) -> None:
    context = chromium.new_context(locale="en")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(stage.url)
    expect(page.locator("input[name=account]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert said == []
    context.close()


def test_an_organizer_s_legend_has_only_what_an_organizer_sees(open_page: Open, hall: str) -> None:
    legend = open_page("organizer").locator(".plan .legend")
    expect(legend).to_contain_text("Floor taken")
    expect(legend).not_to_contain_text("Chosen")
    expect(legend).not_to_contain_text("Yours")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("account", "width"), [("emma", 1280), ("emma", 390), ("organizer", 1280)])
def test_axe_finds_nothing_on_a_fairs_page(
    open_page: Open, hall: str, stage: Stage, account: str, width: int, scheme: str
) -> None:
    page = open_page(account, color_scheme=scheme, viewport={"width": width, "height": 860})
    assert stage.hold("olga", f"{hall}/A-02").status_code == 201
    assert stage.hold("emma", f"{hall}/B-02").status_code == 201
    expect(page.locator(".plan-drawing [data-state=held]")).to_have_count(2)
    assert violations(page) == []
    page.get_by_role("button", name="Inbox").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_axe_finds_nothing_before_anybody_signed_in(chromium: Browser, stage: Stage) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(stage.url)
        expect(page.locator("input[name=account]")).to_be_visible()
        assert violations(page) == []
