"""A season of made-up bookings, told by days from today, for a stack that shows what Pavilion does."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from deploy.client.api import Api, ApiRefused

HEARD_WITHIN_SECONDS: Final = 60.0
_AGAIN_SECONDS: Final = 0.25
_NOT_HEARD: Final = {"venue-unknown", "space-unknown"}
_LEFT_OUT: Final = {"venue-closed"}
"""A day that is a holiday this year."""


def read_season(path: Path) -> list[dict[str, Any]]:
    """The events of a season's file."""
    season: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return season


def uid_of(event: dict[str, Any]) -> str:
    """By which an event is found again."""
    return f"season/{event['venue']}/{event['title']}"


def booking_of(event: dict[str, Any], today: datetime) -> dict[str, Any]:
    """What to ask of booking for an event, `today` being local midnight at its venue."""
    first = today + timedelta(days=event["day"])
    days = event.get("days", 1)
    show = {"start": _at(first, event["from"]), "end": _at(first + timedelta(days=days - 1), event["to"])}
    asked: dict[str, Any] = {
        "spaces": [f"{event['venue']}/{space}" for space in event["spaces"]],
        **show,
        "title": event["title"],
        "state": event.get("state", "definite"),
        "uid": uid_of(event),
    }
    if build := event.get("build_up_days"):
        asked["build_up"] = {"start": _at(first - timedelta(days=build), "09:00"), "end": show["start"]}
    if down := event.get("dismantling_days"):
        asked["dismantling"] = {"start": show["end"], "end": _at(first + timedelta(days=days - 1 + down), "18:00")}
    return asked | {name: event[name] for name in ("people", "setup") if name in event}


async def bring_season(
    season: list[dict[str, Any]], zone: str, api_of: Callable[[str], Api], now: datetime | None = None
) -> int:
    """Book what is not booked yet, each event by its organizer, and say how many. Raises ApiRefused, ApiUnreachable."""
    today = (now or datetime.now(ZoneInfo(zone))).astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0)
    booked = 0
    for event in season:
        asked = booking_of(event, today.replace(microsecond=0, tzinfo=None))
        booked += await _book(api_of(event["organizer"]), asked)
    return booked


async def _book(api: Api, asked: dict[str, Any]) -> bool:
    path = "/api/booking/space-bookings"
    if (await api.get(path, uid=asked["uid"]))["bookings"]:
        return False
    deadline = time.monotonic() + HEARD_WITHIN_SECONDS
    while True:
        try:
            await api.post(path, asked)
        except ApiRefused as refused:
            if refused.slug in _LEFT_OUT:
                return False
            # Booking hears of a venue a moment after it was entered.
            if refused.slug not in _NOT_HEARD or time.monotonic() > deadline:
                raise
            await asyncio.sleep(_AGAIN_SECONDS)
        else:
            return True


def _at(day: datetime, clock: str) -> str:
    hour, _, minute = clock.partition(":")
    return (day + timedelta(hours=int(hour), minutes=int(minute))).isoformat(timespec="minutes")
