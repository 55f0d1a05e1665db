"""A venue of two halls that can be had together: what is booked there without the page, and on its timeline."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.stage import ORGANIZER, Stage, wait

VENUE, DAY = "trade-court", "2035-06-12"
HALLS = {"hall-1": ["one"], "hall-2": ["two"], "both": ["one", "two"]}
NAMES = {
    "hall-1": {"en": "Hall 1", "zh": "1号馆", "ru": "Зал 1"},
    "hall-2": {"en": "Hall 2", "zh": "2号馆", "ru": "Зал 2"},
    "both": {"en": "Hall 1+2", "zh": "1+2号馆", "ru": "Залы 1+2"},
}


def open_centre(stage: Stage) -> None:
    """Enter the venue and wait until booking knows it. Raises AssertionError where it does not."""
    atoms = [{"atom": atom, "name": {"en": atom}} for atom in ("one", "two")]
    body = {"name": {"en": "Trade Court"}, "country": "CN", "time_zone": "Asia/Shanghai", "atoms": atoms}
    spaces = [{"space": name, "name": NAMES[name], "kind": "hall", "atoms": made} for name, made in HALLS.items()]
    with stage.client(ORGANIZER) as client:
        assert client.put(f"/api/catalog/venues/{VENUE}", json=body).is_success
        assert client.put(f"/api/catalog/venues/{VENUE}/spaces", json={"spaces": spaces}).is_success

        def known() -> bool:
            window = {"start": f"{DAY}T00:00", "end": f"{DAY}T02:00", "minutes": 60}
            found = client.get(f"/api/booking/venues/{VENUE}/free", params=window)
            return found.is_success and len(found.json()["spaces"]) == len(HALLS)

        wait(known, "booking knows the venue")


def enter(stage: Stage, space: str, day: str, hours: tuple[int, int], title: str, **more: Any) -> str:
    """A booking of the organizer's, made without the page; its id."""
    start, end = (f"{day}T{hour:02}:00" for hour in hours)
    body = {"space": f"{VENUE}/{space}", "start": start, "end": end, "title": title, **more}
    with stage.client(ORGANIZER) as client:
        answer = client.post("/api/booking/space-bookings", json=body, headers={"Idempotency-Key": title})
    assert answer.is_success, answer.text
    id_: str = answer.json()["id"]
    return id_


def row(page: Page, space: str) -> Locator:
    return page.locator(f'.timeline-row[data-space="{space}"]')


def fill(page: Page, spaces: list[str], start: str, end: str, title: str = "") -> Locator:
    """Open the form at a hall and fill it in, by the keyboard's ways."""
    page.get_by_role("button", name="Book spaces").press("Enter")
    form = page.get_by_role("dialog")
    form.get_by_label("Event").fill(title)
    for name in ("Hall 1", "Hall 2", "Hall 1+2"):
        form.get_by_label(name, exact=True).set_checked(name in spaces)
    form.get_by_label("From", exact=True).fill(start)
    form.get_by_label("Until", exact=True).fill(end)
    return form


def drag(page: Page, bar: Locator, *, hours: float = 0, to: str | None = None, end: bool = False) -> None:
    """Take a bar by its middle or its end and let it go so many hours later, in another row or in its own."""
    box, track = bar.bounding_box(), page.locator(".track").first.bounding_box()
    assert box is not None
    assert track is not None
    x = box["x"] + (box["width"] - 3 if end else box["width"] / 2)
    y = box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    target = y
    if to is not None:
        there = row(page, to).bounding_box()
        assert there is not None
        target = there["y"] + there["height"] / 2
    page.mouse.move(x + hours * track["width"] / 24, target, steps=8)
    page.mouse.up()
    # It is shown where it was let go until the server has decided.
    expect(page.locator(".bar.dragged")).to_have_count(0)


def mark(page: Page, space: str, begin: float, end: float, *, let_go: bool = True) -> None:
    """Press in an empty part of a row and drag along it; both as parts of what is in view."""
    track = row(page, space).locator(".track").bounding_box()
    assert track is not None
    y = track["y"] + track["height"] / 2
    page.mouse.move(track["x"] + begin * track["width"], y)
    page.mouse.down()
    page.mouse.move(track["x"] + end * track["width"], y, steps=8)
    if let_go:
        page.mouse.up()


def book(page: Page, *args: Any) -> None:
    form = fill(page, *args)
    form.get_by_role("button", name="Book", exact=True).press("Enter")
    expect(form).to_be_hidden()
