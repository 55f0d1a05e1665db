"""Spaces over HTTP with tokens and idempotency keys: bookings a second, what a full calendar costs, what is free.

A venue of 200 spaces, 20 of them two rooms together. (a) bookings at 16 and 64 clients, beside the same with one
transaction per request; (b) the same bookings where a year's calendar holds 10,000 and where it holds 100,000; (c) what
a client waits for "which of all spaces is free for two hours within a week" in the fuller one, asked one at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from services.booking.adapters.space_store import COLLECTIONS, KINDS
from services.booking.domain.spaces import calendar
from services.booking.domain.spaces.booking import DEFINITE, Details, Recorded, SpaceBooking, Use
from services.booking.domain.spaces.calendar import Claim, Page
from services.booking.domain.spaces.times import Span, minute_of, moment_of
from services.booking.domain.spaces.venue import Space, Venue
from services.booking.ports import DIRECTORY, PAGE, SPACE, SPACE_BOOKING, SPACE_RECORD, VENUE
from shared.runtime import committer
from shared.runtime.auth import Principal, Role
from shared.runtime.store import MongoStore
from tests.bench.load import Request
from tests.bench.stage import ORGANIZER, Stage

PLACE: Final = "bench-centre"
ROOMS: Final = 180
PAIRS: Final = 20
WEEKS: Final = 50
DAY: Final = 24 * 60
BOOKINGS: Final = 3_600
BOOKINGS_ONE_BY_ONE: Final = 900
QUESTIONS: Final = 600
_KINDS: Final = {kind.name: kind for kind in KINDS}
# The Monday from which the calendar is kept; the venue's zone is UTC.
FIRST: Final = (
    minute_of(datetime(datetime.now(UTC).year + 1, 1, 1, tzinfo=UTC)) // calendar.WEEK * calendar.WEEK + 4 * DAY
)


def _room(number: int) -> str:
    return f"r{number:03d}"


def _spaces() -> tuple[Space, ...]:
    rooms = [
        Space(f"{PLACE}/{_room(n)}", PLACE, (("", (_room(n),)),), capacity={"theatre": 20 + n}, equipment=("screen",))
        for n in range(ROOMS)
    ]
    pairs = [
        Space(
            f"{PLACE}/p{n:03d}",
            PLACE,
            (("", (_room(2 * n), _room(2 * n + 1))),),
            capacity={"theatre": 200 + n},
            equipment=("screen",),
        )
        for n in range(PAIRS)
    ]
    return (*rooms, *pairs)


def _standing(count: int) -> Iterator[SpaceBooking]:
    """So many bookings of two hours, spread evenly over rooms and weeks, never after 15:00."""
    for n in range(count):
        turn, place = divmod(n, ROOMS * WEEKS)
        week, room = divmod(place, ROOMS)
        day, hour = divmod(turn, 3)
        start = FIRST + week * calendar.WEEK + day * DAY + (8 + 2 * hour) * 60
        use = Use(f"{PLACE}/{_room(room)}", (_room(room),), Span(start, start + 110))
        yield SpaceBooking(
            id=f"spb-{n:032x}",
            venue=PLACE,
            organizer=ORGANIZER,
            venue_organizer=ORGANIZER,
            time_zone="UTC",
            uses=(use,),
            state=DEFINITE,
            details=Details(title=f"Meeting {n}", people=20),
        )


async def seed(stage: Stage, database: str, count: int) -> None:
    """A venue with a calendar, as if the catalog had told of it and people had booked."""
    store = MongoStore(stage.mongo, database)
    await store.prepare([*committer.COLLECTIONS, *COLLECTIONS])
    spaces = _spaces()

    async def put(kind: str, items: Iterator[tuple[str, Any]]) -> None:
        while some := list(islice(items, 5_000)):
            made = [{"_id": id_, "v": 1, **_KINDS[kind].encode(item)} for id_, item in some]
            await store.insert_new(_KINDS[kind].collection, made)

    await put(VENUE, iter([(PLACE, Venue(PLACE, ORGANIZER, "UTC"))]))
    await put(SPACE, ((space.id, space) for space in spaces))
    await put(DIRECTORY, iter([(PLACE, spaces)]))
    await put(SPACE_BOOKING, ((one.id, one) for one in _standing(count)))
    asked = datetime.now(UTC)
    await put(SPACE_RECORD, ((f"{one.id}/1", Recorded(one, 1, asked)) for one in _standing(count)))
    pages: dict[str, list[Claim]] = {}
    for one in _standing(count):
        for atom, claim in one.claims():
            for week in claim.weeks:
                pages.setdefault(calendar.page_id(PLACE, atom, week), []).append(claim)
    await put(PAGE, ((id_, Page(id_, tuple(claims))) for id_, claims in pages.items()))
    await store.close()


def _token(stage: Stage) -> str:
    return stage.issuer.mint(Principal(subject=ORGANIZER, role=Role.ORGANIZER, organizer=ORGANIZER))


def _clients(stage: Stage, clients: int, bookings: int) -> list[list[Request]]:
    """Bookings of an hour in the late afternoon, each of its own room and day, so that none is in another's way."""
    token = _token(stage)
    work: list[list[Request]] = [[] for _ in range(clients)]
    for n in range(bookings):
        day, room = divmod(n, ROOMS)
        start = moment_of(FIRST + day * DAY + 16 * 60)
        body = {
            "space": f"{PLACE}/{_room(room)}",
            "start": start.isoformat(),
            "end": (start + timedelta(hours=1)).isoformat(),
            "title": f"Late meeting {n}",
        }
        work[n % clients].append(("POST", "/api/booking/space-bookings", token, f"k{n}", json.dumps(body)))
    return work


async def book(stage: Stage, name: str, clients: int, bookings: int, standing: int, **extra: str) -> dict[str, Any]:
    """One run on a database of its own; every booking must be accepted."""
    await seed(stage, name, standing)
    async with stage.booking(name, **extra) as process:
        result = await stage.load(process.port, _clients(stage, clients, bookings), name)
    if set(result["statuses"]) != {"201"}:
        raise RuntimeError(f"not every booking was accepted: {result['statuses']}")
    return result


async def ask(stage: Stage, name: str, standing: int) -> dict[str, Any]:
    """How long one client waits for what is free, in each week of the year in turn; milliseconds."""
    token = _token(stage)
    await seed(stage, name, standing)
    requests: list[Request] = []
    for n in range(QUESTIONS):
        start = moment_of(FIRST + n % WEEKS * calendar.WEEK)
        wanted = {
            "start": start.isoformat(),
            "end": (start + timedelta(days=7)).isoformat(),
            "minutes": 120,
            "people": 20 + n % 100,
            "equipment": "screen",
        }
        requests.append(("GET", f"/api/booking/venues/{PLACE}/free?{urlencode(wanted)}", token, "", ""))
    async with stage.booking(name) as process:
        result = await stage.load(process.port, [requests], name)
    if set(result["statuses"]) != {"200"}:
        raise RuntimeError(f"not every question was answered: {result['statuses']}")
    return dict(result["won_ms"])


async def run(stage: Stage, rounds: int = 2) -> dict[str, Any]:
    """All kinds in turn, `rounds` times, best of each kept; ratios of those."""
    results: dict[str, Any] = {}
    for clients in (16, 64):
        best: dict[str, float] = {}
        for turn in range(rounds):
            name = f"spaces_{clients}_{turn}"
            runs = {
                "pavilion": await book(stage, f"{name}_batched", clients, BOOKINGS, 10_000),
                "one_by_one": await book(
                    stage,
                    f"{name}_single",
                    clients,
                    BOOKINGS_ONE_BY_ONE,
                    10_000,
                    PAVILION_BATCH_COMMANDS_MAX="1",
                    PAVILION_BATCHES_IN_FLIGHT_MAX=str(clients),
                ),
            }
            if clients == 64:
                runs["tenfold_calendar"] = await book(stage, f"{name}_full", clients, BOOKINGS, 100_000)
            for kind, result in runs.items():
                best[kind] = max(best.get(kind, 0.0), result["per_second"])
        results[str(clients)] = {
            **{f"{kind}_per_second": round(rate) for kind, rate in best.items()},
            "ratio_to_one_by_one": round(best["pavilion"] / best["one_by_one"], 2),
        }
        if "tenfold_calendar" in best:
            results[str(clients)]["cost_in_tenfold_calendar"] = round(best["pavilion"] / best["tenfold_calendar"], 2)
    answers = [await ask(stage, f"spaces_free_{turn}", 100_000) for turn in range(rounds)]
    results["free"] = {f"{name}_ms": min(answer[name] for answer in answers) for name in ("p50", "p99")}
    return results
