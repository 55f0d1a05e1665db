"""The fair desk in a real browser: what is brought to it, what it tells, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.accessible import violations
from tests.e2e.browser.centre import VENUE, enter, open_centre
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.desk import enter_draft, file, plan, square, table
from tests.e2e.browser.stage import FAIR, ORGANIZER, Stage

TABLE = ["name,country,email,language", "Altai Instruments,KZ,office@altai.example,zh", "Baikal Works,RU,,ru"]
BROKEN = [*TABLE[:1], "Altai Instruments,KZ,nowhere,zh", "Baikal Works,RU,,xx"]
TABS = ("overview", "plan", "exhibitors", "sales", "utilisation")
DRAFTS = iter(range(1, 100))
OLD = (square("A-1", 2), square("A-2", 8), square("A-3", 14))


@pytest.fixture
def api(stage: Stage) -> Iterator[httpx.Client]:
    with stage.client(ORGANIZER) as client:
        yield client


@pytest.fixture
def draft(api: httpx.Client) -> str:
    """A fair that nobody but its organizer sees yet."""
    slug = f"draft-{next(DRAFTS)}"
    enter_draft(api, slug)
    return slug


def look(page: Page, fair: str, tab: str, sign: str) -> Locator:
    page.evaluate("hash => { location.hash = hash }", f"#desk/{fair}/{tab}")
    found = page.locator(sign).first
    expect(found).to_be_visible()
    return found


def registered(api: httpx.Client, fair: str) -> list[str]:
    return [one["name"] for one in api.get(f"/api/catalog/fairs/{fair}/exhibitors").json()["items"]]


def test_what_is_wrong_in_a_table_is_told_at_its_rows_and_imported_once_it_is_mended(
    api: httpx.Client, draft: str, open_page: Open
) -> None:
    page = open_page("organizer")
    look(page, draft, "exhibitors", ".waiting")
    page.get_by_role("button", name="Import a table").press("Enter")
    page.locator("input[type=file]").set_input_files(table(BROKEN))
    findings = page.locator(".findings.errors")
    expect(findings.get_by_role("alert")).to_contain_text("2 things are wrong. Nothing was imported")
    expect(findings.locator("li .at")).to_have_text(["row 2, email", "row 3, language"])
    expect(page.locator('.file-rows [data-line="2"] td.wrong')).to_contain_text("nowhere")
    expect(page.get_by_role("button", name="Import 2 changes")).to_have_count(0)
    assert registered(api, draft) == []
    for language, told in (("Русский", "Это не адрес эл. почты."), ("中文", "不是电子邮件地址。")):
        page.get_by_role("button", name=language).press("Enter")
        expect(page.locator(".findings.errors li").first).to_contain_text(told)
        expect(page.locator('.file-rows [data-line="2"] td.wrong')).to_contain_text(told)
    page.get_by_role("button", name="English").press("Enter")

    page.locator("input[type=file]").set_input_files(table(TABLE))
    expect(page.locator(".changes tr[data-fate=created]")).to_have_count(2)
    expect(findings).to_have_count(0)
    assert registered(api, draft) == []
    page.get_by_role("button", name="Import 2 changes").press("Enter")
    expect(page.locator("p.said")).to_have_text("Imported: 2 new, 0 changed.")
    assert registered(api, draft) == ["Altai Instruments", "Baikal Works"]


def hold(api: httpx.Client, fair: str, exhibitor: str, booth: str) -> str:
    body = {"fair": fair, "booths": [booth], "exhibitor": exhibitor}
    answer = api.post("/api/booking/reservations", json=body, headers={"Idempotency-Key": f"{fair}{booth}"})
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


def test_a_plan_that_would_change_what_is_somebodys_is_refused_and_shown(
    api: httpx.Client, draft: str, open_page: Open
) -> None:
    path = f"/api/catalog/fairs/{draft}"
    body = {"content": plan(*OLD)["buffer"], "headers": {"Content-Type": "application/geo+json"}}
    assert api.put(f"{path}/halls/1/floor-plan", **body).is_success  # type: ignore[arg-type]
    sheet = {"content": "\n".join(TABLE).encode(), "headers": {"Content-Type": "text/csv"}}
    assert api.put(f"{path}/exhibitors", **sheet).is_success  # type: ignore[arg-type]
    assert api.post(f"{path}/publish", headers={"Idempotency-Key": draft}).is_success
    page = open_page("organizer")
    look(page, draft, "plan/1", ".connection.live")
    expect(page.locator('[data-booth="1/A-1"][data-state="free"]')).to_be_visible()
    exhibitor = api.get(f"{path}/exhibitors").json()["items"][0]["id"]
    hold(api, draft, exhibitor, "1/A-1")
    expect(page.locator('[data-row="1/A-1"]')).to_contain_text("Altai Instruments")

    page.get_by_role("button", name="Import a plan").press("Enter")
    page.locator("input[type=file]").set_input_files(plan(square("A-1", 2, 5), square("A-2", 8), square("A-9", 20)))
    drawn = page.locator(".comparison g[data-fate]")
    expect(drawn).to_have_count(4)
    fates = {one.get_attribute("data-name"): one.get_attribute("data-fate") for one in drawn.all()}
    assert fates == {"A-1": "refused", "A-2": "unchanged", "A-3": "withdrawn", "A-9": "created"}
    expect(page.locator(".findings.errors")).to_contain_text("1/A-1Held; would be reshaped.")
    expect(page.get_by_role("button", name="Import 3 changes")).to_have_count(0)
    assert violations(page) == []

    page.locator("input[type=file]").set_input_files(plan(square("A-1", 2), square("A-2", 8, 5), square("A-9", 20)))
    button = page.get_by_role("button", name="Import 3 changes")
    expect(button).to_be_visible()
    # Somebody else imports first: what was looked at is not what would be done.
    other = {**body, "content": plan(*OLD[:2])["buffer"]}
    assert api.put(f"{path}/halls/1/floor-plan", **other).is_success  # type: ignore[arg-type]
    button.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Something changed since you looked at it")).to_be_visible()
    page.get_by_role("button", name="Look again").press("Enter")
    page.get_by_role("button", name="Import 2 changes").press("Enter")
    expect(page.locator(".import p.said")).to_have_text("Imported: 1 new, 1 changed.")


def test_booths_leave_the_sale_for_a_reason_and_come_back_by_undo(open_page: Open, hall: str, stage: Stage) -> None:
    page = open_page("organizer")
    look(page, FAIR, f"plan/{hall}", ".side-table .row")
    for number in ("A-01", "A-02"):
        page.locator(f'[data-row="{hall}/{number}"] input').check()
    page.get_by_role("button", name="Take 2 out of sale").press("Enter")
    form = page.get_by_role("dialog")
    form.get_by_label("Reason").fill("a pillar")
    assert violations(page) == []
    form.get_by_role("button", name="Take out of sale").press("Enter")
    expect(page.locator(".notice.done")).to_have_text(f"Out of sale: {hall}/A-01, {hall}/A-02.")
    expect(page.locator(f'[data-row="{hall}/A-01"]')).to_contain_text("Blocked")
    page.locator(f'[data-row="{hall}/A-01"]').get_by_role("button").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("a pillar")
    assert violations(page) == []
    dialog.get_by_role("button", name="Close").press("Enter")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".notice.done")).to_have_text("Undone.")
    expect(page.locator(f'[data-row="{hall}/A-01"]')).to_contain_text("Free")

    # What somebody took meanwhile cannot be taken out of sale again: the undo of a release says so.
    page.locator(f'[data-row="{hall}/A-03"] input').check()
    page.get_by_role("button", name="Take 1 out of sale").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Take out of sale").press("Enter")
    expect(page.locator(f'[data-row="{hall}/A-03"]')).to_contain_text("Blocked")
    page.locator(f'[data-row="{hall}/A-03"] input').check()
    page.get_by_role("button", name="Put 1 on sale again").press("Enter")
    expect(page.locator(".notice.done")).to_have_text(f"On sale again: {hall}/A-03.")
    assert stage.hold("emma", f"{hall}/A-03").status_code == 201
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".notice.refused")).to_contain_text(f"{hall}/A-03: held")


def test_a_booths_details_tell_who_has_it_and_cancel_asks_once(open_page: Open, hall: str, stage: Stage) -> None:
    assert stage.hold("emma", f"{hall}/B-01").status_code == 201
    page = open_page("organizer")
    look(page, FAIR, f"plan/{hall}", ".side-table .row")
    row = page.locator(f'[data-row="{hall}/B-01"]')
    expect(row).to_contain_text("Northwind Textiles Ltd")
    page.get_by_label("Find by number or exhibitor").fill("northwind")
    expect(page.locator(".side-table .row")).to_have_count(1)
    page.get_by_label("Find by number or exhibitor").fill("nobody at all")
    expect(page.get_by_text("No booth matches.")).to_be_visible()
    page.get_by_role("button", name="Show all").press("Enter")
    row.get_by_role("button").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link", name="Northwind Textiles Ltd")).to_be_visible()
    dialog.get_by_text("What happened").press("Enter")
    expect(dialog.locator(".history > li")).to_have_count(1)
    assert violations(page) == []
    dialog.get_by_label("Reason").fill("the hall is rebuilt")
    dialog.get_by_role("button", name="Cancel the reservation").press("Enter")
    dialog.get_by_role("button", name="Keep").press("Enter")
    dialog.get_by_role("button", name="Cancel the reservation").press("Enter")
    dialog.get_by_role("button", name="Yes, cancel").press("Enter")
    expect(dialog.locator("dd").first).to_have_text("Free")
    with stage.client(stage.exhibitor("emma")) as client:
        told = client.get(f"/api/booking/reservations?fair={FAIR}").json()["reservations"]
    assert [one["state"] for one in told if one["booths"] == [f"{hall}/B-01"]] == ["cancelled"]


def test_a_confirmed_booth_is_marked_as_sold_at_the_desk(open_page: Open, hall: str, stage: Stage) -> None:
    held = stage.hold("emma", f"{hall}/C-01").json()
    with stage.client(stage.exhibitor("emma")) as client:
        confirm = f"/api/booking/reservations/{held['id']}/confirm"
        assert client.post(confirm, headers={"Idempotency-Key": held["id"]}).is_success
    page = open_page("organizer")
    look(page, FAIR, f"plan/{hall}", ".side-table .row")
    page.locator(f'[data-row="{hall}/C-01"]').get_by_role("button").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Mark as sold").press("Enter")
    dialog.get_by_role("button", name="Not yet").press("Enter")
    expect(dialog.get_by_role("button", name="Mark as sold")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Yes, sold").press("Enter")
    expect(dialog.locator("dd").first).to_have_text("Sold")
    expect(dialog.locator(".reserved dd").first).to_have_text("Sold")
    expect(dialog.get_by_role("button", name="Mark as sold")).to_have_count(0)
    dialog.get_by_role("button", name="Cancel the reservation").press("Enter")
    expect(dialog.get_by_text("Cancel the contract of 1 booth?")).to_be_visible()
    assert violations(page) == []


def test_a_space_of_two_halls_was_taken_for_the_hours_of_its_booking(open_page: Open, stage: Stage) -> None:
    open_centre(stage)
    day = datetime.now(UTC).date().replace(day=15) + timedelta(days=180)
    enter(stage, "both", f"{day}", (9, 16), "Seven hours")
    page = open_page("organizer")
    look(page, FAIR, "utilisation", ".card")
    used = page.get_by_role("region", name="The venue's spaces").last
    page.locator(".desk-bar select").select_option(VENUE)
    for name in ("Hall 1+2", "Hall 1", "Hall 2", "Whole venue"):
        row = used.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))
        expect(row).to_contain_text("7 h")
        expect(row).to_contain_text("%")
    expect(used).not_to_contain_text("14 h")
    assert violations(page) == []


def test_files_that_are_none_are_told_apart_and_never_sent(draft: str, open_page: Open) -> None:
    page = open_page("organizer")
    look(page, draft, "exhibitors", ".waiting")
    page.get_by_role("button", name="Import a table").press("Enter")
    chooser = page.locator("input[type=file]")
    refusal = page.locator(".import .refusal")
    chooser.set_input_files(file("empty.csv", " \n", "text/csv"))
    expect(refusal).to_contain_text("The file is empty")
    chooser.set_input_files({"name": "book.xlsx", "mimeType": "text/csv", "buffer": b"PK\x03\x04\xff\xfe\x00"})
    expect(refusal).to_contain_text("CSV UTF-8")
    chooser.set_input_files({"name": "large.csv", "mimeType": "text/csv", "buffer": b"x" * (8 * 1024 * 1024 + 1)})
    expect(refusal).to_contain_text("larger than 8 MiB")
    chooser.set_input_files(file("excel.csv", "name;country\nAltai;KZ\n", "text/csv"))
    expect(page.locator(".findings.errors")).to_contain_text("columns are separated by semicolons")
    chooser.set_input_files(file("columns.csv", "nmae,land\nAltai,KZ\n", "text/csv"))
    expect(page.locator(".findings.errors")).to_contain_text("did you mean 'name'?")


def test_the_desk_is_not_for_exhibitors(open_page: Open) -> None:
    page = open_page("emma")
    expect(page.get_by_role("link", name="Fair desk")).to_have_count(0)
    page.evaluate("location.hash = '#desk'")
    expect(page.get_by_text("The desk is for organizers")).to_be_visible()
    assert violations(page) == []


def test_an_exhibitor_is_registered_and_changed(draft: str, open_page: Open, api: httpx.Client) -> None:
    page = open_page("organizer")
    look(page, draft, "exhibitors", ".waiting")
    page.get_by_role("button", name="Register an exhibitor").press("Enter")
    form = page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Caspian Works")
    form.get_by_label("Stands").fill("1/A-1; 1/A-2")
    assert violations(page) == []
    form.get_by_role("button", name="Register an exhibitor").press("Enter")
    expect(page.locator("p.said")).to_have_text("Caspian Works is registered.")
    page.get_by_role("button", name="Change Caspian Works").press("Enter")
    form.get_by_label("Name in Chinese").fill("里海工程")
    form.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("p.said")).to_have_text("Caspian Works is changed.")
    [told] = api.get(f"/api/catalog/fairs/{draft}/exhibitors").json()["items"]
    assert (told["names"], told["stands"]) == ({"zh": "里海工程"}, ["1/A-1", "1/A-2"])
    page.get_by_label("Find by name").fill("zzz")
    expect(page.get_by_text("Nobody's name begins with “zzz”")).to_be_visible()


@pytest.mark.parametrize(
    ("scheme", "width", "language"),
    [("light", 1280, "en"), ("dark", 1280, "ru"), ("light", 390, "ru"), ("dark", 390, "zh"), ("dark", 390, "en")],
)
def test_every_tab_is_open_to_everybody(
    open_page: Open, hall: str, stage: Stage, scheme: str, width: int, language: str
) -> None:
    assert stage.hold("olga", f"{hall}/B-02").status_code == 201
    size = {"width": width, "height": 860}
    page = open_page("organizer", language=language, color_scheme=scheme, viewport=size)
    for tab in TABS:
        look(page, FAIR, f"{tab}/{hall}" if tab == "plan" else tab, ".card")
        expect(page.locator(".waiting")).to_have_count(0)
        assert violations(page) == [], tab
        expect(page.locator(".desk-tabs [aria-current]")).to_be_in_viewport(ratio=1)
        assert too_wide(page) <= 0, tab


@pytest.mark.parametrize("language", ["ru", "zh"])
def test_what_a_file_would_do_fits_a_phone(draft: str, open_page: Open, language: str) -> None:
    page = open_page("organizer", language=language, viewport={"width": 390, "height": 844})
    look(page, draft, "exhibitors", ".waiting")
    page.locator(".desk-bar button[aria-expanded]").press("Enter")
    for sheet, sign in ((BROKEN, ".file-rows td.wrong"), (TABLE, ".changes tr")):
        page.locator("input[type=file]").set_input_files(table(sheet))
        expect(page.locator(sign).first).to_be_visible()
        assert violations(page) == []
        assert too_wide(page) <= 0


def too_wide(page: Page) -> int:
    """How many pixels the page scrolls sideways by."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide
