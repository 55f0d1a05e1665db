"""A venue of two halls that can be had together, and what is booked there without the page."""

from __future__ import annotations

from typing import Any

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
