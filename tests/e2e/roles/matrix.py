"""Who gets what from every route: one row a route, one column a role."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tests.e2e.roles.world import ATOMS, FAIR, OWNER, PEOPLE, PLAN, World
from tests.unit.catalog.kit import fair_settings, venue

ROLES: Final = tuple(PEOPLE)
Request = dict[str, Any]
Prepare = Callable[[World, str], Awaitable[Request]]
"""Makes what a cell is about, new for each; gives the path's parameters, and httpx's options for the rest."""


@dataclass(frozen=True)
class Row:
    """`statuses` in the order of ROLES."""

    service: str
    method: str
    path: str
    statuses: tuple[int, ...]
    prepare: Prepare


def _row(route: str, statuses: str, prepare: Prepare | None = None, **fixed: Any) -> Row:
    method, path = route.split(" ")
    service = path.split("/")[2] if path.startswith("/api/") else "portal"

    async def as_it_is(_world: World, _role: str) -> Request:
        return fixed

    told = tuple(int(status) for status in statuses.split())
    assert len(told) == len(ROLES), route
    return Row(service, method, path, told, prepare or as_it_is)


async def _hold(world: World, _role: str) -> Request:
    return {"json": {"fair": FAIR, "booths": [await world.fresh_booth()], "exhibitor": OWNER}}


async def _held(world: World, _role: str) -> Request:
    return {"reservation": await world.reservation()}


async def _confirmed(world: World, _role: str) -> Request:
    return {"reservation": await world.reservation("confirmed")}


async def _with_companions(world: World, _role: str) -> Request:
    return {"reservation": await world.reservation(), "json": {"exhibitors": ["companion"]}}


async def _with_guest(world: World, _role: str) -> Request:
    return {"reservation": await world.reservation(), "json": {"exhibitor": "guest"}}


async def _free_booth(world: World, _role: str) -> Request:
    return {"fair": FAIR, "json": {"booths": [await world.fresh_booth()]}}


async def _blocked_booth(world: World, _role: str) -> Request:
    body = {"booths": [await world.fresh_booth()]}
    await world.must("booking", "POST", f"/api/booking/fairs/{FAIR}/booths/block", json=body)
    return {"fair": FAIR, "json": body}


async def _draft(world: World, _role: str) -> Request:
    return {"fair": await world.draft()}


async def _to_publish(world: World, _role: str) -> Request:
    return {"fair": await world.entered()}


async def _published(world: World, _role: str) -> Request:
    return {"fair": await world.fair()}


async def _draft_sought(world: World, _role: str) -> Request:
    return {"params": {"fair": await world.draft(), "format": "xlsx"}}


async def _draft_settings(world: World, _role: str) -> Request:
    return {"fair": await world.draft(), "json": fair_settings(venue="centre", hold_ttl_seconds=600)}


async def _draft_plan(world: World, _role: str) -> Request:
    return {"fair": await world.draft(), "hall": "N1", "content": PLAN}


async def _draft_hall(world: World, _role: str) -> Request:
    return {"fair": await world.draft(), "hall": "N1"}


async def _draft_table(world: World, _role: str) -> Request:
    name = f"newcomer-{next(world.counter)}"
    table = f"id,name,country\n{name},{name},KZ\n"
    return {"fair": await world.draft(), "content": table.encode(), "headers": {"Content-Type": "text/csv"}}


async def _newcomer(world: World, _role: str) -> Request:
    return {"fair": FAIR, "json": {"name": f"Newcomer {next(world.counter)}", "country": "KZ"}}


def _owned(body: dict[str, Any], role: str) -> dict[str, Any]:
    """Admins say whose a new thing is; others are asked by their token."""
    return body | ({"organizer": "sco"} if role == "admin" else {})


async def _new_venue(world: World, role: str) -> Request:
    return {"json": _owned(venue(slug=f"venue-{next(world.counter)}"), role)}


async def _changed_venue(world: World, _role: str) -> Request:
    return {"venue": "centre", "json": venue(city=f"City {next(world.counter)}", atoms=ATOMS)}


async def _new_fair(world: World, role: str) -> Request:
    return {"json": _owned(fair_settings(venue="centre", slug=f"new-{next(world.counter)}"), role)}


async def _notice(world: World, _role: str) -> Request:
    return {"notice": await world.notice()}


async def _parked(world: World, _role: str) -> Request:
    return {"delivery": await world.parked_delivery()}


def _hour(world: World) -> dict[str, Any]:
    """An hour of the hall that nobody has used."""
    start = datetime(2040, 1, 1) + timedelta(hours=2 * next(world.counter))  # noqa: DTZ001 - a wall time at the venue
    end = start + timedelta(hours=1)
    return {"space": "rooms/hall", "start": start.isoformat(), "end": end.isoformat()}


async def _space_hour(world: World, role: str) -> Request:
    return {"json": _owned(_hour(world), role)}


async def _blocked_hour(world: World, _role: str) -> Request:
    return {"json": _hour(world)}


async def _space_booking(world: World, _role: str) -> Request:
    return {"booking": await world.space_booking(_hour(world)), "json": {}}


async def _space_option(world: World, _role: str) -> Request:
    return {"booking": await world.space_booking({**_hour(world), "state": "option"}), "json": {}}


async def _space_inquiry(world: World, _role: str) -> Request:
    return {"booking": await world.space_booking({**_hour(world), "state": "inquiry"}), "json": {}}


async def _second_option(world: World, _role: str) -> Request:
    hour = {**_hour(world), "state": "option"}
    await world.space_booking(hour)
    return {"booking": await world.space_booking(hour), "json": {}}


async def _past_booking(world: World, _role: str) -> Request:
    start = datetime(2020, 1, 1) + timedelta(hours=2 * next(world.counter))  # noqa: DTZ001
    end = start + timedelta(hours=1)
    past = {"space": "rooms/hall", "start": start.isoformat(), "end": end.isoformat(), "retrospective": True}
    return {"booking": await world.space_booking(past), "json": {}}


async def _rescheduled(world: World, _role: str) -> Request:
    return {"booking": await world.space_booking(_hour(world)), "json": _hour(world)}


async def _swapped(world: World, _role: str) -> Request:
    first, second = _hour(world), {**_hour(world), "space": "rooms/room"}
    return {"json": {"first": await world.space_booking(first), "second": await world.space_booking(second)}}


def _weekly(world: World) -> dict[str, Any]:
    """Two hours of the hall, a week apart, that nobody has used."""
    start = datetime(2042, 1, 1) + timedelta(days=14 * next(world.counter))  # noqa: DTZ001 - a wall time at the venue
    end = start + timedelta(hours=1)
    rule = {"rule": "FREQ=WEEKLY;COUNT=2"}
    return {"space": "rooms/hall", "start": start.isoformat(), "end": end.isoformat(), **rule}


async def _new_series(world: World, role: str) -> Request:
    return {"json": _owned(_weekly(world), role)}


async def _series(world: World, _role: str) -> Request:
    series, booking = await world.space_series(_weekly(world))
    return {"series_id": series, "json": {"booking": booking, "scope": "all"}}


async def _moved_series(world: World, role: str) -> Request:
    request = await _series(world, role)
    weekly = _weekly(world)
    weekly.pop("rule")
    return {**request, "json": {**request["json"], **weekly}}


async def _feed(world: World, _role: str) -> Request:
    feed, _ = await world.feed()
    return {"feed": feed, "json": {}}


async def _feed_link(world: World, _role: str) -> Request:
    feed, secret = await world.feed()
    return {"feed": feed, "secret": secret}


async def _new_feed(_world: World, _role: str) -> Request:
    return {"json": {"organizer": "sco"}}


async def _calendar(world: World, role: str) -> Request:
    event = {"uid": f"uid-{next(world.counter)}", "uses": [_hour(world)]}
    return {"venue": "rooms", "json": _owned({"events": [event]}, role)}


async def _changed_space(world: World, _role: str) -> Request:
    entry = {"name": {"en": f"Hall {next(world.counter)}"}, "kind": "hall", "atoms": ["hall"]}
    return {"venue": "centre", "space": "hall", "json": entry}


async def _changed_spaces(world: World, role: str) -> Request:
    entry = (await _changed_space(world, role))["json"]
    return {"venue": "centre", "json": {"spaces": [{**entry, "space": "hall"}]}}


_NO_LETTER: Final = "401 403 403 403 403 403 404"
_OUTBOX: Final = "401 403 403 403 403 403 200"
_YEAR: Final = {"start": "2040-01-01T00:00", "end": "2040-03-01T00:00"}
_EVERYONE: Final = "401 200 200 200 200 200 200"


def _operations(service: str) -> tuple[Row, ...]:
    """What every service with an outbox has for administrators, who are told 404 of a letter that is none."""
    at = f"/api/{service}"
    return (
        _row(f"GET {at}/dead-letters", _OUTBOX),
        _row(f"GET {at}/dead-letters/{{letter}}", _NO_LETTER, letter="unknown"),
        _row(f"POST {at}/dead-letters/{{letter}}/replay", _NO_LETTER, letter="unknown"),
        _row(f"POST {at}/dead-letters/{{letter}}/drop", _NO_LETTER, letter="unknown"),
        _row(f"GET {at}/outbox/summary", _OUTBOX),
        _row(f"POST {at}/outbox/replay", _OUTBOX, json={"after_position": 0}),
    )


# Who may not know of a draft is told that there is none; only its slug is taken, which a PUT cannot hide.
# The columns: nobody, the owner, another exhibitor, the organizer, another organizer, a service, an admin.
_BOOKING: Final = (
    _row("POST /api/booking/reservations", "401 201 403 201 403 403 201", _hold),
    _row("GET /api/booking/reservations", _EVERYONE),
    _row("GET /api/booking/reservations/{reservation}", "401 200 404 200 404 200 200", _held),
    _row("GET /api/booking/reservations/{reservation}/history", "401 200 404 200 404 200 200", _held),
    _row("GET /api/booking/reservations/{reservation}/confirmation", "401 200 404 200 404 200 200", _confirmed),
    _row("POST /api/booking/reservations/{reservation}/extend", "401 200 403 200 403 403 200", _held),
    _row("POST /api/booking/reservations/{reservation}/confirm", "401 200 403 200 403 403 200", _held),
    _row("POST /api/booking/reservations/{reservation}/cancel", "401 200 403 200 403 403 200", _held),
    _row("POST /api/booking/reservations/{reservation}/sell", "401 403 403 200 403 403 200", _confirmed),
    _row("POST /api/booking/reservations/{reservation}/co-exhibitors", "401 200 403 200 403 403 200", _with_companions),
    _row("POST /api/booking/reservations/{reservation}/admissions", "401 200 403 200 403 403 200", _with_guest),
    _row("GET /api/booking/fairs/{fair}/booths", _EVERYONE, fair=FAIR),
    _row("GET /api/booking/fairs/{fair}/offer", _EVERYONE, fair=FAIR),
    _row("GET /api/booking/fairs/{fair}/prices", _EVERYONE, fair=FAIR),
    _row("GET /api/booking/fairs/{fair}/taken", "401 403 403 200 403 200 200", fair=FAIR),
    _row("GET /api/booking/fairs/{fair}/sales", "401 403 403 200 403 200 200", fair=FAIR),
    _row("POST /api/booking/fairs/{fair}/booths/block", "401 403 403 200 403 403 200", _free_booth),
    _row("POST /api/booking/fairs/{fair}/booths/unblock", "401 403 403 200 403 403 200", _blocked_booth),
    _row("GET /api/booking/live", _EVERYONE, params={"fair": FAIR}),
    _row("GET /api/booking/happenings", _EVERYONE),
    _row("GET /api/booking/downloads/booths", _EVERYONE, params={"fair": FAIR, "format": "csv"}),
    _row("GET /api/booking/downloads/reservations", _EVERYONE, params={"fair": FAIR, "format": "xlsx"}),
    _row("GET /api/booking/downloads/happenings", _EVERYONE, params={"fair": FAIR, "format": "csv"}),
    _row("GET /api/booking/downloads/space-bookings", "401 403 403 200 200 200 200", params={"venue": "rooms"}),
    _row("GET /api/booking/happenings/live", _EVERYONE),
    _row("POST /api/booking/calendar-feeds", "401 403 403 201 201 403 201", _new_feed),
    _row("GET /api/booking/calendar-feeds", "401 403 403 200 200 403 200"),
    _row("POST /api/booking/calendar-feeds/{feed}/revoke", "401 403 403 200 403 403 200", _feed),
    _row("GET /api/booking/feeds/{feed}/{secret}.ics", "200 200 200 200 200 200 200", _feed_link),
    _row("POST /api/booking/space-bookings", "401 403 403 201 201 403 201", _space_hour),
    _row("GET /api/booking/space-bookings", "401 403 403 200 200 200 200"),
    _row("GET /api/booking/space-bookings/{booking}", "401 403 403 200 404 200 200", _space_booking),
    _row("GET /api/booking/space-bookings/{booking}/history", "401 403 403 200 404 200 200", _space_booking),
    _row("GET /api/booking/space-bookings/{booking}/function-sheet", "401 403 403 200 404 200 200", _space_booking),
    _row("POST /api/booking/space-bookings/blockings", "401 403 403 201 403 403 201", _blocked_hour),
    _row("POST /api/booking/space-bookings/swap", "401 403 403 200 403 403 200", _swapped),
    _row("POST /api/booking/space-bookings/{booking}/confirm", "401 403 403 200 403 403 200", _space_option),
    _row("POST /api/booking/space-bookings/{booking}/approve", "401 403 403 200 403 403 200", _space_inquiry),
    _row("POST /api/booking/space-bookings/{booking}/decline", "401 403 403 200 403 403 200", _space_inquiry),
    _row("POST /api/booking/space-bookings/{booking}/challenge", "401 403 403 200 403 403 200", _second_option),
    _row("POST /api/booking/space-bookings/{booking}/yield", "401 403 403 200 403 403 200", _space_option),
    _row("POST /api/booking/space-bookings/{booking}/cancel", "401 403 403 200 403 403 200", _space_booking),
    _row("POST /api/booking/space-bookings/{booking}/no-show", "401 403 403 200 403 403 200", _past_booking),
    _row("POST /api/booking/space-bookings/{booking}/reschedule", "401 403 403 200 403 403 200", _rescheduled),
    _row("POST /api/booking/space-series", "401 403 403 201 201 403 201", _new_series),
    _row("POST /api/booking/space-series/{series_id}/reschedule", "401 403 403 200 403 403 200", _moved_series),
    _row("POST /api/booking/space-series/{series_id}/cancel", "401 403 403 200 403 403 200", _series),
    _row("POST /api/booking/space-series/{series_id}/details", "401 403 403 200 403 403 200", _series),
    _row("POST /api/booking/space-bookings/{booking}/details", "401 403 403 200 403 403 200", _space_booking),
    _row("POST /api/booking/venues/{venue}/calendar", "401 403 403 200 200 403 200", _calendar),
    _row("GET /api/booking/venues/{venue}/free", _EVERYONE, venue="rooms", params={**_YEAR, "minutes": "60"}),
    _row("GET /api/booking/venues/{venue}/timeline", _EVERYONE, venue="rooms", params=_YEAR),
    _row("GET /api/booking/venues/{venue}/live", _EVERYONE, venue="rooms"),
    _row("GET /api/booking/venues/{venue}/utilisation", "401 403 403 200 200 200 200", venue="rooms", params=_YEAR),
    _row("GET /api/booking/venues/{venue}/calendar.ics", "401 403 403 200 200 200 200", venue="rooms"),
    *_operations("booking"),
)
_CATALOG: Final = (
    _row("GET /api/catalog/venues", _EVERYONE),
    _row("POST /api/catalog/venues", "401 403 403 201 201 403 201", _new_venue),
    _row("GET /api/catalog/venues/{venue}", _EVERYONE, venue="centre"),
    _row("PUT /api/catalog/venues/{venue}", "401 403 403 200 403 403 200", _changed_venue),
    _row("GET /api/catalog/venues/{venue}/spaces", _EVERYONE, venue="centre"),
    _row("GET /api/catalog/venues/{venue}/spaces/{space}", _EVERYONE, venue="centre", space="hall"),
    _row("PUT /api/catalog/venues/{venue}/spaces", "401 403 403 200 403 403 200", _changed_spaces),
    _row("PUT /api/catalog/venues/{venue}/spaces/{space}", "401 403 403 200 403 403 200", _changed_space),
    _row("GET /api/catalog/fairs", _EVERYONE),
    _row("POST /api/catalog/fairs", "401 403 403 201 201 403 201", _new_fair),
    _row("GET /api/catalog/fairs/{fair}", "401 404 404 200 404 404 200", _draft),
    _row("PUT /api/catalog/fairs/{fair}", "401 403 403 200 409 403 200", _draft_settings),
    _row("POST /api/catalog/fairs/{fair}/publish", "401 403 403 200 404 403 200", _to_publish),
    _row("POST /api/catalog/fairs/{fair}/close", "401 403 403 200 403 403 200", _published),
    _row("GET /api/catalog/fairs/{fair}/halls", "401 404 404 200 404 404 200", _draft),
    _row("GET /api/catalog/fairs/{fair}/halls/{hall}/floor-plan", "401 404 404 200 404 404 200", _draft_hall),
    _row("PUT /api/catalog/fairs/{fair}/halls/{hall}/floor-plan", "401 403 403 200 404 403 200", _draft_plan),
    _row("GET /api/catalog/fairs/{fair}/exhibitors", "401 404 404 200 404 404 200", _draft),
    _row("GET /api/catalog/downloads/exhibitors", "401 404 404 200 404 404 200", _draft_sought),
    _row("POST /api/catalog/fairs/{fair}/exhibitors", "401 403 403 201 403 403 201", _newcomer),
    _row("PUT /api/catalog/fairs/{fair}/exhibitors", "401 403 403 200 404 403 200", _draft_table),
    _row("GET /api/catalog/exhibitors/{exhibitor}", _EVERYONE, exhibitor=OWNER),
    _row(
        "PATCH /api/catalog/exhibitors/{exhibitor}",
        "401 200 403 200 403 403 200",
        exhibitor=OWNER,
        json={"language": "zh"},
    ),
    *_operations("catalog"),
)
_NOTIFICATION: Final = (
    _row("GET /api/notification/inbox", "401 200 200 200 200 403 403"),
    _row("POST /api/notification/inbox/{notice}/seen", "401 200 404 404 404 403 403", _notice),
    _row("POST /api/notification/inbox/{notice}/read", "401 200 404 404 404 403 403", _notice),
    _row("POST /api/notification/inbox/{notice}/archive", "401 200 404 404 404 403 403", _notice),
    _row("GET /api/notification/preferences", "401 200 200 200 200 403 403"),
    _row("PUT /api/notification/preferences", "401 200 200 200 200 403 403", json={"language": "en"}),
    _row("GET /api/notification/deliveries", "401 200 200 200 200 403 200"),
    _row("GET /api/notification/told", "401 200 200 200 200 403 200", params={"event": "e"}),
    _row("POST /api/notification/deliveries/{delivery}/retry", "401 403 403 200 404 403 200", _parked),
    *_operations("notification"),
)
# The portal knows people by their cookie; to it a bearer token is nobody's. It has no issuer here, so nobody signs in.
_PORTAL: Final = (
    _row("GET /session", "401 401 401 401 401 401 401"),
    _row("DELETE /session", "401 401 401 401 401 401 401"),
    _row("GET /session/start", "404 404 404 404 404 404 404"),
    _row("GET /session/callback", "404 404 404 404 404 404 404"),
    _row("GET /schemas/{name}.json", "200 200 200 200 200 200 200", name="pavilion.booking.booth.state.v1"),
)
TABLE: Final = (*_BOOKING, *_CATALOG, *_NOTIFICATION, *_PORTAL)
