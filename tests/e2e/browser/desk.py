"""The fair desk: a draft, the files that are brought to it, and how a page gets them."""

from __future__ import annotations

import json
from typing import Any

import httpx
from playwright.sync_api import FilePayload, Page, expect


def enter_draft(api: httpx.Client, slug: str) -> None:
    """Enter a fair that nobody but its organizer sees yet, with one price for all its booths."""
    settings = {"name": {"en": "Draft Fair"}, "venue": "market-hall", "starts": "2028-03-01", "ends": "2028-03-03"}
    more = {"time_zone": "Asia/Almaty", "currency": "KZT", "rates": [{"per_m2_minor": 1_000_00}]}
    answer = api.put(f"/api/catalog/fairs/{slug}", json={**settings, **more})
    assert answer.is_success, answer.text


def file(name: str, content: str, media_type: str) -> FilePayload:
    return {"name": name, "mimeType": media_type, "buffer": content.encode()}


def table(lines: list[str]) -> FilePayload:
    return file("exhibitors.csv", "\n".join(lines), "text/csv")


def square(number: str, x: float, side: float = 4) -> dict[str, Any]:
    ring = [[x, 2], [x + side, 2], [x + side, 2 + side], [x, 2 + side], [x, 2]]
    return {
        "type": "Feature",
        "properties": {"number": number},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def plan(*features: dict[str, Any]) -> FilePayload:
    return file("plan.geojson", json.dumps({"type": "FeatureCollection", "features": features}), "application/json")


def drop(page: Page, brought: FilePayload) -> None:
    """Let a file go over the place for it, as from a folder beside the browser."""
    place = page.locator(".drop")
    carried = page.evaluate_handle(
        """({ name, mimeType, text }) => {
            const carried = new DataTransfer();
            carried.items.add(new File([text], name, { type: mimeType }));
            return carried;
        }""",
        {"name": brought["name"], "mimeType": brought["mimeType"], "text": brought["buffer"].decode()},
    )
    place.dispatch_event("dragover", {"dataTransfer": carried})
    expect(page.locator(".drop.over")).to_be_visible()
    place.dispatch_event("drop", {"dataTransfer": carried})
