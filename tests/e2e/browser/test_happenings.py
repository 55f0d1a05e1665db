"""What happened, in a real browser: a story that is searched, followed, taken along and put on paper."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.accessible import violations
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.stage import EXHIBITORS, FAIR, ORGANIZER, Stage

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
EMMA, OLGA = EXHIBITORS["emma"].display, EXHIBITORS["olga"].display


def look(page: Page, **sought: str) -> None:
    query = "&".join(f"{name}={value}" for name, value in {"fair": FAIR, **sought}.items())
    page.evaluate("hash => { location.hash = hash }", f"#happenings?{query}")
    expect(page.get_by_role("heading", name="What happened", level=1)).to_be_visible()


def block(stage: Stage, move: str, booth: str) -> None:
    with stage.client(ORGANIZER) as client:
        answer = client.post(f"/api/booking/fairs/{FAIR}/booths/{move}", json={"booths": [booth]})
        assert answer.is_success, answer.text


def entry(page: Page, booth: str) -> Any:
    return page.locator(".log > li").filter(has=page.get_by_role("button", name=f"Only booth {booth}", exact=True))


def test_an_organizer_reads_command_event_and_notices_and_the_event_itself(
    open_page: Open, hall: str, stage: Stage
) -> None:
    booth = f"{hall}/A-01"
    assert stage.hold("emma", booth).is_success
    page = open_page("organizer")
    page.get_by_role("link", name="What happened").click()
    held = entry(page, booth)
    expect(held).to_contain_text(f"{EMMA} asked: hold booths")
    expect(held).to_contain_text("Held · until")
    expect(held.locator(".told")).to_contain_text(EMMA)
    expect(held.locator(".told")).to_contain_text("in the inbox")
    expect(held.locator(".told")).to_contain_text("mail sent", timeout=30_000)
    held.locator("summary").click()
    event = json.loads(held.locator("pre").inner_text())
    assert (event["specversion"], event["type"]) == ("1.0", "pavilion.booking.reservation.held.v1")
    schema = page.request.get(stage.url + str(held.get_by_role("link", name="Its schema").get_attribute("href")))
    assert schema.json()["$id"] == event["dataschema"]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    held.get_by_role("button", name="Copy").click()
    expect(held.get_by_text("Copied.")).to_be_visible()
    assert json.loads(page.evaluate("navigator.clipboard.readText()")) == event


def test_what_happens_comes_to_the_top_by_itself_and_does_not_move_who_reads(
    open_page: Open, hall: str, stage: Stage
) -> None:
    booth = f"{hall}/A-01"
    page = open_page("organizer")
    look(page, booth=booth.replace("/", "%2F"))
    expect(page.get_by_text("Nothing that is kept fits the search.")).to_be_visible()
    block(stage, "block", booth)
    expect(page.locator(".log > li")).to_have_count(1)
    expect(page.locator(".log > li")).to_contain_text("Taken out of sale")
    page.locator(".log > li summary").click()
    block(stage, "unblock", booth)
    newer = page.get_by_role("button", name="1 event more, show")
    expect(newer).to_be_visible()
    expect(page.locator(".log > li")).to_have_count(1)
    newer.click()
    expect(page.locator(".log > li").first).to_contain_text("Back on sale")
    page.get_by_role("switch", name="Follow").uncheck()
    other = open_page("organizer")
    look(other, booth=booth.replace("/", "%2F"))
    block(stage, "block", booth)
    # Where somebody follows it has come; here it has not, nor is it announced.
    expect(other.locator(".log > li")).to_have_count(3)
    page.wait_for_timeout(500)
    expect(page.locator(".log > li")).to_have_count(2)
    expect(page.get_by_role("button", name="1 event more, show")).to_have_count(0)
    page.reload()
    expect(page.locator(".log > li")).to_have_count(3)


def test_a_search_by_exhibitor_kind_and_time_stands_in_the_address(open_page: Open, hall: str, stage: Stage) -> None:
    assert stage.hold("olga", f"{hall}/A-01").is_success
    assert stage.hold("emma", f"{hall}/A-02").is_success
    page = open_page("organizer")
    look(page)
    form = page.get_by_role("form", name="Search")
    form.get_by_label("Exhibitor").fill(OLGA[:8])
    form.get_by_role("button", name=OLGA).click()
    form.get_by_label("Event").select_option("Held")
    form.get_by_role("button", name="Show", exact=True).click()
    expect(entry(page, f"{hall}/A-01")).to_be_visible()
    expect(entry(page, f"{hall}/A-02")).to_have_count(0)
    assert "kind=reservation.held" in page.url
    form.get_by_label("Until").fill("2020-01-01T00:00")
    form.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("Nothing that is kept fits the search.")).to_be_visible()
    expect(page.get_by_role("switch", name="Follow")).to_be_disabled()
    page.get_by_role("button", name="Show everything").click()
    expect(entry(page, f"{hall}/A-02")).to_be_visible()


def test_an_exhibitor_reads_of_their_own_alone(open_page: Open, hall: str, stage: Stage) -> None:
    assert stage.hold("emma", f"{hall}/A-01").is_success
    assert stage.hold("olga", f"{hall}/A-02").is_success
    page = open_page("emma")
    page.locator(".reservations").get_by_role("link", name="What happened").click()
    expect(entry(page, f"{hall}/A-01")).to_be_visible()
    expect(entry(page, f"{hall}/A-02")).to_have_count(0)
    expect(page.get_by_label("Exhibitor")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("context", [{}, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_it_and_a_phone_need_not_scroll_sideways(
    open_page: Open, hall: str, stage: Stage, scheme: str, context: dict[str, Any]
) -> None:
    assert stage.hold("emma", f"{hall}/A-01").is_success
    page = open_page("organizer", color_scheme=scheme, **context)
    look(page)
    entry(page, f"{hall}/A-01").locator("summary").click()
    if context is PHONE:
        # The form would fill the screen before the first entry.
        expect(page.get_by_label("Exhibitor")).to_be_hidden()
        page.locator("search summary").click()
    page.get_by_label("Exhibitor").fill(EMMA[:5])
    expect(page.locator(".suggestions li").first).to_be_visible()
    page.locator(".happenings .download summary").click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_where_it_cannot_be_read_it_says_so_and_tries_again(open_page: Open, hall: str) -> None:
    page = open_page("organizer")
    page.route("**/api/booking/happenings?*", lambda route: route.abort())
    look(page)
    expect(page.get_by_role("alert").filter(has_text="could not be read")).to_be_visible()
    page.unroute("**/api/booking/happenings?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".log > li").first).to_be_visible()


def test_a_table_is_kept_in_the_reader_s_language(open_page: Open, hall: str, stage: Stage, tmp_path: Path) -> None:
    assert stage.hold("olga", f"{hall}/A-01").is_success
    page = open_page("olga", language="ru")
    menu = page.locator(".booth-list .download")
    menu.locator("summary").click()
    with page.expect_download() as kept:
        menu.get_by_role("button", name="XLSX").click()
    assert kept.value.suggested_filename == f"Стенды-{FAIR}.xlsx"
    kept.value.save_as(tmp_path / "booths.xlsx")
    sheet: Any = openpyxl.load_workbook(io.BytesIO((tmp_path / "booths.xlsx").read_bytes())).active
    heading, *rows = sheet.iter_rows(values_only=True)
    assert heading[:2] == ("Стенд", "Зал")
    held = next(row for row in rows if row[:2] == ("A-01", hall))
    assert held[4:6] == ("Временная бронь", OLGA)
    expect(menu).not_to_have_attribute("open", "")
    # The menu is closed, and it is said all the same.
    expect(page.locator(".booth-list").get_by_role("status").filter(has_text=f"Стенды-{FAIR}.xlsx")).to_have_count(1)
    page.route("**/downloads/booths?*", lambda route: route.fulfill(status=503, body="{}"))
    menu.locator("summary").click()
    menu.get_by_role("button", name="CSV").click()
    expect(menu.get_by_role("alert")).not_to_be_empty()


def test_a_hall_on_paper_is_its_plan_the_reader_s_booths_and_the_list_and_nothing_to_press(
    open_page: Open, hall: str, stage: Stage, tmp_path: Path
) -> None:
    assert stage.hold("emma", f"{hall}/A-01").is_success
    page = open_page("emma")
    expect(page.locator(".reservation")).not_to_have_count(0)
    page.emulate_media(media="print")
    for shown in (".print-plan svg", ".print-plan figcaption", ".print-reservation", ".print-list"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in (".top", ".columns", ".halls", ".download", ".side button"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.locator("button:visible, input:visible, select:visible").count() == 0
    expect(page.locator(f'.print-plan [data-booth="{hall}/A-01"]')).to_have_attribute("fill", "url(#ink-held)")
    page.emulate_media(media="null")
    expect(page.locator(".print-sheet")).to_have_count(0)
    page.pdf(path=tmp_path / "hall.pdf", prefer_css_page_size=True)
    first, *others = pypdf.PdfReader(tmp_path / "hall.pdf").pages
    assert first.mediabox.width > first.mediabox.height, "A4 across"
    text = first.extract_text()
    assert all(word in text for word in ("A-01", "Held", "Reserved", "Yours", "As of", "by the clock of")), text
    assert any("Held until" in page.extract_text() for page in others)


def test_the_desk_s_plan_on_paper_tells_fair_hall_and_day_and_who_has_what(
    open_page: Open, hall: str, stage: Stage, tmp_path: Path
) -> None:
    assert stage.hold("emma", f"{hall}/A-01").is_success
    block(stage, "block", f"{hall}/A-02")
    page = open_page("organizer")
    page.evaluate("hash => { location.hash = hash }", f"#desk/{FAIR}/plan/{hall}")
    rows = page.locator(".side-table .row")
    expect(rows.filter(has_text=EMMA)).to_have_count(1)
    booths = rows.count()
    page.get_by_role("searchbox", name="Find by number or exhibitor").fill("A-01")
    expect(rows).to_have_count(1)
    page.emulate_media(media="print")
    expect(page.locator(".print-head h1")).to_have_count(2)
    for hidden in (".top", ".columns", ".halls", ".desk-bar", ".download"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.locator("button:visible, input:visible, select:visible").count() == 0
    for booth, fill in (("A-01", "url(#ink-held)"), ("A-02", "url(#ink-blocked)"), ("A-03", "#fff")):
        expect(page.locator(f'.print-plan [data-booth="{hall}/{booth}"]')).to_have_attribute("fill", fill)
    expect(page.locator(".print-list tbody tr"), "all of them, whatever is looked for").to_have_count(booths)
    expect(page.locator(".print-list th")).to_have_text(["Booths", "m²", "Open sides", "State", "Exhibitor"])
    held = page.locator(".print-list tbody tr").filter(has_text="A-01").locator("td")
    expect(held.nth(3)).to_have_text("Held")
    expect(held.nth(4)).to_have_text(EMMA)
    page.emulate_media(media="null")
    page.pdf(path=tmp_path / "desk.pdf", prefer_css_page_size=True)
    text = pypdf.PdfReader(tmp_path / "desk.pdf").pages[0].extract_text()
    assert all(
        word in text for word in ("Harvest Fair 2027", f"Hall {hall}", "A-01", EMMA[:8], "As of", "by the clock of")
    ), text


def test_what_happened_on_paper_has_its_title_and_no_form(open_page: Open, hall: str, stage: Stage) -> None:
    assert stage.hold("emma", f"{hall}/A-01").is_success
    page = open_page("organizer")
    look(page)
    expect(entry(page, f"{hall}/A-01")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".print-head h1")).to_have_text("What happened")
    for hidden in (".top", "search", ".happenings-bar", ".log summary"):
        expect(page.locator(hidden).first).to_be_hidden()
