"""Whether the API's picture of the floor equals the folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deploy.client.api import Api
from deploy.fairs.model import FairFolder
from deploy.invariants.findings import Finding
from deploy.rehearsal.booking import COMMITTED, LIVE, Reservation, reservations_of
from deploy.rehearsal.plan import Booking


async def look_at_floor(folder: FairFolder, wanted: Sequence[Booking], api: Api) -> tuple[Finding, list[Reservation]]:
    """Compare every booth's state and holder with the folder; gives the fair's live reservations too.

    Raises ApiRefused, ApiUnreachable.
    """
    shown = (await api.get(f"/api/booking/fairs/{folder.slug}/booths"))["booths"]
    live = [reservation for reservation in await reservations_of(api, folder.slug) if reservation.state in LIVE]
    differences = floor_differences(folder, wanted, shown, live)
    return Finding.of("booths as in the folder", len(shown), differences), live


def floor_differences(
    folder: FairFolder, wanted: Sequence[Booking], shown: Sequence[Mapping[str, Any]], live: Sequence[Reservation]
) -> list[str]:
    """Every booth that is other than the folder has it: `shown` as the API lists booths."""
    states = {booth["booth"]: booth["state"] for booth in shown if not booth.get("withdrawn")}
    holders: dict[str, list[Reservation]] = {}
    for reservation in live:
        for label in reservation.booths:
            holders.setdefault(label, []).append(reservation)
    bookings = {booking.label: booking for booking in wanted}
    found = []
    for stand in folder.stands:
        state = states.pop(stand.label, None)
        if state is None:
            found.append(f"{stand.label}: booking does not know it")
        elif why := _other(bookings.get(stand.label), state, holders.get(stand.label, [])):
            found.append(f"{stand.label}: {why}")
    found += [f"{label}: on sale, but not in the folder" for label in sorted(states)]
    return found


def _other(booking: Booking | None, state: str, holders: Sequence[Reservation]) -> str:
    """What is other than it should be about one booth; empty where nothing is."""
    if booking is None:
        if state == "free" and not holders:
            return ""
        by = f" by {', '.join(holder.exhibitor for holder in holders)}" if holders else ""
        return f"{state}{by}, but the plan shows nobody there"
    if state not in {"reserved", "sold"}:
        return f"{state}, but the plan shows {booking.exhibitor} there"
    if len(holders) != 1:
        return f"{state}, with {len(holders)} live reservations"
    holder = holders[0]
    if holder.exhibitor != booking.exhibitor:
        return f"{state} by {holder.exhibitor}, but the plan shows {booking.exhibitor} there"
    if holder.co_exhibitors != frozenset(booking.co_exhibitors):
        return f"{state} with other co-exhibitors than the plan shows"
    if holder.state not in COMMITTED:
        return f"{state}, but its reservation is {holder.state}"
    return ""
